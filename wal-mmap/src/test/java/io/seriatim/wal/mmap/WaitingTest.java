package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.LsnVector;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalClosedException;
import io.seriatim.wal.WalConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Waiting for durability, and being told of it.
@Timeout(60)
@ExtendWith(QuietLog.class)
class WaitingTest {
    private static final Labels UP = Labels.of("__name__", "up");

    @TempDir
    private Path directory;

    private WalConfig config() {
        return WalConfig.at(directory).segmentBytes(64 * 1024);
    }

    @Test
    void shouldRefuseTheLsnWhenItCannotBeOne() {
        try (MappedWal wal = MappedWal.open(config().shards(2))) {
            for (int shard = 0; shard < 2; shard++) {
                final long beyond = Lsn.of(shard, 1L << 40);
                assertThrows(IllegalArgumentException.class, () -> wal.awaitDurable(beyond, Duration.ofSeconds(5)));
            }
            assertThrows(IllegalArgumentException.class, () -> wal.awaitDurable(Lsn.DROPPED, Duration.ZERO));
            assertThrows(IllegalArgumentException.class, () -> wal.awaitDurable(Lsn.of(2, 1), Duration.ZERO));
            assertThrows(IllegalArgumentException.class, () -> wal.truncateBefore(Lsn.DROPPED));
        }
    }

    @Test
    void shouldWaitForEverWhenTheTimeoutSaysSo() throws Exception {
        final Duration forever = Duration.ofSeconds(Long.MAX_VALUE);
        try (MappedWal wal = MappedWal.open(config())) {
            final SeriesHandle up = wal.series(UP);
            long lsn = 0;
            for (int i = 0; i < 100; i++) {
                lsn = up.append(i, i);
            }
            assertTrue(wal.awaitDurable(lsn, forever));
            assertTrue(wal.awaitDurable(wal.checkpoint(), forever));
        }
    }

    @Test
    void shouldAwaitTheCheckpointWhenItNamesAShardNoLongerInUse() throws Exception {
        try (MappedWal wal = MappedWal.open(config().shards(4))) {
            for (int i = 0; i < 50; i++) {
                wal.series(Labels.of("i", "" + i)).append(i, i);
            }
        }
        try (MappedWal wal = MappedWal.open(config().shards(2))) {
            final Checkpoint all = wal.checkpoint();
            assertEquals(4, all.shards());
            assertTrue(Lsn.position(all.lsn(3)) > 0);
            assertTrue(wal.awaitDurable(all, Duration.ofSeconds(10)));
            wal.truncateBefore(all);
            assertTrue(wal.awaitDurable(all, Duration.ofSeconds(10)));
            final long beyond = Lsn.of(3, Lsn.position(all.lsn(3)) + 8);
            assertThrows(IllegalArgumentException.class, () -> wal.awaitDurable(beyond, Duration.ZERO));
        }
    }

    @Test
    void shouldForgetNothingWhenThePointIsADroppedAppend() {
        try (MappedWal wal = MappedWal.open(config())) {
            wal.series(UP).append(1, 1);
            final LsnVector dropped = new LsnVector() {
                @Override
                public int shards() {
                    return 1;
                }

                @Override
                public long lsn(int shard) {
                    return Lsn.DROPPED;
                }
            };
            assertEquals(0, wal.evictIdle(dropped));
            wal.truncateBefore(dropped);
        }
        assertEquals(1, Replayed.of(directory).samples);
    }

    @Test
    @DisplayName("P10: looking, however often, leaves nothing behind while a force hangs")
    void shouldKeepNothingWhenAThreadOnlyLooks() throws Exception {
        final CountDownLatch go = new CountDownLatch(1);
        final AtomicBoolean hang = new AtomicBoolean();
        final WatchedStorage storage = new WatchedStorage((call, _) -> {
            if (call.equals("msync") && hang.get()) {
                CloseTest.awaitQuietly(go);
            }
        });
        try (MappedWal wal = MappedWal.open(config(), storage, null)) {
            final SeriesHandle up = wal.series(UP);
            hang.set(true);
            final long lsn = up.append(1, 1);
            final long before = allocated();
            for (int i = 0; i < 100_000; i++) {
                assertFalse(wal.awaitDurable(lsn, Duration.ZERO));
            }
            assertTrue(allocated() - before < 100_000, () -> "a node for each look");
            hang.set(false);
            go.countDown();
        }
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    @Test
    @DisplayName("P2: whatever a listener throws or interrupts, forces go on")
    void shouldGoOnWhenAListenerMisbehaves() throws Exception {
        final AtomicInteger calls = new AtomicInteger();
        try (MappedWal wal = MappedWal.open(config())) {
            wal.onDurable(_ -> {
                throw new AssertionError("mine");
            });
            wal.onDurable(_ -> Thread.currentThread().interrupt());
            wal.onDurable(_ -> {
                calls.incrementAndGet();
                throw new IllegalStateException("mine too");
            });
            final SeriesHandle up = wal.series(UP);
            for (int i = 0; i < 20; i++) {
                up.appendDurable(i, i);
                Thread.sleep(2); // lets the flusher go idle, where its runner would look at the interrupt
            }
            assertTrue(calls.get() >= 20);
            assertEquals(null, wal.stats().shards().getFirst().poison());
        }
    }

    @Test
    @DisplayName("P10: an Error in a preparation ends that preparation, not all later ones")
    void shouldPrepareAgainWhenAPreparationEndsWithAnError() {
        final AtomicInteger errors = new AtomicInteger(3);
        final WatchedStorage storage = new WatchedStorage((_, _) -> {});
        try (MappedWal wal = MappedWal.open(config().segmentBytes(8 * 1024), storage, null)) {
            storage.watch((call, _) -> {
                if (call.equals("write") && errors.getAndDecrement() > 0) {
                    throw new OutOfMemoryError("simulated");
                }
            });
            final SeriesHandle up = wal.series(UP);
            for (int i = 0; i < 5000; i++) {
                up.append(i, i);
            }
        }
        final Replayed found = Replayed.of(directory);
        assertEquals(5000, found.samples);
        assertEquals(ReplayReport.State.SOUND, found.report.state(), found.report::toString);
    }

    @Test
    @DisplayName("P5: a failed force wakes every waiter with the cause; what was durable stays acknowledged")
    void shouldWakeEverybodyWhenAForceFails() throws Exception {
        final CountDownLatch forcing = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);
        final WatchedStorage storage = new WatchedStorage((_, _) -> {});
        final MappedWal wal = MappedWal.open(config().flushEvery(Duration.ofSeconds(30)), storage, null);
        final SeriesHandle up = wal.series(UP);
        final long safe = up.appendDurable(1, 1);
        storage.watch((call, _) -> {
            if (call.equals("msync")) {
                forcing.countDown();
                CloseTest.awaitQuietly(go);
                throw new IOException("device gone");
            }
        });
        final List<Throwable> causes = new ArrayList<>();
        final List<Thread> waiters = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            waiters.add(Thread.ofPlatform().start(() -> {
                try {
                    up.appendDurable(2, 2);
                } catch (RuntimeException failure) {
                    synchronized (causes) {
                        causes.add(failure.getCause());
                    }
                }
            }));
        }
        forcing.await();
        Thread.sleep(20);
        go.countDown();
        for (final Thread waiter : waiters) {
            waiter.join();
        }
        assertEquals(8, causes.size());
        assertEquals(
                List.of("device gone"),
                causes.stream().map(Throwable::getMessage).distinct().toList());
        assertTrue(wal.awaitDurable(safe, Duration.ZERO));
        assertThrows(io.seriatim.wal.WalPoisonedException.class, wal::flush);
        assertThrows(io.seriatim.wal.WalPoisonedException.class, wal::close);
    }

    @Test
    void shouldLetGoOfWaitersWhenClosed() throws Exception {
        final CountDownLatch forcing = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);
        final AtomicBoolean first = new AtomicBoolean(true);
        final WatchedStorage storage = new WatchedStorage((call, _) -> {
            if (call.equals("msync") && first.getAndSet(false)) {
                forcing.countDown();
                CloseTest.awaitQuietly(go);
            }
        });
        final MappedWal wal = MappedWal.open(config(), storage, null);
        final long lsn = wal.series(UP).append(1, 1);
        final AtomicBoolean durable = new AtomicBoolean();
        final Thread waiter = Thread.ofPlatform().start(() -> {
            try {
                durable.set(wal.awaitDurable(lsn, Duration.ofSeconds(50)));
            } catch (WalClosedException | InterruptedException _) {
                durable.set(false);
            }
        });
        forcing.await();
        final Thread closer = Thread.ofPlatform().start(wal::close);
        go.countDown();
        waiter.join();
        closer.join();
        assertTrue(durable.get());
    }

    @Test
    void shouldKeepWaitingAndKeepTheInterruptWhenADurableAppendIsInterrupted() throws Exception {
        try (MappedWal wal = MappedWal.open(config())) {
            Thread.currentThread().interrupt();
            final long lsn = wal.series(UP).appendDurable(1, 1);
            assertTrue(Thread.interrupted());
            assertTrue(wal.durable(0) >= lsn);
            final long next = wal.series(UP).append(2, 2);
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> {
                for (long later = next; ; later = wal.series(UP).append(3, 3)) {
                    wal.awaitDurable(later, Duration.ofSeconds(10));
                }
            });
        }
    }
}
