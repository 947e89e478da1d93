package io.seriatim.wal;

/// One measurement out of those that a sample or histogram sums up, with what it belongs to, a trace for instance.
/// A view, valid during the callback only.
public interface Exemplar {
    /// @return when it was measured, in the log's time unit
    long timestamp();

    /// @return the raw bits of what was measured
    long valueBits();

    /// @return what was measured, bit for bit as appended
    default double value() {
        return Double.longBitsToDouble(valueBits());
    }

    /// Decodes the exemplar's own labels, such as `trace_id`: a new object each time.
    ///
    /// @return the labels, or null if it has none
    Labels labels();

    /// @return the lsn that the append returned
    long lsn();
}
