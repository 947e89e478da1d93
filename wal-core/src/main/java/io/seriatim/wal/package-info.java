/// A write-ahead log for time series, as its callers see it. No files are opened here and no threads started.
///
/// Start with [io.seriatim.wal.Wal] for writing and [io.seriatim.wal.ReplayHandler] for reading; the module
/// `io.seriatim.wal.mmap` opens them. Data flows one way:
///
/// ```
/// TimeSeries, SeriesHandle, Batch -> Wal -> segments -> replay -> ReplayHandler, ReplayReport
/// ```
package io.seriatim.wal;
