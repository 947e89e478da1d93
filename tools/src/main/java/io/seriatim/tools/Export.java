package io.seriatim.tools;

import io.seriatim.wal.ReplayHandler;

/// A format that a log is replayed into. Takes records from any number of threads, one series' from one at a
/// time.
public interface Export extends ReplayHandler, AutoCloseable {
    /// Writes what comes before the first record: a header, where there is one.
    default void begin() {}

    /// Writes what is left, once the last record is in.
    default void finish() {}

    /// Ends what is written before a limit, if that takes more than stopping.
    default void stopped() {}

    /// Gives up what it holds outside of the output.
    @Override
    default void close() {}
}
