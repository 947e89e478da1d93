package io.seriatim.tools.serve.intake;

import java.util.Arrays;

/// The strings of a message of remote write 2.0, where they lie. Mutable and reused. Not thread-safe.
final class Symbols {
    private static final int KEPT = 64 * 1024;

    /// Of two bytes each in a message, eight here.
    private static final int MOST = 1 << 20;

    private byte[] bytes;
    private int[] ends = new int[256]; // from, to of each
    private int size;

    void clear(byte[] bytes) {
        this.bytes = bytes;
        size = 0;
    }

    /// Keeps no message, nor what a large one took.
    void release() {
        clear(null);
        if (ends.length > 2 * KEPT) {
            ends = new int[256];
        }
    }

    /// @throws BadMessageException if there are too many
    void add(int from, int to) throws BadMessageException {
        if (size == MOST) {
            throw new BadMessageException("too many symbols: limit=" + MOST);
        }
        if (2 * size == ends.length) {
            ends = Arrays.copyOf(ends, 4 * size);
        }
        ends[2 * size] = from;
        ends[2 * size++ + 1] = to;
    }

    /// Points a span at a string.
    void get(long reference, Span span) throws RejectedException {
        if (reference < 0 || reference >= size) {
            throw new RejectedException(
                    "no such symbol: reference=" + Long.toUnsignedString(reference) + " symbols=" + size);
        }
        span.set(bytes, ends[2 * (int) reference], ends[2 * (int) reference + 1]);
    }

    /// Points a span at a string that may be left out: 0 says so.
    void getOptional(long reference, Span span) throws RejectedException {
        if (reference == 0) {
            span.clear();
        } else {
            get(reference, span);
        }
    }
}
