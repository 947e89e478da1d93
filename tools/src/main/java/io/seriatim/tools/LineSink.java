package io.seriatim.tools;

/// Collects whole lines and writes them out together. Thread-safe: a line is never torn, and the line of a call that
/// began after another had returned comes after it.
final class LineSink {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final Output out;
    private final long limit;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int buffered;
    private long lines;

    /// @param limit the most lines to take
    LineSink(Output out, long limit) {
        this.out = out;
        this.limit = limit;
    }

    /// Takes a line, its line feed included.
    ///
    /// @throws Enough      if the limit is reached; the lines within it are kept
    /// @throws Output.Lost if lines cannot be written
    synchronized void line(JsonBuffer line) {
        if (lines >= limit) {
            throw Enough.INSTANCE;
        }
        final int length = line.length();
        if (length > buffer.length - buffered) {
            flush();
        }
        if (length > buffer.length) {
            out.write(line.array(), 0, length);
        } else {
            System.arraycopy(line.array(), 0, buffer, buffered, length);
            buffered += length;
        }
        if (++lines == limit) {
            throw Enough.INSTANCE;
        }
    }

    /// Writes what is collected.
    ///
    /// @throws Output.Lost if it cannot be written
    synchronized void flush() {
        final int length = buffered;
        buffered = 0; // what failed once would fail again
        if (length > 0) {
            out.write(buffer, 0, length);
        }
    }

    synchronized long lines() {
        return lines;
    }

    /// Ends a replay from within its handler.
    static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private static final Enough INSTANCE = new Enough();

        private Enough() {
            super("limit reached", null, false, false);
        }
    }
}
