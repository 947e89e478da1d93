package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.SeriesLimitException;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalFullException;
import io.seriatim.wal.WalPoisonedException;
import io.seriatim.wal.WalStats;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.Mark;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The attacks of PROTOCOL.md on the append path, by their numbers.
@Timeout(60)
@ExtendWith(QuietLog.class)
class EdgesTest {
    private static final Labels UP = Labels.of("__name__", "up");
    private static final Labels DOWN = Labels.of("__name__", "down");

    @TempDir
    private Path directory;

    /// A producer that can be stopped between its claim and its commit.
    private static final class Victim implements ClaimHook {
        final CountDownLatch claimed = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);
        private volatile Thread thread;

        Thread start(Runnable append) {
            final Thread starting = Thread.ofPlatform().unstarted(append);
            thread = starting;
            starting.start();
            CloseTest.awaitQuietly(claimed);
            return starting;
        }

        @Override
        public void afterClaim(int shard, long position) {
            if (Thread.currentThread() == thread) {
                thread = null;
                claimed.countDown();
                CloseTest.awaitQuietly(go);
            }
        }
    }

    private WalConfig config() {
        return WalConfig.at(directory).segmentBytes(8 * 1024).flushEvery(Duration.ofMillis(1));
    }

    private static WalStats.Shard stats(MappedWal wal) {
        return wal.stats().shards().getFirst();
    }

    @Test
    @DisplayName("EDGE 1, P2: an append behind a durable one is not durable by its position")
    void shouldNotBeDurableWhenItsFrameStartsWhereDurableEnds() throws InterruptedException {
        try (MappedWal wal = MappedWal.open(config().callerRuns(true).flushEvery(Duration.ofDays(1)))) {
            final SeriesHandle up = wal.series(UP);
            final long first = up.append(1, 1);
            assertTrue(wal.awaitDurable(first, Duration.ofSeconds(10)));
            assertEquals(first, wal.durable(0));

            final long second = up.append(2, 2);

            assertTrue(second > wal.durable(0));
            assertFalse(wal.awaitDurable(second, Duration.ZERO));
            assertTrue(wal.awaitDurable(second, Duration.ofSeconds(10)));
        }
    }

    @Test
    @DisplayName("EDGE 3, P1: a definition that was claimed but not committed is relied upon by nobody")
    void shouldDefineAgainWhenTheDefinerHangs() throws Exception {
        final Victim victim = new Victim();
        try (MappedWal wal = MappedWal.open(config(), FileStorage.INSTANCE, victim)) {
            final SeriesHandle up = wal.series(UP);
            final Thread definer = victim.start(() -> up.append(1, 1));
            up.append(2, 2);

            // As if the process had died here: the definer's claim is open for good.
            final Replayed meanwhile = Replayed.of(directory);
            assertEquals(List.of(Replayed.Sample.of(2, 2)), meanwhile.of(UP));
            assertEquals(0, meanwhile.report.orphans());
            victim.go.countDown();
            definer.join();
        }
        assertEquals(2, Replayed.of(directory).of(UP).size());
    }

    @Test
    @DisplayName("EDGE 3, P1: a definer that dies between claim and commit leaves a pad, and others lose nothing")
    void shouldLeaveAPadWhenAProducerDiesBeforeItsCommit() throws Exception {
        final AtomicInteger claims = new AtomicInteger();
        final Thread test = Thread.currentThread();
        final AtomicBoolean deadly = new AtomicBoolean(true);
        final ClaimHook hook = (_, _) -> {
            if (Thread.currentThread() == test && deadly.get() && claims.getAndIncrement() % 3 == 1) {
                throw new IllegalStateException("died");
            }
        };
        int returned = 0;
        try (MappedWal wal = MappedWal.open(config(), FileStorage.INSTANCE, hook)) {
            final SeriesHandle up = wal.series(UP);
            final SeriesHandle down = wal.series(DOWN);
            for (int i = 0; i < 3000; i++) {
                try {
                    switch (i % 4) {
                        case 0 -> up.append(i, i);
                        case 1 -> down.append(i, i);
                        case 2 -> wal.append(new Points(i % 8 == 2 ? UP : DOWN, i, i));
                        default -> wal.appendRecord(0, 0, new byte[i % 50], 0, i % 50);
                    }
                    returned++;
                } catch (IllegalStateException _) {
                    // died; nothing of it may be found
                }
            }
            wal.flush();
            assertEquals(null, stats(wal).poison());
            deadly.set(false); // this thread will write the closing mark
        }
        final Replayed found = Replayed.of(directory);
        assertEquals(returned, found.report.records());
        assertEquals(0, found.report.orphans());
        assertEquals(ReplayReport.State.SOUND, found.report.state());
    }

    @Test
    @DisplayName("EDGE 4: a stack that overflows anywhere in an append, callbacks included, leaves no open claim")
    void shouldGoOnWhenTheStackOverflowsInAnAppend() throws Exception {
        final long[] returned = new long[1];
        try (MappedWal wal = MappedWal.open(WalConfig.at(directory).segmentBytes(1 << 20))) {
            final SeriesHandle up = wal.series(UP);
            final Thread deep = new Thread(
                    null,
                    () -> {
                        for (int i = 0; i < 300; i++) {
                            try {
                                recurse(up, returned);
                            } catch (StackOverflowError _) {
                                // at another depth, in another frame, each time
                            }
                        }
                    },
                    "deep",
                    512 * 1024);
            deep.start();
            deep.join();
            up.append(1, 1);
            assertTrue(wal.awaitDurable(wal.checkpoint(), Duration.ofSeconds(8)), "a claim is open");
            assertEquals(null, stats(wal).poison());
        }
        assertTrue(Replayed.of(directory).samples > returned[0]);
    }

    private static int recurse(SeriesHandle handle, long[] returned) {
        handle.append(1, 1);
        returned[0]++;
        return recurse(handle, returned) + 1;
    }

    @Test
    @DisplayName("EDGE 5: a frame that ends exactly at the capacity stops nobody")
    void shouldRollWhenAFrameEndsExactlyAtTheCapacity() throws Exception {
        try (MappedWal wal = MappedWal.open(config().callerRuns(true))) {
            for (int segment = 1; segment <= 20; segment++) {
                final long end = segment * 8192L;
                if (Lsn.position(wal.checkpoint().lsn(0)) % 8192 == 0) {
                    wal.appendRecord(0, 0, new byte[8], 0, 8); // rolls
                }
                final long tail = Lsn.position(wal.checkpoint().lsn(0));
                final int left = (int) (end - tail) - FrameLayout.PAYLOAD_OFFSET;
                final long lsn = wal.appendRecord(0, segment, new byte[left], 0, left);
                assertEquals(end, Lsn.position(lsn));
                if (segment % 2 == 0) {
                    assertTrue(wal.awaitDurable(lsn, Duration.ofSeconds(5)));
                }
            }
        }
        final Replayed found = Replayed.of(directory);
        assertTrue(found.records.size() >= 20);
        assertEquals(ReplayReport.State.SOUND, found.report.state());
    }

    @Test
    @DisplayName("EDGE 6, P10: with no segment at hand appends fail, none is stuck, and they resume with the space")
    void shouldResumeWhenThereIsSpaceAgain() throws Exception {
        final AtomicBoolean full = new AtomicBoolean();
        final WatchedStorage storage = new WatchedStorage((call, path) -> {
            if (full.get() && call.equals("write") && WatchedStorage.isSegment(path)) {
                throw new IOException("no space left on device");
            }
        });
        final AtomicLong returned = new AtomicLong();
        final AtomicLong refused = new AtomicLong();
        try (MappedWal wal = MappedWal.open(config().backpressure(Backpressure.fail()), storage, null)) {
            full.set(true);
            final List<Thread> producers = new ArrayList<>();
            for (int p = 0; p < 6; p++) {
                final SeriesHandle handle = wal.series(Labels.of("p", "" + p));
                producers.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        try {
                            handle.append(i, i);
                            returned.incrementAndGet();
                        } catch (WalFullException failure) {
                            refused.incrementAndGet();
                        }
                    }
                }));
            }
            for (final Thread producer : producers) {
                producer.join();
            }
            assertTrue(refused.get() > 0);
            final WalFullException why = assertThrows(WalFullException.class, () -> fill(wal.series(UP), returned));
            assertTrue(why.getMessage().contains("no space left on device"), why::getMessage);
            // What is there can still become durable: marks do not wait for space.
            wal.flush();

            full.set(false);
            final long deadlineNs = System.nanoTime() + 20_000_000_000L;
            boolean again = false;
            while (!again && System.nanoTime() < deadlineNs) {
                try {
                    wal.series(UP).append(7, 7);
                    returned.incrementAndGet();
                    again = true;
                } catch (WalFullException _) {
                    Thread.sleep(5);
                }
            }
            assertTrue(again);
        }
        final Replayed found = Replayed.of(directory);
        assertEquals(returned.get(), found.samples);
        assertEquals(ReplayReport.State.SOUND, found.report.state());
    }

    private static void fill(SeriesHandle handle, AtomicLong returned) {
        for (int i = 0; i < 100_000; i++) {
            handle.append(i, i);
            returned.incrementAndGet();
        }
    }

    @Test
    @DisplayName("EDGE 7, P5: a poisoned shard is never marked, sealed or forced again, not by close either")
    void shouldForceNothingWhenPoisoned() throws Exception {
        final AtomicBoolean broken = new AtomicBoolean();
        final AtomicInteger forces = new AtomicInteger();
        final WatchedStorage storage = new WatchedStorage((call, _) -> {
            if (call.equals("msync") && broken.get()) {
                forces.incrementAndGet();
                throw new IOException("device gone");
            }
        });
        final MappedWal wal = MappedWal.open(config(), storage, null);
        final SeriesHandle up = wal.series(UP);
        up.appendDurable(1, 1);
        broken.set(true);
        assertThrows(WalPoisonedException.class, () -> up.appendDurable(2, 2));
        final long tail = stats(wal).tail();
        Thread.sleep(20);
        assertThrows(WalPoisonedException.class, wal::close);
        assertEquals(1, forces.get());
        assertEquals(tail, stats(wal).committed() > tail ? -1 : tail);
    }

    @Test
    @DisplayName("EDGE 9, P3: a claimer that sleeps while the log rolls on still owns its range when it wakes")
    void shouldKeepTheSegmentWhenAClaimerSleepsInIt() throws Exception {
        final Victim victim = new Victim();
        final WatchedStorage storage = new WatchedStorage((_, _) -> {});
        try (MappedWal wal = MappedWal.open(config(), storage, victim)) {
            final SeriesHandle up = wal.series(UP);
            final Thread sleeper = victim.start(() -> up.append(-1, -1));
            final SeriesHandle down = wal.series(DOWN);
            for (int i = 0; i < 2000; i++) { // some 15 segments
                down.append(i, i);
            }
            assertTrue(stats(wal).rolls() > 10);
            assertTrue(stats(wal).mapped() > 10);
            wal.truncateBefore(wal.checkpoint());
            victim.go.countDown();
            sleeper.join();
            wal.flush();
        }
        final Replayed found = Replayed.of(directory);
        assertEquals(List.of(Replayed.Sample.of(-1, -1)), found.of(UP));
        assertEquals(2000, found.of(DOWN).size());
        assertEquals(ReplayReport.State.SOUND, found.report.state());
    }

    @Test
    @DisplayName("EDGE 10, P2: nothing beyond an open claim is ever called durable, marks and forces notwithstanding")
    void shouldStopBeingDurableAtAnOpenClaim() throws Exception {
        final Victim victim = new Victim();
        try (MappedWal wal = MappedWal.open(config(), FileStorage.INSTANCE, victim)) {
            final SeriesHandle up = wal.series(UP);
            final long safe = up.appendDurable(1, 1);
            final Thread sleeper = victim.start(() -> up.append(2, 2));
            final long beyond = up.append(3, 3);
            for (int i = 0; i < 5; i++) {
                assertFalse(wal.awaitDurable(beyond, Duration.ofMillis(10)));
                assertTrue(wal.durable(0) < beyond - FrameLayout.SAMPLE_LENGTH);
            }
            assertTrue(wal.awaitDurable(safe, Duration.ZERO));
            victim.go.countDown();
            sleeper.join();
            assertTrue(wal.awaitDurable(beyond, Duration.ofSeconds(10)));
        }
    }

    @Test
    @DisplayName(
            "EDGE 11, P10: a mark that finds no segment is skipped; what it would have closed is durable all the same")
    void shouldBecomeDurableWhenThereIsNoRoomForAMark() throws Exception {
        final AtomicBoolean full = new AtomicBoolean();
        final WatchedStorage storage = new WatchedStorage((call, path) -> {
            if (full.get() && call.equals("write") && WatchedStorage.isSegment(path)) {
                throw new IOException("no space left on device");
            }
        });
        // With a cap of two segments one spare is prepared; it is used up first.
        final WalConfig config =
                config().maxBytes(16 * 1024).backpressure(Backpressure.fail()).flushEvery(Duration.ofSeconds(30));
        try (MappedWal wal = MappedWal.open(config, storage, null)) {
            full.set(true);
            final int room = FrameLayout.align(Mark.LENGTH);
            long lsn = 0;
            while (true) {
                try {
                    lsn = wal.appendRecord(0, 0, new byte[room], 0, room);
                } catch (WalFullException _) {
                    break;
                }
            }
            assertTrue(wal.awaitDurable(lsn, Duration.ofSeconds(10)));
            wal.flush();
        }
        assertTrue(Replayed.of(directory).records.size() > 30);
    }

    @Test
    @DisplayName("EDGE 11: an idle log writes one closing assertion and falls silent")
    void shouldFallSilentWhenIdle() throws Exception {
        try (MappedWal wal = MappedWal.open(config())) {
            wal.series(UP).append(1, 1);
            WalStats.Shard before = stats(wal);
            for (int quiet = 0; quiet < 10; ) {
                Thread.sleep(5);
                final WalStats.Shard now = stats(wal);
                quiet = now.forces() == before.forces() ? quiet + 1 : 0;
                before = now;
            }
            assertEquals(before.tail(), before.durable());
            assertTrue(before.forces() <= 6, before::toString);
        }
    }

    @Test
    @DisplayName("EDGE 21, P3: until its last store a frame reads as claimed, its length negative")
    void shouldReadAsClaimedWhenTheFrameIsNotCommitted() throws Exception {
        final AtomicInteger word = new AtomicInteger();
        final Thread test = Thread.currentThread();
        final Path segment = LogFiles.segment(LogFiles.shard(directory, 0), 0);
        final ClaimHook hook = (_, position) -> {
            if (Thread.currentThread() == test
                    && position > 4096
                    && segment.toFile().exists()) {
                try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "r")) {
                    file.seek(position);
                    word.set(Integer.reverseBytes(file.readInt()));
                } catch (IOException failure) {
                    throw new java.io.UncheckedIOException(failure);
                }
            }
        };
        try (MappedWal wal = MappedWal.open(config(), FileStorage.INSTANCE, hook)) {
            final SeriesHandle up = wal.series(UP);
            up.append(1, 1);
            assertTrue(word.get() < 0, () -> "definition: " + word);
            up.append(2, 2);
            assertEquals(-FrameLayout.SAMPLE_LENGTH, word.get());
            wal.appendRecord(0, 0, new byte[100], 0, 100);
            assertEquals(-FrameLayout.align(FrameLayout.PAYLOAD_OFFSET + 100), word.get());
        }
        assertEquals(2, Replayed.of(directory).samples);
    }

    @Test
    @DisplayName(
            "EDGE 27, P10: idle series are forgotten, their handles stay valid, and churn never exhausts maxSeries")
    void shouldForgetIdleSeriesWhenAsked() throws Exception {
        try (MappedWal wal = MappedWal.open(config().maxSeries(100))) {
            final SeriesHandle kept = wal.series(UP);
            int evicted = 0;
            for (int i = 0; i < 2000; i++) {
                try {
                    wal.series(Labels.of("churn", "" + i)).append(i, i);
                } catch (SeriesLimitException _) {
                    evicted += wal.evictIdle(wal.checkpoint());
                    wal.series(Labels.of("churn", "" + i)).append(i, i);
                }
            }
            assertTrue(evicted > 1500);
            kept.append(1, 1);
            wal.series(UP).append(2, 2);
        }
        final Replayed found = Replayed.of(directory);
        assertEquals(2001, found.series.size());
        assertEquals(2, found.of(UP).size());
    }

    @Test
    @DisplayName("EDGE 27: running out of references is a typed error, not another series' reference")
    void shouldRefuseTheSeriesWhenReferencesAreUsedUp() {
        final SeriesTable table = new SeriesTable(null, new Shard[1], 10, 0);
        table.useReferences(0, Integer.MAX_VALUE);
        assertEquals(Integer.MAX_VALUE, table.of(UP).ref);
        assertThrows(SeriesLimitException.class, () -> table.of(DOWN));
        assertThrows(SeriesLimitException.class, () -> table.of(DOWN));
        assertEquals(1, table.registered(0));
    }

    @Test
    @DisplayName("EDGE 27: long labels are bounded as well, and forgotten series make room for others")
    void shouldRefuseSeriesBeyondTheBytesOfTheirLabels() throws Exception {
        final Labels large = Labels.of("__name__", "x".repeat(1000));
        try (MappedWal wal = MappedWal.open(config().seriesBytes(1500))) {
            wal.series(large).append(1, 1);
            final SeriesLimitException refused =
                    assertThrows(SeriesLimitException.class, () -> wal.series(Labels.of("__name__", "y".repeat(1000))));
            assertEquals(1500, refused.limit());
            assertTrue(refused.getMessage().contains("seriesBytes"), refused.getMessage());
            wal.series(large).append(2, 2);
            wal.series(UP).append(1, 1);

            while (wal.evictIdle(wal.checkpoint()) == 0) {
                wal.appendRecord(0, 1, new byte[1000], 0, 1000); // on to the next segment
            }
            wal.series(Labels.of("__name__", "y".repeat(1000))).append(1, 1);
        }
    }
}
