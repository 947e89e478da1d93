package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalFullException;
import io.seriatim.wal.WalPoisonedException;
import io.seriatim.wal.WalStats;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// No space, a cap, a producer that never finishes: what the user picked is what happens, and nothing else is lost.
@Timeout(60)
@ExtendWith(QuietLog.class)
class PressureTest {
    private static final int SEGMENT_BYTES = 64 * 1024;

    @TempDir
    private Path directory;

    private WalConfig config() {
        return WalConfig.at(directory).segmentBytes(SEGMENT_BYTES).flushEvery(Duration.ofMillis(1));
    }

    private static SeriesHandle seriesOf(MappedWal wal, int shard) {
        for (int i = 0; ; i++) {
            final SeriesHandle handle = wal.series(Labels.of("i", "" + i));
            if (handle.shard() == shard) {
                return handle;
            }
        }
    }

    private static WalStats.Shard stats(MappedWal wal) {
        return wal.stats().shards().getFirst();
    }

    @Test
    @DisplayName("P10: dropped appends are counted, and nothing but them is missing")
    void shouldCountWhatItDropsWhenTheCapIsReached() {
        long dropped = 0;
        long appends = 0;
        try (MappedWal wal = MappedWal.open(config().maxBytes(2 * SEGMENT_BYTES).backpressure(Backpressure.drop()))) {
            final SeriesHandle handle = seriesOf(wal, 0);
            // Behind the one roll that the cap allows nothing more can come; before it an append may only be too early.
            for (boolean full = false; !full; appends++) {
                final boolean rolled = stats(wal).rolls() > 0;
                final boolean drop = handle.append(appends, appends) == Lsn.DROPPED;
                dropped += drop ? 1 : 0;
                full = rolled && drop;
            }
            assertNotEquals(0, dropped);
            assertEquals(0, stats(wal).waits());
            assertEquals(dropped, stats(wal).dropped());
            assertEquals(Lsn.DROPPED, handle.appendDurable(0, 0));
        }
        assertEquals(appends - dropped, Replayed.of(directory).samples);
    }

    @Test
    @DisplayName("P10: a blocked append ends with its timeout, and says why")
    void shouldFailAfterTheTimeoutWhenTheCapIsReached() {
        final WalConfig config =
                config().maxBytes(2 * SEGMENT_BYTES).backpressure(Backpressure.block(Duration.ofMillis(100)));
        try (MappedWal wal = MappedWal.open(config)) {
            final SeriesHandle handle = seriesOf(wal, 0);
            final WalFullException full = assertThrows(WalFullException.class, () -> {
                for (int i = 0; ; i++) {
                    handle.append(i, i);
                }
            });
            assertTrue(full.waited().toMillis() >= 100);
            assertTrue(full.getMessage().contains("maxBytes"), full::getMessage);
            assertTrue(stats(wal).waits() > 0);
        }
    }

    @Test
    @DisplayName("P10: under a cap an idle shard does not hoard the segments that a busy one truncates")
    void shouldNotStarveAShardWhenAnotherKeepsSegmentsAhead() throws Exception {
        final WalConfig config =
                config().shards(2).maxBytes(6 * SEGMENT_BYTES).backpressure(Backpressure.block(Duration.ofMillis(500)));
        try (MappedWal wal = MappedWal.open(config)) {
            final SeriesHandle busy = seriesOf(wal, 1);
            for (int i = 0; i < 40_000; i++) { // some 20 segments
                busy.append(i, i);
                if (i % 1000 == 0) {
                    wal.flush();
                    wal.truncateBefore(wal.checkpoint());
                }
            }
            assertTrue(wal.stats().shards().getFirst().mapped() <= 2);
        }
    }

    @Test
    @DisplayName("P10: a deletion that fails is tried again now and then, not all the time")
    void shouldNotSpinWhenRetentionCannotDelete() throws Exception {
        final AtomicInteger deletions = new AtomicInteger();
        final WatchedStorage storage = new WatchedStorage((call, path) -> {
            if (call.equals("delete") && path.toString().endsWith(LogFiles.SEGMENT_SUFFIX)) {
                deletions.incrementAndGet();
                throw new IOException("read-only");
            }
        });
        try (MappedWal wal = MappedWal.open(config().retainBytes(SEGMENT_BYTES), storage, null)) {
            final SeriesHandle handle = seriesOf(wal, 0);
            for (int i = 0; i < 20_000; i++) {
                handle.append(i, i);
            }
            wal.flush();
            Thread.sleep(500);
            assertTrue(deletions.get() >= 1);
            assertTrue(deletions.get() <= 5, () -> "deletions tried: " + deletions);
            storage.watch((_, _) -> {});
            final long deadlineNs = System.nanoTime() + 20_000_000_000L;
            while (stats(wal).segments() > stats(wal).mapped() && System.nanoTime() < deadlineNs) {
                Thread.sleep(10);
            }
            assertEquals(stats(wal).mapped(), stats(wal).segments());
        }
    }

    @Test
    @DisplayName(
            "EDGE 4: a producer that hangs in its claim is reported, then poisons; what others appended is replayed")
    void shouldPoisonWhenAClaimStaysOpenButNotWhenTheProcessWasStopped() throws Exception {
        final CountDownLatch claimed = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);
        final ClaimHook hook = (_, _) -> {
            if (Thread.currentThread().getName().equals("hangs")) {
                claimed.countDown();
                CloseTest.awaitQuietly(go);
            }
        };
        final MappedWal wal = MappedWal.open(
                config().claimTimeout(Duration.ofMillis(200)).callerRuns(true), FileStorage.INSTANCE, hook);
        final SeriesHandle handle = seriesOf(wal, 0);
        handle.appendDurable(1, 1);
        final Thread hanging =
                new Thread(() -> assertThrows(WalPoisonedException.class, () -> handle.append(2, 2)), "hangs");
        hanging.start();
        claimed.await();
        final long lsn = handle.append(3, 3);

        // As if all of the process had been stopped, several times.
        for (int i = 0; i < 3; i++) {
            Thread.sleep(500);
            wal.doWork();
            Thread.sleep(2);
            wal.doWork();
        }
        assertEquals(0, stats(wal).stalledClaims());
        assertNull(stats(wal).poison());

        final long deadlineNs = System.nanoTime() + 20_000_000_000L;
        while (stats(wal).poison() == null && System.nanoTime() < deadlineNs) {
            wal.doWork();
        }
        assertInstanceOf(StalledClaimException.class, stats(wal).poison());
        assertEquals(1, stats(wal).stalledClaims());
        assertThrows(WalPoisonedException.class, () -> wal.awaitDurable(lsn, Duration.ofSeconds(5)));
        assertThrows(WalPoisonedException.class, () -> handle.append(4, 4));
        assertThrows(WalPoisonedException.class, wal::close);
        go.countDown(); // it wakes to a mapping that is gone: an exception, no crash
        hanging.join();

        MappedWal.open(config()).close();
        final Replayed found = Replayed.of(directory);
        assertEquals(2, found.samples);
        assertEquals(0, found.report.orphans());
    }

    @Test
    @DisplayName("P10: producers never wait for segments that only a force would free")
    void shouldForceBeforeTheSegmentsRunOutWhenTheIntervalIsLong() {
        final WalConfig patient = WalConfig.at(directory)
                .segmentBytes(WalConfig.MIN_SEGMENT_BYTES)
                .flushEvery(Duration.ofDays(1))
                .callerRuns(true)
                .backpressure(Backpressure.block(Duration.ofSeconds(5)));
        final int appends = 100_000; // three megabytes: many times the segments that may be live
        try (MappedWal wal = MappedWal.open(patient)) {
            final SeriesHandle series = seriesOf(wal, 0);
            for (int i = 0; i < appends; i++) {
                series.append(i, i);
            }
        }
        assertEquals(appends, Replayed.of(directory).samples);
    }
}
