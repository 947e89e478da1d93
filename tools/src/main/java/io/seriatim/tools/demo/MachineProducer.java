package io.seriatim.tools.demo;

import io.seriatim.wal.Batch;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.Wal;
import java.util.concurrent.atomic.AtomicLong;

/// Logs this machine's metrics, one batch every so often. It tells what it is going to append, since nobody could know.
final class MachineProducer implements Runnable {
    private static final long INTERVAL_MS = 200;

    private final Wal wal;
    private final Pipe.Writer pipe;
    private final AtomicLong returned;
    private final MachineMetrics metrics = new MachineMetrics();
    private final SeriesHandle[] handles = new SeriesHandle[metrics.size()];

    MachineProducer(Wal wal, Pipe.Writer pipe, AtomicLong returned) {
        this.wal = wal;
        this.pipe = pipe;
        this.returned = returned;
        for (int i = 0; i < handles.length; i++) {
            pipe.series(metrics.labels(i));
            handles[i] = wal.series(metrics.labels(i));
        }
    }

    @Override
    public void run() {
        final long[] valueBits = new long[handles.length];
        long timestamp = 0;
        try (Batch batch = wal.batch()) {
            for (long append = 1; ; append++) {
                metrics.scrape(valueBits);
                timestamp = Math.max(timestamp + 1, System.currentTimeMillis());
                pipe.scrape(timestamp, valueBits);
                for (int i = 0; i < handles.length; i++) {
                    batch.add(handles[i], timestamp, Double.longBitsToDouble(valueBits[i]));
                }
                batch.commit();
                returned.setRelease(append);
                Thread.sleep(INTERVAL_MS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
