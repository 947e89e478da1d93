package io.seriatim.tools.ingest;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Cuts an input into lines where they lie in its buffer. Not thread-safe.
///
/// Bounded: a line that is too long is told to the handler and skipped.
final class LineReader {
    /// The longest line of a text with one sample in a line. Labels of 64 KiB fit many times, however they are escaped.
    static final int ONE_SAMPLE = 1024 * 1024;

    private static final int READ_BYTES = 128 * 1024;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final long LINE_FEEDS = 0x0a0a0a0a0a0a0a0aL;
    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private final int longest;
    private byte[] buffer = new byte[2 * READ_BYTES];
    private int from;
    private int to;
    private long lines;

    /// @param longest the longest line to take
    LineReader(int longest) {
        this.longest = longest;
    }

    /// @return the longest line that is taken
    int longest() {
        return longest;
    }

    /// Receives lines.
    interface Handler {
        /// Takes a line without having its end looked for first. What lies before `to` may be only its beginning, so
        /// it must see the line feed.
        ///
        /// @return where the next line begins, or -1 to be given the line as [#line]
        default int lineAt(byte[] bytes, int from, int to) {
            return -1;
        }

        /// A line without its line feed and the carriage return before it.
        ///
        /// @param number     from 1 on
        /// @param terminated whether there was a line feed
        void line(byte[] bytes, int from, int to, long number, boolean terminated);

        /// A line that is too long; it was skipped.
        void tooLong(byte[] bytes, int from, int to, long number);

        /// Between two reads.
        void progress();
    }

    /// Reads all lines.
    ///
    /// @return how many there were
    long read(Input input, Handler handler) throws IOException {
        from = 0;
        to = 0;
        lines = 0;
        boolean skipping = false;
        int read;
        do {
            handler.progress();
            final int searched = to;
            if (buffer.length - to < READ_BYTES) {
                buffer = Arrays.copyOf(buffer, Math.min(2 * buffer.length, longest + READ_BYTES));
            }
            read = input.read(buffer, to, READ_BYTES);
            to += Math.max(read, 0);
            if (skipping) {
                final int end = lineFeed(from, to);
                skipping = end < 0;
                from = skipping ? to : end + 1;
            }
            wholeLines(handler, Math.max(from, searched));
            if (from > 0) {
                System.arraycopy(buffer, from, buffer, 0, to - from);
                to -= from;
                from = 0;
            }
            if (to > longest) {
                handler.tooLong(buffer, 0, to, ++lines);
                to = 0;
                skipping = true;
            }
        } while (read >= 0);
        if (to > 0) {
            emit(handler, 0, to, false);
        }
        return lines;
    }

    /// @param searched up to here there is no line feed
    private void wholeLines(Handler handler, int searched) {
        int end = -1;
        if (searched > from) {
            end = lineFeed(searched, to); // the rest of a line whose beginning was tried before
        } else {
            straight(handler);
            end = lineFeed(from, to);
        }
        while (end >= 0) {
            final int start = from;
            from = end + 1;
            emit(handler, start, end, true);
            straight(handler);
            end = lineFeed(from, to);
        }
    }

    /// As many lines as are taken without their ends being looked for.
    private void straight(Handler handler) {
        int next;
        while ((next = handler.lineAt(buffer, from, to)) >= 0) {
            from = next;
            lines++;
        }
    }

    private void emit(Handler handler, int start, int end, boolean terminated) {
        final boolean carriageReturn = end > start && buffer[end - 1] == '\r';
        handler.line(buffer, start, carriageReturn ? end - 1 : end, ++lines, terminated);
    }

    /// Eight bytes at a time. A byte above the first line feed may be taken for one, the first never is missed.
    private int lineFeed(int from, int to) {
        final byte[] buffer = this.buffer;
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            final long word = (long) LONG.get(buffer, at) ^ LINE_FEEDS;
            final long zeros = (word - LOW_BITS) & ~word & HIGH_BITS;
            if (zeros != 0) {
                return at + (Long.numberOfTrailingZeros(zeros) >>> 3);
            }
        }
        for (; at < to; at++) {
            if (buffer[at] == '\n') {
                return at;
            }
        }
        return -1;
    }
}
