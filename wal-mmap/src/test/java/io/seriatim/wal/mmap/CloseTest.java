package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalClosedException;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalLockedException;
import io.seriatim.wal.WalPoisonedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The end of a log: who may still do what, and what is left behind.
@Timeout(60)
@ExtendWith(QuietLog.class)
class CloseTest {
    private static final Labels UP = Labels.of("__name__", "up");

    @TempDir
    private Path directory;

    private WalConfig config() {
        return WalConfig.at(directory).segmentBytes(64 * 1024);
    }

    @Test
    void shouldRefuseAppendsWhenClosed() throws Exception {
        final MappedWal wal = MappedWal.open(config());
        final SeriesHandle up = wal.series(UP);
        up.append(1, 1);
        wal.close();

        assertThrows(WalClosedException.class, () -> up.append(2, 2));
        assertThrows(WalClosedException.class, () -> up.appendDurable(2, 2));
        assertThrows(WalClosedException.class, () -> wal.append(new Points(UP, 2, 2)));
        assertThrows(WalClosedException.class, () -> wal.append(new Points(UP, 2)));
        assertThrows(WalClosedException.class, () -> wal.append(new Points(Labels.of("a", "new"), 2)));
        assertThrows(WalClosedException.class, () -> wal.appendRecord(0, 0, new byte[8], 0, 8));
        final Batch batch = wal.batch();
        batch.add(up, 2, 2);
        assertThrows(WalClosedException.class, batch::commit);
        batch.close();
        assertEquals(1, Replayed.of(directory).samples);
    }

    @Test
    @DisplayName("a listener hears of no position twice, at the close neither")
    void shouldTellEachDurablePositionOnceWhenClosed() throws Exception {
        final List<Long> told = new ArrayList<>();
        final MappedWal wal = MappedWal.open(config());
        wal.onDurable(told::add); // by the flusher, and then by whoever closes
        wal.series(UP).appendDurable(1, 1);
        wal.close();
        assertEquals(told.stream().distinct().sorted().toList(), told);
        assertTrue(told.size() >= 2, told::toString);
    }

    @Test
    @DisplayName("positions never overtake one another, also while the last mark goes behind the closed tail")
    void shouldNotShowTheTailBelowTheCommittedPositionWhenClosing() {
        final AtomicReference<MappedWal> open = new AtomicReference<>();
        final List<String> looks = new ArrayList<>();
        final WatchedStorage storage = new WatchedStorage((call, _) -> {
            final MappedWal wal = open.get();
            if (wal != null && call.equals("msync")) {
                final long committed = wal.committed(0);
                final long tail = wal.checkpoint().lsn(0);
                looks.add(committed <= tail ? "" : "committed=" + committed + " tail=" + tail);
            }
        });
        final MappedWal wal = MappedWal.open(config(), storage, null);
        open.set(wal);
        wal.series(UP).append(1, 1);
        wal.close();

        assertTrue(looks.size() >= 2, looks::toString);
        assertTrue(looks.stream().allMatch(String::isEmpty), looks::toString);
    }

    @Test
    void shouldStillAnswerQuestionsWhenClosed() throws Exception {
        final MappedWal wal = MappedWal.open(config().shards(2));
        final long lsn = wal.series(UP).append(1, 1);
        wal.close();

        final Checkpoint end = wal.checkpoint();
        assertTrue(Lsn.position(end.lsn(Lsn.shard(lsn))) >= Lsn.position(lsn));
        assertEquals(wal.durable(0), wal.committed(0));
        assertTrue(wal.awaitDurable(lsn, Duration.ZERO));
        assertTrue(wal.awaitDurable(end, Duration.ofSeconds(1)));
        assertDoesNotThrow(wal::flush);
        assertEquals(end.lsn(0), Lsn.of(0, wal.stats().shards().getFirst().tail()));
        assertEquals(0, wal.evictIdle(Checkpoint.of()));
    }

    @Test
    @DisplayName("Closing twice does not take the lock from who has opened the log since")
    void shouldLeaveTheLockAloneWhenClosedTwice() {
        final AtomicInteger locks = new AtomicInteger();
        final Storage storage = new WatchedStorage((call, _) -> {
            if (call.equals("lock")) {
                locks.incrementAndGet();
            }
        });
        final MappedWal first = MappedWal.open(config(), storage, null);
        first.close();
        try (MappedWal second = MappedWal.open(config(), storage, null)) {
            first.close();

            assertThrows(WalLockedException.class, () -> MappedWal.open(config(), storage, null));
            // Touching the lock file, if only to fail, would drop the lock against other processes.
            assertEquals(2, locks.get());
            assertDoesNotThrow(() -> second.series(UP).append(1, 1));
        }
    }

    @Test
    @DisplayName("A closed log does not touch the files of who has opened them since")
    void shouldRefuseToTruncateWhenClosed() throws Exception {
        final MappedWal first = MappedWal.open(config());
        final long lsn = first.series(UP).appendDurable(1, 1);
        first.close();
        try (MappedWal second = MappedWal.open(config())) {
            second.series(UP).append(2, 2);
            final byte[] meta = Files.readAllBytes(directory.resolve(LogFiles.META));

            assertThrows(WalClosedException.class, () -> first.truncateBefore(lsn));
            assertThrows(WalClosedException.class, () -> first.truncateBefore(Checkpoint.of(lsn)));
            assertEquals(meta.length, Files.readAllBytes(directory.resolve(LogFiles.META)).length);
        }
        assertEquals(2, Replayed.of(directory).samples);
    }

    @Test
    @DisplayName("P1: an append that returned is replayed, however close came in between")
    void shouldKeepEveryReturnedAppendWhenClosedConcurrently() throws Exception {
        for (int round = 0; round < 20; round++) {
            final Path log = directory.resolve("round-" + round);
            final MappedWal wal = MappedWal.open(WalConfig.at(log).segmentBytes(16 * 1024));
            final AtomicLong returned = new AtomicLong();
            final List<Thread> producers = new ArrayList<>();
            final List<Throwable> unexpected = new ArrayList<>();
            final CountDownLatch started = new CountDownLatch(3);
            for (int p = 0; p < 3; p++) {
                final SeriesHandle handle = wal.series(Labels.of("p", "" + p));
                producers.add(Thread.ofPlatform().start(() -> {
                    started.countDown();
                    try {
                        for (long i = 0; ; i++) {
                            handle.append(i, i);
                            returned.incrementAndGet();
                        }
                    } catch (WalClosedException _) {
                        // as promised
                    } catch (Throwable failure) {
                        synchronized (unexpected) {
                            unexpected.add(failure);
                        }
                    }
                }));
            }
            started.await();
            Thread.sleep(round);
            final Thread other = Thread.ofPlatform().start(wal::close);
            wal.close();
            other.join();
            for (final Thread producer : producers) {
                producer.join();
            }

            assertEquals(List.of(), unexpected);
            final Replayed found = Replayed.of(log);
            assertEquals(returned.get(), found.samples);
            assertEquals(ReplayReport.State.SOUND, found.report.state());
            assertTrue(found.report.shards().getFirst().closed());
        }
    }

    @Test
    @DisplayName("A thread that is interrupted closes a log as any other does, and says nothing on stderr")
    void shouldCloseCleanlyWhenInterrupted() throws Exception {
        final CountDownLatch forcing = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);
        final AtomicReference<Thread> forcer = new AtomicReference<>();
        final WatchedStorage storage = new WatchedStorage((_, _) -> {});
        final MappedWal wal = MappedWal.open(config(), storage, null);
        storage.watch((call, _) -> {
            if (call.equals("msync") && forcer.compareAndSet(null, Thread.currentThread())) {
                forcing.countDown();
                awaitQuietly(go);
            }
        });
        wal.series(UP).append(1, 1);
        forcing.await();
        final PrintStream stderr = System.err;
        final ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true));
        final Thread closer = Thread.ofPlatform().start(() -> {
            Thread.currentThread().interrupt();
            wal.close();
            assertTrue(Thread.currentThread().isInterrupted());
        });
        try {
            closer.join(300);
            assertTrue(closer.isAlive(), "close returned while the flusher was forcing");
            go.countDown();
            closer.join();
        } finally {
            System.setErr(stderr);
        }
        assertFalse(forcer.get().isAlive());
        assertEquals("", said.toString());
        assertEquals(0, storage.openMappings.get());
        assertTrue(Replayed.of(directory).report.shards().getFirst().closed());
    }

    @Test
    @DisplayName("P5: closing a poisoned log unmaps everything, unlocks and says so")
    void shouldUnmapEverythingWhenPoisoned() throws Exception {
        final WatchedStorage storage = new WatchedStorage((_, _) -> {});
        final MappedWal wal = MappedWal.open(config().segmentBytes(8 * 1024).callerRuns(true), storage, null);
        final SeriesHandle up = wal.series(UP);
        // The flusher's walk stays behind the tail: several segments are neither walked nor spare when it fails.
        long lsn = 0;
        for (int i = 0; i < 300; i++) {
            lsn = up.append(i, i);
        }
        storage.watch((call, _) -> {
            if (call.equals("msync")) {
                throw new IOException("device gone");
            }
        });
        while (wal.stats().shards().getFirst().poison() == null) {
            wal.doWork();
        }
        final long last = lsn;
        assertThrows(WalPoisonedException.class, () -> up.append(0, 0));
        assertThrows(WalPoisonedException.class, () -> wal.awaitDurable(last, Duration.ofSeconds(1)));

        final WalPoisonedException failure = assertThrows(WalPoisonedException.class, wal::close);
        assertInstanceOf(IOException.class, failure.getCause());
        assertEquals(0, storage.openMappings.get());
        assertEquals(0, storage.openFiles.get());
        assertDoesNotThrow(wal::close);
        // Its fate is unknown, also to who asks late: not "beyond everything appended".
        assertThrows(WalPoisonedException.class, () -> wal.awaitDurable(last, Duration.ofSeconds(1)));
        assertThrows(WalPoisonedException.class, () -> up.append(0, 0));
        storage.watch((_, _) -> {});
        MappedWal.open(config(), storage, null).close();
        assertEquals(300, Replayed.of(directory).samples);
    }

    @Test
    @DisplayName("A durable listener that closes the log is refused; the log goes on")
    @SuppressWarnings("try") // closing inside is the point
    void shouldRefuseToCloseWhenAListenerAsks() throws Exception {
        final AtomicReference<Throwable> refused = new AtomicReference<>();
        final WatchedStorage storage = new WatchedStorage((_, _) -> {});
        for (final boolean callerRuns : new boolean[] {false, true}) {
            refused.set(null);
            final Path log = directory.resolve("callerRuns-" + callerRuns);
            try (MappedWal wal = MappedWal.open(WalConfig.at(log).callerRuns(callerRuns), storage, null)) {
                wal.onDurable(_ -> {
                    try {
                        wal.close();
                    } catch (RuntimeException failure) {
                        refused.compareAndSet(null, failure);
                    }
                });
                wal.series(UP).appendDurable(1, 1);
                for (int i = 0; refused.get() == null && i < 10_000; i++) {
                    Thread.sleep(1); // listeners are told after the waiters
                }
                assertInstanceOf(IllegalStateException.class, refused.get());
                wal.series(UP).appendDurable(2, 2);
            }
            assertEquals(2, Replayed.of(log).samples);
            assertEquals(0, storage.openMappings.get());
        }
    }

    static void awaitQuietly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
