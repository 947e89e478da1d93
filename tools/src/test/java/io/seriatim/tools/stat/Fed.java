package io.seriatim.tools.stat;

import io.seriatim.wal.Samples;

/// Samples as a replay would hand them over.
///
/// @param encodedBytes what they take in the log
/// @param timestamps   of each
record Fed(int encodedBytes, long... timestamps) implements Samples {
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
        return 0;
    }

    @Override
    public long lsn() {
        return 0;
    }
}
