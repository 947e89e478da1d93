package io.seriatim.wal;

/// A labelled series with samples, as an engine has it. Implement it on the engine's own objects.
///
/// The log calls every method before it reserves a byte, `count()` once and each sample once, in order, so an
/// implementation may throw, append to the same log, or change from call to call: what was read is what is logged.
public interface TimeSeries {
    /// @return the labels; the same instance for the same series spares the log a comparison of bytes
    Labels labels();

    /// @return the number of samples; 0 is legal and logs that the series exists
    int count();

    /// @param index from 0 to `count() - 1`
    /// @return the timestamp in the log's time unit; need not increase
    long timestamp(int index);

    /// @param index from 0 to `count() - 1`
    /// @return the value; every bit of it is kept, the payload of a NaN too
    double value(int index);
}
