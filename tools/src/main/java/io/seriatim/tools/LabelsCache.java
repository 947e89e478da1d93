package io.seriatim.tools;

import io.seriatim.wal.Labels;

/// How the lines of a series begin, up to its first sample: `{"labels":{...},"samples":[`. Not thread-safe.
///
/// Bounded: every series has one place, which it shares with others; the latest keeps it. Long ones are not kept.
final class LabelsCache {
    private static final int PLACES = 4096;
    private static final int LONGEST = 2048;

    private final Labels[] keys = new Labels[PLACES];
    private final byte[][] values = new byte[PLACES][];
    private final JsonBuffer buffer = new JsonBuffer();

    /// @return not to be changed
    byte[] prefix(Labels labels) {
        final int place = (int) labels.hash64() & (PLACES - 1);
        if (labels.equals(keys[place])) {
            return values[place];
        }
        final byte[] prefix = encode(labels);
        if (prefix.length <= LONGEST) {
            keys[place] = labels;
            values[place] = prefix;
        }
        return prefix;
    }

    private byte[] encode(Labels labels) {
        buffer.clear().ascii("{\"labels\":{");
        final int start = buffer.length();
        labels.forEach((name, value) -> {
            if (buffer.length() > start) {
                buffer.ascii(',');
            }
            buffer.string(name).ascii(':').string(value);
        });
        return buffer.ascii("},\"samples\":[").toByteArray();
    }
}
