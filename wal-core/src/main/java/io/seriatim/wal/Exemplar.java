package io.seriatim.wal;

/// One measurement out of those that a sample or histogram sums up, with what it belongs to, a trace for instance.
///
/// @param timestamp when it was measured, in the log's time unit
/// @param valueBits the raw bits of what was measured
/// @param labels    the exemplar's own, such as `trace_id`, or null
/// @param lsn       what the append returned
public record Exemplar(long timestamp, long valueBits, Labels labels, long lsn) {
    /// @return what was measured, bit for bit as appended
    public double value() {
        return Double.longBitsToDouble(valueBits);
    }
}
