package io.seriatim.bench;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/// Histograms as text, so that `results.json` has every recorded value to three digits and not only percentiles.
final class Histograms {
    private Histograms() {}

    static String encode(Histogram histogram) {
        final ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        final int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        return Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(buffer.array(), length));
    }

    static Histogram decode(String text) {
        try {
            return Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(text)), 0);
        } catch (DataFormatException thrown) {
            throw new IllegalArgumentException(thrown);
        }
    }

    /// @return 99.9 as "999", 50 as "50"
    static String digits(double percentile) {
        final String text = Double.toString(percentile);
        return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text).replace(".", "");
    }
}
