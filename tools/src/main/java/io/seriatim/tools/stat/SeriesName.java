package io.seriatim.tools.stat;

import io.seriatim.wal.Labels;
import java.util.LinkedHashMap;
import java.util.Map;

/// A series by its hash, with labels to show: those that fit in a bounded space.
///
/// @param hash   of all its labels
/// @param labels all of them, or the first few
/// @param isCut  whether some were left out
record SeriesName(long hash, Labels labels, boolean isCut) {
    /// Longer labels are not kept: the memory for names must be bounded, whatever a log holds.
    static final int MAX_BYTES = 1024;

    private static final int MAX_SHOWN = 64;

    static SeriesName of(Labels labels) {
        return labels.encodedLength() <= MAX_BYTES
                ? new SeriesName(labels.hash64(), labels, false)
                : new SeriesName(labels.hash64(), shortened(labels), true);
    }

    /// Whole labels only, in their order; if not even one fits, the beginning of its value.
    private static Labels shortened(Labels labels) {
        final Map<String, String> kept = new LinkedHashMap<>();
        final int[] left = {MAX_BYTES};
        labels.forEach((name, value) -> {
            left[0] -= 3 * (name.length() + value.length());
            if (left[0] >= 0) {
                kept.put(name, value);
            } else if (kept.isEmpty()) {
                kept.put(start(name), start(value));
            }
        });
        return Labels.of(kept);
    }

    private static String start(String text) {
        if (text.length() <= MAX_SHOWN) {
            return text;
        }
        final boolean splits = Character.isHighSurrogate(text.charAt(MAX_SHOWN - 1));
        return text.substring(0, splits ? MAX_SHOWN - 1 : MAX_SHOWN);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SeriesName that && hash == that.hash;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(hash);
    }
}
