package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalIoException;
import io.seriatim.wal.mmap.FaultyStorage.Call;
import io.seriatim.wal.mmap.FaultyStorage.Fault;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A thread is interrupted in each call that can take its time. What waits for durability alone throws
/// `InterruptedException`; what has appended already waits on, with the flag kept; what reads or writes files fails
/// with the flag kept. No file is closed that another thread or a later call needs: the same call, and every other,
/// works afterwards.
@ExtendWith(QuietLog.class)
@Timeout(120)
class InterruptTest {
    @TempDir
    private Path directory;

    private final FaultyStorage storage = new FaultyStorage(FileStorage.INSTANCE);

    private WalConfig config() {
        return Logs.config(directory).callerRuns(false).backpressure(Backpressure.block(Duration.ofSeconds(60)));
    }

    private MappedWal open() {
        return MappedWal.open(config(), storage, null);
    }

    @AfterEach
    void clearFlag() {
        assertFalse(Thread.interrupted(), "a test has left the flag set");
    }

    /// How a call ended on its own thread.
    ///
    /// @param failure null if it returned
    /// @param flag    true if the thread was marked as interrupted then
    private record End(Throwable failure, boolean flag) {}

    /// Calls on a thread of its own, and interrupts it in the middle.
    private static CompletableFuture<End> interrupted(Callable<?> call) throws InterruptedException {
        final CompletableFuture<End> end = new CompletableFuture<>();
        final Thread thread = Thread.ofPlatform().start(() -> {
            Throwable failure = null;
            try {
                call.call();
            } catch (Throwable thrown) {
                failure = thrown;
            }
            end.complete(new End(failure, Thread.currentThread().isInterrupted()));
        });
        while (thread.getState() == Thread.State.NEW || thread.getState() == Thread.State.RUNNABLE) {
            Thread.sleep(1);
        }
        Thread.sleep(20);
        thread.interrupt();
        Thread.sleep(20);
        return end;
    }

    private static End get(CompletableFuture<End> end) throws Exception {
        return end.get(60, TimeUnit.SECONDS);
    }

    private void assertUnharmed(MappedWal wal, int samples) throws Exception {
        Logs.appendRange(wal, samples, samples + 1000); // rolls
        wal.flush();
        wal.truncateBefore(Checkpoint.of());
        wal.close();
        final Logs.Replayed found = Logs.replay(directory);
        assertEquals(Logs.range(0, samples + 1000), found.records());
        assertEquals(ReplayReport.State.SOUND, found.state(), found.report()::toString);
        open().close();
    }

    @Test
    @DisplayName("append under BLOCK: waits on, returns, keeps the flag")
    void shouldAppendWhenInterruptedUnderBackpressure() throws Exception {
        final MappedWal wal = open();
        final Fault full = storage.fail(Call.CREATE, "*.seg.tmp").noSpace();
        final CompletableFuture<End> end = interrupted(() -> {
            Logs.appendRange(wal, 0, 5000);
            return null;
        });
        assertFalse(end.isDone());
        full.mend();
        assertEquals(new End(null, true), get(end));
        assertUnharmed(wal, 5000);
    }

    @Test
    @DisplayName("appendDurable: waits on, returns, keeps the flag")
    void shouldAppendDurablyWhenInterrupted() throws Exception {
        final MappedWal wal = open();
        final Fault slow = storage.block(Call.FORCE_RANGE, "*.seg");
        final CompletableFuture<End> end = interrupted(() -> wal.appendDurable(new Points(Logs.CPU, 0)));
        assertFalse(end.isDone());
        slow.release();
        assertEquals(new End(null, true), get(end));
        assertUnharmed(wal, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"flush", "awaitDurable"})
    @DisplayName("flush, awaitDurable: InterruptedException at once; the log does not care")
    void shouldThrowWhenInterruptedInWaiting(String what) throws Exception {
        final MappedWal wal = open();
        final Fault slow = storage.block(Call.FORCE_RANGE, "*.seg");
        final long lsn = wal.series(Logs.CPU).append(0, 0);
        final End end = get(interrupted(() -> {
            if (what.equals("flush")) {
                wal.flush();
            } else {
                wal.awaitDurable(lsn, Duration.ofSeconds(60));
            }
            return null;
        }));
        assertInstanceOf(InterruptedException.class, end.failure());
        assertFalse(end.flag());
        slow.release();
        assertTrue(wal.awaitDurable(lsn, Duration.ofSeconds(60)));
        assertUnharmed(wal, 1);
    }

    @Test
    @DisplayName("close: waits on until all is forced, closes all, keeps the flag")
    void shouldCloseWhenInterrupted() throws Exception {
        final MappedWal wal = MappedWal.open(config().flushEvery(Duration.ofMillis(1)), storage, null);
        final Fault slow = storage.block(Call.FORCE_RANGE, "*.seg");
        Logs.appendRange(wal, 0, 10);
        slow.awaitReached(); // by the flusher, whose end closing waits for
        final CompletableFuture<End> end = interrupted(() -> {
            wal.close();
            return null;
        });
        assertFalse(end.isDone());
        slow.mend(); // closing itself forces on the interrupted thread
        slow.release();
        assertEquals(new End(null, true), get(end));
        assertUnharmed(open(), 10);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("close on a thread that is interrupted already, by whoever runs the log: the log ends as it should")
    void shouldCloseWhenInterruptedBefore(boolean callerRuns) throws Exception {
        final MappedWal wal = MappedWal.open(config().callerRuns(callerRuns), storage, null);
        Logs.appendRange(wal, 0, 1000);
        Thread.currentThread().interrupt();
        wal.close();
        assertTrue(Thread.interrupted());
        final Logs.Replayed found = Logs.replay(directory);
        assertEquals(Logs.range(0, 1000), found.records());
        assertEquals(ReplayReport.State.SOUND, found.state(), found.report()::toString);
        assertUnharmed(open(), 1000);
    }

    @Test
    @DisplayName("doWork, append: an interrupted thread that runs the log itself loses nothing and poisons nothing")
    void shouldGoOnWhenWhoRunsTheLogIsInterrupted() throws Exception {
        final MappedWal wal = MappedWal.open(config().callerRuns(true), storage, null);
        for (int i = 0; i < 5000; i++) {
            if (i % 100 == 0) {
                Thread.currentThread().interrupt();
                wal.doWork();
            }
            Logs.appendRange(wal, i, i + 1);
            if (i % 100 == 50) {
                assertTrue(Thread.interrupted());
            }
        }
        Thread.interrupted();
        assertUnharmed(wal, 5000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    @DisplayName("replay: a typed error, the flag kept; the next one reads all")
    void shouldSaySoWhenInterruptedInReplay(int threads) throws Exception {
        final MappedWal wal = open();
        Logs.appendRange(wal, 0, 1000);
        wal.flush();
        final AtomicBoolean first = new AtomicBoolean(true);
        final Thread reader = Thread.currentThread();
        final WalIoException failure = assertThrows(
                WalIoException.class,
                () -> MappedWal.replay(directory, ReplayOptions.defaults().threads(threads), (_, _) -> {
                    if (first.compareAndSet(true, false)) {
                        reader.interrupt();
                    }
                }));
        assertTrue(Thread.interrupted(), failure::toString);
        assertEquals(1000, Logs.replay(directory).records().size());
        assertUnharmed(wal, 1000);
    }

    @Test
    @DisplayName("open: a typed error, the flag kept, the lock given back; the next one works")
    void shouldSaySoWhenInterruptedInOpen() throws Exception {
        try (MappedWal wal = open()) {
            Logs.appendRange(wal, 0, 1000);
        }
        for (int calls = 0; ; calls += 3) {
            // At each call that opens or makes a file, in turn.
            final int at = calls;
            final int[] seen = {0};
            final AtomicBoolean armed = new AtomicBoolean(true);
            storage.observe(event -> {
                if (armed.get() && seen[0]++ == at) {
                    Thread.currentThread().interrupt();
                }
            });
            try {
                open().close();
                armed.set(false);
                if (!Thread.interrupted()) {
                    break; // it makes no more calls than that
                }
            } catch (WalIoException failure) {
                armed.set(false);
                assertTrue(Thread.interrupted(), failure::toString);
                assertInstanceOf(ClosedByInterruptException.class, failure.getCause());
            }
            assertEquals(Logs.range(0, 1000), Logs.replay(directory).records());
        }
        assertUnharmed(open(), 1000);
    }

    @Test
    @DisplayName("truncateBefore: a typed error, the flag kept; nothing is deleted that the floor does not cover")
    void shouldSaySoWhenInterruptedInTruncation() throws Exception {
        final MappedWal wal = open();
        Logs.appendRange(wal, 0, 1000);
        wal.flush();
        Thread.currentThread().interrupt();
        assertThrows(WalIoException.class, () -> wal.truncateBefore(wal.durable(0)));
        assertTrue(Thread.interrupted());
        assertUnharmed(wal, 1000);
    }
}
