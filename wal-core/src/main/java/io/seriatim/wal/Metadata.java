package io.seriatim.wal;

/// What is known about a series and is no sample: its type, its unit, what it means. A view, valid during the
/// callback only.
///
/// The log keeps names and values as they are. Those that the project's own tools write and read: `type`
/// (`counter`, `gauge`, `histogram`, `summary`, `info`, `stateset`, `unknown`), `unit`, `help`, `temporality` (`delta`
/// or
/// `cumulative`), `monotonic` (`true` or `false`), `start` (since when a counter counts, in the log's time unit).
public interface Metadata {
    /// @return when it was learned, in the log's time unit
    long timestamp();

    /// Decodes names and values: a new object each time.
    Labels attributes();

    /// @return the lsn that the append returned
    long lsn();
}
