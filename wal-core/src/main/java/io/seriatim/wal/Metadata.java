package io.seriatim.wal;

/// What is known about a series and is no sample: its type, its unit, what it means.
///
/// The log keeps names and values as they are. Those that the project's own tools write and read: `type`
/// (`counter`, `gauge`, `histogram`, `summary`, `info`, `stateset`, `unknown`), `unit`, `help`, `temporality`
/// (`delta` or `cumulative`), `monotonic` (`true` or `false`), `start` (since when a counter counts, in the log's
/// time unit).
///
/// @param timestamp  when it was learned, in the log's time unit
/// @param attributes names and values
/// @param lsn        what the append returned
public record Metadata(long timestamp, Labels attributes, long lsn) {}
