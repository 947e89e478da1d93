package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;

/// The run that `EVENTS.md` reads a recording of: a steady producer, and a device that is slow twice, on purpose.
final class StallsExample {
    private static final int SEGMENT_BYTES = 4 << 20;
    private static final long SLOW_MS = 80;

    private StallsExample() {}

    /// @param arguments a directory that does not exist yet, and the recording's file
    public static void main(String[] arguments) throws Exception {
        final Path directory = Path.of(arguments[0]);
        final AtomicBoolean slowForce = new AtomicBoolean();
        final AtomicBoolean slowFile = new AtomicBoolean();
        final WatchedStorage storage = new WatchedStorage((call, path) -> {
            final boolean isForce = call.equals("msync");
            final boolean isFile = call.equals("force") && WatchedStorage.isSegment(path);
            if (isForce && slowForce.compareAndSet(true, false) || isFile && slowFile.compareAndSet(true, false)) {
                LockSupport.parkNanos(Duration.ofMillis(SLOW_MS).toNanos());
            }
        });
        try (Recording recording = new Recording()) {
            recording.start();
            final WalConfig config =
                    WalConfig.at(directory).segmentBytes(SEGMENT_BYTES).maxBytes(1L << 30);
            try (MappedWal wal = MappedWal.open(config, storage, null)) {
                final SeriesHandle cpu = wal.series(Labels.of("__name__", "cpu_seconds_total", "mode", "user"));
                produce(cpu, 1_000);
                slowForce.set(true); // the first: a force
                produce(cpu, 1_000);
                slowFile.set(true); // the second: a preparation, while the producer is fast
                burst(cpu);
                produce(cpu, 500);
            }
            MappedWal.replay(directory, ReplayOptions.defaults(), (_, _) -> {});
            recording.dump(Path.of(arguments[1]));
        }
    }

    /// 100 samples in each millisecond.
    private static void produce(SeriesHandle series, int milliseconds) {
        long dueNs = System.nanoTime();
        for (int i = 0; i < milliseconds; i++) {
            for (int j = 0; j < 100; j++) {
                series.append(i, j);
            }
            dueNs += 1_000_000;
            LockSupport.parkNanos(dueNs - System.nanoTime());
        }
    }

    /// Three segments as fast as it goes.
    private static void burst(SeriesHandle series) {
        for (int i = 0; i < 3 * SEGMENT_BYTES / 32; i++) {
            series.append(i, i);
        }
    }
}
