package io.seriatim.tools.ingest;

import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import io.seriatim.tools.serve.intake.Intake;
import io.seriatim.tools.serve.intake.IntakeLimits;
import io.seriatim.wal.Batch;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.TimeSeries;
import io.seriatim.wal.Wal;
import io.seriatim.wal.WalStats;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/// The log's side: takes samples in the order of the input and counts them. Not thread-safe.
final class Appender implements AutoCloseable {
    /// What a sample comes to at most when its series is defined with it. With no more samples in a batch than fit a
    /// frame
    /// even so, the log has not to look whether they do.
    private static final int BATCHED_BYTES = Labels.MAX_ENCODED_BYTES + 64;

    /// What a further sample of one series comes to at most.
    private static final int SAMPLE_BYTES = 32;

    private static final int MOST_BATCHED = 1000;

    private static final int SKETCH_PRECISION = 14; // an error of half a percent, 16 KiB

    private final Wal wal;
    private final int seriesLimit;
    private final int batchSamples;
    private final int recordSamples;
    private final Batch batch;
    private final OneSeries one = new OneSeries();
    private final Set<SeriesHandle> known = Collections.newSetFromMap(new IdentityHashMap<>());
    private final UltraLogLog sketch = UltraLogLog.create(SKETCH_PRECISION);
    private boolean forgot;
    private boolean direct;
    private int batched;
    private long samples;

    /// @param seriesLimit the most series to remember, here and in the log
    Appender(Wal wal, int seriesLimit) {
        this.wal = wal;
        this.seriesLimit = seriesLimit;
        this.batchSamples = Math.clamp(wal.config().maxFrameBytes() / BATCHED_BYTES, 1, MOST_BATCHED);
        this.recordSamples = Math.max(1, (wal.config().maxFrameBytes() - BATCHED_BYTES) / SAMPLE_BYTES);
        this.batch = wal.batch();
    }

    /// Finds or registers a series.
    SeriesHandle series(Labels labels) {
        final SeriesHandle handle = wal.series(labels);
        if (known.add(handle)) {
            sketch.add(labels.hash64());
            if (known.size() > seriesLimit) {
                forget();
                known.add(handle);
            }
        }
        return handle;
    }

    /// Keeps memory bounded, however many series there are: those not written in the current segment are forgotten.
    private void forget() {
        commit();
        known.clear();
        forgot = true;
        wal.evictIdle(wal.checkpoint());
    }

    /// Adds one sample.
    void add(SeriesHandle series, long timestamp, double value) {
        batch.add(series, timestamp, value);
        samples++;
        if (++batched == batchSamples) {
            commit();
        }
    }

    /// Appends samples of one series as one record, if it is not longer than a record can be.
    void append(SeriesHandle series, long[] timestamps, double[] values, int count) {
        commit();
        one.labels = series.labels();
        one.timestamps = timestamps;
        one.values = values;
        one.from = 0;
        do {
            one.count = Math.min(count - one.from, recordSamples);
            wal.append(one);
            one.from += one.count;
        } while (one.from < count);
        samples += count;
    }

    /// Appends a histogram.
    void append(SeriesHandle series, long timestamp, Histogram histogram) {
        commit();
        series.append(timestamp, histogram);
    }

    /// Appends an exemplar.
    void appendExemplar(SeriesHandle series, long timestamp, double value, Labels labels) {
        commit();
        series.appendExemplar(timestamp, value, labels);
    }

    /// Appends what is known about a series.
    void appendMetadata(SeriesHandle series, long timestamp, Labels attributes) {
        commit();
        series.appendMetadata(timestamp, attributes);
    }

    /// Appends an opaque record.
    void append(int kind, byte[] record) {
        commit();
        wal.appendRecord(0, kind, record, 0, record.length);
    }

    /// @return what takes whole messages into the same log; what it took is to be [#counted]
    Intake intake() {
        direct = true;
        return new Intake(wal, IntakeLimits.standard());
    }

    /// Counts samples that went into the log another way.
    void counted(long more) {
        samples += more;
    }

    /// Logs what was added.
    void commit() {
        if (batched > 0) {
            batched = 0;
            batch.commit();
        }
    }

    long samples() {
        return samples;
    }

    /// @return how many series there were, an estimate unless [#seriesAreExact]
    long series() {
        if (direct) {
            return wal.stats().shards().stream()
                    .mapToLong(WalStats.Shard::series)
                    .sum();
        }
        return forgot ? Math.round(sketch.getDistinctCountEstimate()) : known.size();
    }

    boolean seriesAreExact() {
        return !forgot;
    }

    @Override
    public void close() {
        batch.close();
    }

    private static final class OneSeries implements TimeSeries {
        private Labels labels;
        private long[] timestamps;
        private double[] values;
        private int from;
        private int count;

        @Override
        public Labels labels() {
            return labels;
        }

        @Override
        public int count() {
            return count;
        }

        @Override
        public long timestamp(int index) {
            return timestamps[from + index];
        }

        @Override
        public double value(int index) {
            return values[from + index];
        }
    }
}
