package io.seriatim.wal.adapters;

import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.TimeSeries;

/// Samples in somebody's buffer, one behind the other: 8 bytes of timestamp, 8 bytes of value, both little-endian.
final class InPlaceSamples implements TimeSeries {
    static final int SAMPLE_BYTES = 2 * Long.BYTES;

    private final Memory<?> memory;
    private SeriesHandle series;
    private long offset;
    private int count;

    InPlaceSamples(Memory<?> memory) {
        this.memory = memory;
    }

    InPlaceSamples at(SeriesHandle series, long offset, int count) {
        this.series = series;
        this.offset = offset;
        this.count = count;
        return this;
    }

    @Override
    public Labels labels() {
        return series.labels();
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public long timestamp(int index) {
        return memory.longAt(offset + (long) index * SAMPLE_BYTES);
    }

    @Override
    public double value(int index) {
        return Double.longBitsToDouble(memory.longAt(offset + (long) index * SAMPLE_BYTES + Long.BYTES));
    }
}
