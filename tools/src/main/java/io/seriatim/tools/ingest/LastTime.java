package io.seriatim.tools.ingest;

import java.util.Arrays;

/// The timestamp at the end of the line before, as text and as a number: the lines of a scrape share it, and to compare
/// it is much less work than to read it again. Not thread-safe.
final class LastTime {
    private static final int LONGEST = 32;

    private final byte[] text = new byte[LONGEST]; // with the line feed behind it
    private int length;
    private long timestamp;

    /// @return where the next line begins if the very timestamp and its line feed stand at `from`, or -1
    int repeated(byte[] bytes, int from, int to) {
        final int end = from + length;
        return length > 0 && end <= to && Arrays.equals(bytes, from, end, text, 0, length) ? end : -1;
    }

    /// Takes the bytes from `from` to the line feed before `end`, which stand for a timestamp; none to keep the
    /// timestamp for one line only.
    void remember(byte[] bytes, int from, int end, long timestamp) {
        length = end - from <= LONGEST ? end - from : 0;
        System.arraycopy(bytes, from, text, 0, length);
        this.timestamp = timestamp;
    }

    /// @return what was remembered, in the log's unit
    long timestamp() {
        return timestamp;
    }
}
