package io.seriatim.wal.mmap;

import io.seriatim.wal.format.SamplesEncoder;
import java.util.Arrays;

/// What one append needs beside the log: samples read from the caller, and the frame under construction.
final class Scratch {
    private static final int INITIAL_COUNT = 16;

    final SamplesEncoder encoder = new SamplesEncoder();
    long[] timestamps = new long[INITIAL_COUNT];
    long[] values = new long[INITIAL_COUNT];
    int count;
    long min;
    long max;

    void clear() {
        count = 0;
        min = Long.MAX_VALUE;
        max = Long.MIN_VALUE;
    }

    void add(long timestamp, long valueBits) {
        if (count == timestamps.length) {
            timestamps = Arrays.copyOf(timestamps, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
        }
        timestamps[count] = timestamp;
        values[count++] = valueBits;
        min = Math.min(min, timestamp);
        max = Math.max(max, timestamp);
    }
}
