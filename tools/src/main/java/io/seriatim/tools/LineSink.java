package io.seriatim.tools;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;

/// Collects whole lines and writes them out together. Thread-safe: the lines of a record are never torn apart
/// by those of another, and the lines of a call that began after another had returned come after them.
///
/// Bounded, however long a line is: what does not fit the buffer is written in parts.
public final class LineSink {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final Output out;
    private final long limit;
    private final Journal journal;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final ReentrantLock lock = new ReentrantLock();
    private int buffered;
    private long lines;

    /// @param limit   the most lines to take
    /// @param journal told of every record that is in
    public LineSink(Output out, long limit, Journal journal) {
        this.out = out;
        this.limit = limit;
        this.journal = journal;
    }

    /// @param limit the most lines to take
    public LineSink(Output out, long limit) {
        this(out, limit, (_, _) -> {});
    }

    /// Writes what is no line of the log.
    ///
    /// @throws Output.Lost if it cannot be written
    public void aside(String text) {
        lock.lock();
        try {
            final byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            write(utf8, utf8.length);
        } finally {
            lock.unlock();
        }
    }

    /// Writes bytes that are no line of the log.
    ///
    /// @throws Output.Lost if they cannot be written
    public void aside(byte[] bytes, int offset, int length) {
        lock.lock();
        try {
            flushBuffer();
            out.write(bytes, offset, length);
        } finally {
            lock.unlock();
        }
    }

    /// @return what ends a replay from within its handler, for formats that count something else than lines
    public static RuntimeException enough() {
        return Enough.INSTANCE;
    }

    /// Takes some lines of a record, the last one perhaps not whole. The same thread brings the rest with
    /// further calls and [#record]; nobody else's come in between.
    ///
    /// @throws Enough      if the limit is reached; the lines within it are kept
    /// @throws Output.Lost if lines cannot be written
    public void part(LineBatch batch) {
        if (!lock.isHeldByCurrentThread()) {
            lock.lock();
        }
        boolean taken = false;
        try {
            take(batch);
            taken = true;
        } finally {
            if (!taken) {
                lock.unlock();
            }
        }
    }

    /// Takes the rest of a record's lines, which may be none.
    ///
    /// @param lsn of the record
    /// @throws Enough      if the limit is reached; the lines within it are kept
    /// @throws Output.Lost if lines cannot be written
    public void record(LineBatch batch, long lsn) {
        if (!lock.isHeldByCurrentThread()) {
            lock.lock();
        }
        try {
            take(batch);
            journal.delivered(lsn, this);
            if (lines == limit) {
                throw Enough.INSTANCE;
            }
        } finally {
            lock.unlock();
        }
    }

    private void take(LineBatch batch) {
        if (lines >= limit) {
            throw Enough.INSTANCE;
        }
        final long room = limit - lines;
        if (batch.lines() > room) {
            write(batch.text().array(), batch.lengthOf((int) room));
            lines = limit;
            throw Enough.INSTANCE;
        }
        write(batch.text().array(), batch.text().length());
        lines += batch.lines();
    }

    private void write(byte[] text, int length) {
        if (length > buffer.length - buffered) {
            flushBuffer();
        }
        if (length > buffer.length) {
            out.write(text, 0, length);
        } else {
            System.arraycopy(text, 0, buffer, buffered, length);
            buffered += length;
        }
    }

    /// Writes what is collected.
    ///
    /// @throws Output.Lost if it cannot be written
    public void flush() {
        lock.lock();
        try {
            flushBuffer();
        } finally {
            lock.unlock();
        }
    }

    private void flushBuffer() {
        final int length = buffered;
        buffered = 0; // what failed once would fail again
        if (length > 0) {
            out.write(buffer, 0, length);
        }
    }

    /// @return lines taken
    public long lines() {
        lock.lock();
        try {
            return lines;
        } finally {
            lock.unlock();
        }
    }

    /// Told which records' lines a sink has taken, one at a time and in the order of the lines.
    @FunctionalInterface
    public interface Journal {
        /// A record is in.
        ///
        /// @param sink which nobody else uses during the call
        void delivered(long lsn, LineSink sink);
    }

    /// Ends a replay from within its handler.
    public static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private static final Enough INSTANCE = new Enough();

        private Enough() {
            super("limit reached", null, false, false);
        }
    }
}
