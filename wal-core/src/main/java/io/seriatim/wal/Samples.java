package io.seriatim.wal;

/// Samples of one series that were appended together, in their order. A view, valid during the callback only.
public interface Samples {
    /// @return how many; 0 if the append only named the series
    int count();

    /// @param index from 0 to `count() - 1`
    /// @return the timestamp in the log's time unit
    long timestamp(int index);

    /// @param index from 0 to `count() - 1`
    /// @return the value, bit for bit as appended
    default double value(int index) {
        return Double.longBitsToDouble(valueBits(index));
    }

    /// @param index from 0 to `count() - 1`
    /// @return the value's raw bits
    long valueBits(int index);

    /// @return the lsn that the append returned: one value for all that was appended together
    long lsn();

    /// @return bytes that these samples take in the log: their labels too where they are written out, but not what
    ///         a record's other series share with them; 0 if this view does not know
    default int encodedBytes() {
        return 0;
    }
}
