package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.Replayed.Sample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Many threads, every operation, segments so small that somebody is always rolling. Each thread owns its series, so
/// that the order within each of them is known.
@Timeout(120)
class StressTest {
    private static final int THREADS = 8;
    private static final int SERIES = 20;

    @TempDir
    private Path directory;

    /// One producer, and what it has appended.
    private static final class Producer {
        final Map<Labels, List<Sample>> appended = new HashMap<>();
        int records;
        private final MappedWal wal;
        private final int number;
        private final Random random;
        private final byte[] opaque = new byte[700];

        Producer(MappedWal wal, int number, long seed) {
            this.wal = wal;
            this.number = number;
            this.random = new Random(seed + number);
        }

        void run(int operations) throws InterruptedException {
            for (int n = 0; n < operations; n++) {
                switch (random.nextInt(100)) {
                    case 0 -> wal.flush();
                    case 1 -> wal.evictIdle(wal.checkpoint());
                    case 2 -> wal.series(note(n, n)).appendDurable(n, n);
                    case 3 -> wal.awaitDurable(wal.series(note(n, n)).append(n, n), Duration.ofSeconds(30));
                    case 4, 5, 6, 7, 8, 9 -> record();
                    case 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 -> series();
                    case 20, 21, 22, 23, 24, 25, 26, 27, 28, 29 -> batch(n);
                    default -> wal.series(note(n, n)).append(n, n);
                }
            }
        }

        private Labels note(long timestamp, double value) {
            final Labels labels = Labels.of("thread", "" + number, "i", "" + random.nextInt(SERIES));
            appended.computeIfAbsent(labels, _ -> new ArrayList<>()).add(Sample.of(timestamp, value));
            return labels;
        }

        private void record() {
            records++;
            wal.appendRecord(random.nextInt(wal.config().shards()), 1, opaque, 0, random.nextInt(opaque.length));
        }

        private void series() {
            final long[] timestamps = random.longs(random.nextInt(60)).toArray();
            final Labels labels = Labels.of("thread", "" + number, "i", "" + random.nextInt(SERIES));
            final List<Sample> samples = appended.computeIfAbsent(labels, _ -> new ArrayList<>());
            for (final long timestamp : timestamps) {
                samples.add(Sample.of(timestamp, timestamp));
            }
            wal.append(new Points(labels, timestamps));
        }

        private void batch(int n) {
            try (Batch batch = wal.batch()) {
                for (int i = random.nextInt(40); i >= 0; i--) {
                    batch.add(wal.series(note(n, i)), n, i);
                }
                batch.commit();
            }
        }
    }

    @ParameterizedTest(name = "segments of {0} bytes, {1} shards")
    @CsvSource({"8192, 1", "16384, 3"})
    @DisplayName("P1, P3: 8 threads, every operation, a roll every few appends: replay is exact")
    void shouldReplayExactlyWhenEverybodyDoesEverything(int segmentBytes, int shards) throws Exception {
        final long seed = System.nanoTime();
        final List<Producer> producers = new ArrayList<>();
        final AtomicReference<Throwable> unexpected = new AtomicReference<>();
        final WalConfig config = WalConfig.at(directory)
                .segmentBytes(segmentBytes)
                .shards(shards)
                .flushEvery(Duration.ofMillis(1));
        try (MappedWal wal = MappedWal.open(config)) {
            final List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                final Producer producer = new Producer(wal, i, seed);
                producers.add(producer);
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        producer.run(2_500);
                    } catch (Throwable failure) {
                        unexpected.set(failure);
                    }
                }));
            }
            for (final Thread thread : threads) {
                thread.join();
            }
        }
        assertNull(unexpected.get(), () -> "seed=" + seed + " " + unexpected.get());
        final Map<Labels, List<Sample>> expected = new HashMap<>();
        producers.forEach(producer -> expected.putAll(producer.appended));
        final Replayed found = Replayed.of(directory);
        assertEquals(expected, found.series, () -> "seed=" + seed);
        assertEquals(producers.stream().mapToInt(producer -> producer.records).sum(), found.records.size());
        assertEquals(0, found.report.orphans());
        assertEquals(ReplayReport.State.SOUND, found.report.state(), found.report::toString);
    }
}
