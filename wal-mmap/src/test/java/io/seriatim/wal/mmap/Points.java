package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import io.seriatim.wal.TimeSeries;

/// A series at given times; each value is its timestamp.
record Points(Labels labels, long... timestamps) implements TimeSeries {
    @Override
    public int count() {
        return timestamps.length;
    }

    @Override
    public long timestamp(int index) {
        return timestamps[index];
    }

    @Override
    public double value(int index) {
        return timestamps[index];
    }
}
