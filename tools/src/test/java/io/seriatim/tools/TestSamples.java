package io.seriatim.tools;

import io.seriatim.wal.Samples;

/// Samples as a replay would hand them over.
///
/// @param lsn        of the record
/// @param timestamps of each
/// @param bits       of each value
public record TestSamples(long lsn, long[] timestamps, long[] bits) implements Samples {
    public static TestSamples of(long lsn, long timestamp, long valueBits) {
        return new TestSamples(lsn, new long[] {timestamp}, new long[] {valueBits});
    }

    @Override
    public int count() {
        return timestamps.length;
    }

    @Override
    public long timestamp(int index) {
        return timestamps[index];
    }

    @Override
    public long valueBits(int index) {
        return bits[index];
    }
}
