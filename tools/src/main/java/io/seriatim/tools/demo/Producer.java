package io.seriatim.tools.demo;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Labels;
import io.seriatim.wal.LsnVector;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.TimeSeries;
import io.seriatim.wal.Wal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// One thread that appends what its script says, as fast as it can.
final class Producer implements Runnable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Wal wal;
    private final FleetScript script;
    private final AtomicLong returned;
    private final DurableAcknowledgement acknowledgement;
    private final SeriesHandle[] handles;
    private final Whole whole;

    /// Told when appends are durable.
    interface DurableAcknowledgement {
        void durable(long appends);
    }

    /// @param returned        how many appends have returned; written here
    /// @param acknowledgement null: do not wait for appends to be durable
    Producer(Wal wal, FleetScript script, AtomicLong returned, DurableAcknowledgement acknowledgement) {
        this.wal = wal;
        this.script = script;
        this.returned = returned;
        this.acknowledgement = acknowledgement;
        handles = new SeriesHandle[script.series()];
        for (int series = 0; series < handles.length; series++) {
            handles[series] = wal.series(script.labels(series));
        }
        whole = new Whole(script, handles);
    }

    @Override
    public void run() {
        final int steps = script.schedule().steps();
        try (Batch batch = wal.batch()) {
            for (long append = 0; !Thread.currentThread().isInterrupted(); ) {
                final long firstSampleOfCycle = append / steps * Schedule.SAMPLES_PER_CYCLE;
                for (int step = 0; step < steps; step++) {
                    step(batch, step, firstSampleOfCycle);
                    append++;
                    returned.setRelease(append);
                    if (acknowledgement != null) {
                        acknowledgement.durable(append);
                    }
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void step(Batch batch, int step, long firstSampleOfCycle) throws InterruptedException {
        final Schedule schedule = script.schedule();
        final int series = schedule.series(step);
        final long sample = firstSampleOfCycle + schedule.firstSample(step);
        switch (schedule.manner(step)) {
            case HANDLE -> await(handles[series].append(script.timestamp(series, sample), value(series, sample)));
            case BATCH -> {
                for (int s = series; s < series + Schedule.SERIES_PER_HOST; s++) {
                    batch.add(handles[s], script.timestamp(s, sample), value(s, sample));
                }
                await(batch.commit());
            }
            case WHOLE -> {
                whole.series = series;
                whole.firstSample = sample;
                await(wal.append(whole));
            }
        }
    }

    private double value(int series, long sample) {
        return Double.longBitsToDouble(script.valueBits(series, sample));
    }

    private void await(long lsn) throws InterruptedException {
        if (acknowledgement != null && !wal.awaitDurable(lsn, PATIENCE)) {
            throw new IllegalStateException("not durable in time: lsn=" + lsn);
        }
    }

    private void await(LsnVector lsns) throws InterruptedException {
        if (acknowledgement != null && !wal.awaitDurable(lsns, PATIENCE)) {
            throw new IllegalStateException("not durable in time: lsns=" + lsns);
        }
    }

    /// The view that an engine would give of its own objects. Reused.
    private static final class Whole implements TimeSeries {
        private final FleetScript script;
        private final SeriesHandle[] handles;
        private int series;
        private long firstSample;

        Whole(FleetScript script, SeriesHandle[] handles) {
            this.script = script;
            this.handles = handles;
        }

        @Override
        public Labels labels() {
            return handles[series].labels();
        }

        @Override
        public int count() {
            return Schedule.SAMPLES_PER_WHOLE;
        }

        @Override
        public long timestamp(int index) {
            return script.timestamp(series, firstSample + index);
        }

        @Override
        public double value(int index) {
            return Double.longBitsToDouble(script.valueBits(series, firstSample + index));
        }
    }
}
