package io.seriatim.wal.adapters;

import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.Wal;

/// What the appenders of both libraries do. Not thread-safe.
///
/// @param <B> the library's type of a buffer
final class InPlaceAppender<B> {
    private final Wal wal;
    private final Memory<B> memory;
    private final InPlaceSeries series;
    private final InPlaceSamples samples;

    InPlaceAppender(Wal wal, Memory<B> memory) {
        this.wal = wal;
        this.memory = memory;
        this.series = new InPlaceSeries(wal);
        this.samples = new InPlaceSamples(memory);
    }

    long appendRecord(int shard, int kind, B source, long offset, int length) {
        memory.buffer = source;
        try {
            memory.check(offset, length);
            return wal.appendRecord(shard, kind, memory, offset, length);
        } finally {
            memory.buffer = null;
        }
    }

    SeriesHandle series(B labels, long offset, int length) {
        memory.buffer = labels;
        try {
            memory.check(offset, length);
            return series.find(memory, offset, length);
        } finally {
            memory.buffer = null;
        }
    }

    long append(SeriesHandle handle, B source, long offset, int count) {
        memory.buffer = source;
        try {
            memory.check(offset, (long) count * InPlaceSamples.SAMPLE_BYTES);
            return wal.append(samples.at(handle, offset, count));
        } finally {
            memory.buffer = null;
        }
    }

    void forget() {
        series.clear();
    }
}
