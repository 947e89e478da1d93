package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.WalIoException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ParallelReplayTest {
    private static final int SERIES = 12;

    @TempDir
    private static Path directory;

    /// Three epochs with 4, 2 and 4 shards, of many segments each.
    @BeforeAll
    static void fill() {
        int time = 0;
        for (final int shards : new int[] {4, 2, 4}) {
            try (MappedWal wal = MappedWal.open(Logs.config(directory).shards(shards))) {
                for (int i = 0; i < 100; i++, time++) {
                    try (Batch batch = wal.batch()) {
                        for (int series = 0; series < SERIES; series++) {
                            batch.add(wal.series(Labels.of("i", "" + series)), time, time);
                        }
                        batch.commit();
                    }
                    for (int series = 0; series < SERIES; series++) {
                        wal.series(Labels.of("i", "" + series)).append(time, time);
                    }
                }
            }
        }
    }

    private static Map<Integer, List<String>> perShard(ReplayOptions options) {
        final Map<Integer, List<String>> found = new ConcurrentHashMap<>();
        final ReplayReport report = MappedWal.replay(directory, options, (labels, samples) -> {
            final List<String> one = found.computeIfAbsent(Lsn.shard(samples.lsn()), _ -> new ArrayList<>());
            one.add(Logs.text(labels, samples.timestamp(0), samples.valueBits(0)) + " " + samples.lsn());
        });
        assertEquals(ReplayReport.State.SOUND, report.state(), report::toString);
        assertEquals(300L * SERIES * 2, report.samples());
        return new TreeMap<>(found);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 9, 16, 64})
    @DisplayName("P3: a parallel replay is the sequential one, shard by shard, within the least memory")
    void shouldEqualSequentialWhenParallel(int threads) {
        final ReplayOptions parallel =
                ReplayOptions.defaults().memoryBytes(threads * 64L * 1024).threads(threads);
        assertEquals(perShard(ReplayOptions.defaults()), perShard(parallel));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 16})
    @DisplayName("P3, edge 22: each series keeps its order while the number of shards changes")
    void shouldKeepOrderOfEachSeriesWhenShardCountChanges(int threads) {
        final Map<Labels, AtomicLong> last = new ConcurrentHashMap<>();
        final AtomicInteger disorder = new AtomicInteger();
        MappedWal.replay(directory, ReplayOptions.defaults().threads(threads), (labels, samples) -> {
            final AtomicLong before = last.computeIfAbsent(labels, _ -> new AtomicLong(-1));
            if (before.getAndSet(samples.timestamp(0)) > samples.timestamp(0)) {
                disorder.incrementAndGet();
            }
        });
        assertEquals(SERIES, last.size());
        assertEquals(0, disorder.get());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 16})
    void shouldEndReplayWhenHandlerThrows(int threads) {
        final RuntimeException thrown = new IllegalStateException("enough");
        final AtomicInteger calls = new AtomicInteger();
        final RuntimeException caught = assertThrows(
                RuntimeException.class,
                () -> MappedWal.replay(directory, ReplayOptions.defaults().threads(threads), (labels, samples) -> {
                    if (calls.incrementAndGet() >= 50) {
                        throw thrown;
                    }
                }));
        final int atReturn = calls.get();
        assertSame(thrown, caught);
        assertTrue(atReturn < 300, () -> "calls=" + atReturn);
        assertEquals(atReturn, calls.get());
    }

    @Test
    void shouldEndReplayWhenCallerIsInterrupted() throws Exception {
        final CountDownLatch inside = new CountDownLatch(1);
        final AtomicReference<Throwable> caught = new AtomicReference<>();
        final AtomicInteger active = new AtomicInteger();
        final Thread caller = Thread.ofPlatform().start(() -> {
            try {
                MappedWal.replay(directory, ReplayOptions.defaults().threads(4), (labels, samples) -> {
                    active.incrementAndGet();
                    inside.countDown();
                    try {
                        Thread.sleep(5);
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                    active.decrementAndGet();
                });
            } catch (Throwable failure) {
                caught.set(failure);
                assertTrue(Thread.currentThread().isInterrupted());
            }
        });
        inside.await();
        caller.interrupt();
        caller.join();
        assertEquals(WalIoException.class, caught.get().getClass());
        assertEquals(0, active.get());
    }

    @Test
    void shouldReportProgressUpToTheEndWhenParallel() {
        final AtomicLong last = new AtomicLong();
        final AtomicLong total = new AtomicLong();
        MappedWal.replay(
                directory,
                ReplayOptions.defaults().threads(4).progress((done, all) -> {
                    last.set(done);
                    total.set(all);
                }),
                (labels, samples) -> {});
        assertEquals(total.get(), last.get());
    }
}
