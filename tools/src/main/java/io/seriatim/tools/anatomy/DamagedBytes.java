package io.seriatim.tools.anatomy;

import io.seriatim.wal.Labels;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.SamplesDecoder;
import io.seriatim.wal.mmap.InspectedFrame;
import io.seriatim.wal.mmap.InspectedSegment;
import io.seriatim.wal.mmap.LogInspector;
import io.seriatim.wal.mmap.SegmentVisitor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads damaged bytes as if they were whole, for a hint at whose they were. Mostly one bit is wrong and the
/// others still say which series it was; nothing of it is proven, and nothing of it is ever replayed.
final class DamagedBytes {
    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_SERIES = 200_000;
    private static final int MAX_TRACES = 5;

    private final InspectedSegment segment;
    private final Map<Integer, Labels> definitions = new HashMap<>();

    /// Reads the definitions of a segment.
    DamagedBytes(InspectedSegment segment) {
        this.segment = segment;
        LogInspector.walk(segment, new SegmentVisitor() {
            private final SamplesDecoder decoder = new SamplesDecoder();

            @Override
            public void onFrame(InspectedSegment of, InspectedFrame frame) {
                if (frame.type() == FrameLayout.SAMPLES) {
                    groups(decoder, frame.array(), frame.arrayOffset(), frame.length(), null);
                }
            }
        });
    }

    /// Collects what a record says of one series.
    private static final class Sum {
        private int samples;
        private long min = Long.MAX_VALUE;
        private long max = Long.MIN_VALUE;

        void add(long timestamp) {
            samples++;
            min = Math.min(min, timestamp);
            max = Math.max(max, timestamp);
        }
    }

    /// @return what the bytes of a range look like, the first few series
    List<Loss.Trace> traces(long offset, long length) {
        final byte[] bytes = read(offset, (int) Math.min(length, MAX_BYTES));
        final Map<Integer, Sum> sums = new LinkedHashMap<>();
        final SamplesDecoder decoder = new SamplesDecoder();
        int at = 0;
        while (at <= bytes.length - FrameLayout.PAYLOAD_OFFSET) {
            final int word = Math.abs(Bytes.getInt(bytes, at));
            if (word < FrameLayout.PAYLOAD_OFFSET || word > bytes.length - at) {
                at += FrameLayout.ALIGNMENT;
                continue;
            }
            switch (FrameLayout.type(Bytes.getInt(bytes, at + FrameLayout.TYPE_OFFSET))) {
                case FrameLayout.SAMPLE -> {
                    if (word == FrameLayout.SAMPLE_LENGTH) {
                        sums.computeIfAbsent(Bytes.getInt(bytes, at + FrameLayout.WORD_OFFSET), _ -> new Sum())
                                .add(Bytes.getLong(bytes, at + FrameLayout.SAMPLE_TIMESTAMP_OFFSET));
                    }
                }
                case FrameLayout.SAMPLES -> groups(decoder, bytes, at, word, sums);
                default -> {}
            }
            at += FrameLayout.align(word);
        }
        final List<Loss.Trace> traces = new ArrayList<>();
        sums.forEach((ref, sum) -> {
            if (definitions.containsKey(ref) && traces.size() < MAX_TRACES) {
                final boolean timed = sum.samples > 0;
                traces.add(new Loss.Trace(
                        definitions.get(ref).toString(), sum.samples, timed ? sum.min : null, timed ? sum.max : null));
            }
        });
        return traces;
    }

    /// Goes as far as it makes sense.
    private void groups(SamplesDecoder decoder, byte[] bytes, int at, int length, Map<Integer, Sum> sums) {
        try {
            decoder.samplesFrame(bytes, at, length, 0);
            while (decoder.next()) {
                if (decoder.labelsLength() > 0 && definitions.size() < MAX_SERIES) {
                    definitions.putIfAbsent(
                            decoder.ref(), Labels.decode(bytes, decoder.labelsOffset(), decoder.labelsLength()));
                }
                if (sums != null) {
                    final Sum sum = sums.computeIfAbsent(decoder.ref(), _ -> new Sum());
                    for (int i = 0; i < decoder.count(); i++) {
                        sum.add(decoder.timestamp(i));
                    }
                }
            }
        } catch (MalformedFrameException | IllegalArgumentException _) {
            // Damaged, as was to be expected.
        }
    }

    private byte[] read(long offset, int length) {
        final ByteBuffer buffer = ByteBuffer.allocate(length);
        try (FileChannel channel = FileChannel.open(segment.file(), StandardOpenOption.READ)) {
            while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) > 0) {
                // Until the range or the file ends.
            }
        } catch (IOException _) {
            // A hint less.
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}
