package io.seriatim.wal.mmap;

import static io.seriatim.wal.mmap.SimulatedLog.append;
import static io.seriatim.wal.mmap.SimulatedLog.appendRecord;
import static io.seriatim.wal.mmap.SimulatedLog.config;
import static io.seriatim.wal.mmap.SimulatedLog.prepareSpares;
import static io.seriatim.wal.mmap.SimulatedLog.range;
import static io.seriatim.wal.mmap.SimulatedLog.replay;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayReport.State;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalFullException;
import io.seriatim.wal.WalStats;
import io.seriatim.wal.mmap.FaultyStorage.Call;
import io.seriatim.wal.mmap.FaultyStorage.Effect;
import io.seriatim.wal.mmap.FaultyStorage.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The first row of the fault table: no segment can be prepared.
@ExtendWith(QuietLog.class)
class DiskFullTest {
    private static final int RECORD_BYTES = 1000;
    private static final int MOST_RECORDS = 1000;

    private final SimulatedStorage storage = new SimulatedStorage();
    private final FaultyStorage faulty = new FaultyStorage(storage);

    @Test
    @DisplayName("P6, P10: a full disk makes BLOCK wait, then throw; appends resume; nothing is lost")
    void shouldWaitThenThrowWhenTheDiskIsFull() throws InterruptedException {
        final Duration timeout = Duration.ofMillis(200);
        final MappedWal wal = MappedWal.open(config().backpressure(Backpressure.block(timeout)), faulty, null);
        final Fault full = faulty.fail(Call.WRITE, "*.tmp").noSpace();

        int appended = 0;
        WalFullException thrown = null;
        while (thrown == null && appended < MOST_RECORDS) {
            try {
                appendRecord(wal, appended, RECORD_BYTES);
                appended++;
            } catch (WalFullException failure) {
                thrown = failure;
            }
        }
        assertTrue(thrown.waited().compareTo(timeout) >= 0, thrown.getMessage());
        assertTrue(thrown.reason().contains("No space left on device"), thrown.getMessage());
        assertEquals(IOException.class, thrown.getCause().getClass());
        final WalStats.Shard stats = wal.stats().shards().getFirst();
        assertTrue(stats.waits() > 0 && stats.failedPreparations() > 0, stats::toString);
        assertNull(stats.poison());
        wal.flush(); // what is there can be made durable without more space

        full.mend();
        shouldResume(wal, appended);
    }

    @Test
    @DisplayName("P10: a full disk makes FAIL throw at once")
    void shouldThrowAtOnceWhenThePolicyIsFail() throws InterruptedException {
        final MappedWal wal = MappedWal.open(config().backpressure(Backpressure.fail()), faulty, null);
        final Fault full = faulty.fail(Call.CREATE, "*.tmp").noSpace();
        wal.doWork();

        int appended = 0;
        long startNs = System.nanoTime();
        try {
            for (; appended < MOST_RECORDS; appended++) {
                startNs = System.nanoTime();
                appendRecord(wal, appended, RECORD_BYTES);
            }
        } catch (WalFullException thrown) {
            assertTrue(System.nanoTime() - startNs < Duration.ofSeconds(1).toNanos(), thrown.getMessage());
            assertTrue(thrown.reason().contains("No space left on device"), thrown.getMessage());
        }
        assertTrue(appended < MOST_RECORDS);

        full.mend();
        shouldResume(wal, appended);
    }

    @Test
    @DisplayName("P10: a full disk makes DROP drop and count")
    void shouldCountWhatIsDroppedWhenThePolicyIsDrop() throws InterruptedException {
        final MappedWal wal = MappedWal.open(config().backpressure(Backpressure.drop()), faulty, null);
        final Fault full = faulty.fail(Call.FORCE, "*.tmp").noSpace();

        int appended = 0;
        while (appended < MOST_RECORDS && appendRecord(wal, appended, RECORD_BYTES) != Lsn.DROPPED) {
            appended++;
        }
        assertEquals(Lsn.DROPPED, appendRecord(wal, appended, RECORD_BYTES));
        assertEquals(2, wal.stats().shards().getFirst().dropped());

        full.mend();
        shouldResume(wal, appended);
    }

    /// Waits for the next attempt, appends what did not fit, and compares everything.
    private void shouldResume(MappedWal wal, int appended) throws InterruptedException {
        awaitSpare(wal);
        appendRecord(wal, appended, RECORD_BYTES);
        wal.flush();
        assertEquals(
                range(0, appended + 1),
                replay(storage.crash(CrashPolicy.NOTHING)).numbers());
        wal.close();
        assertEquals(State.SOUND, replay(storage).state());
        assertEquals(0, storage.mapped());
    }

    private static void awaitSpare(MappedWal wal) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (wal.stats().shards().getFirst().spares() == 0 && System.nanoTime() < deadlineNs) {
            if (wal.doWork() == 0) {
                Thread.sleep(1);
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "CREATE,FAIL",
        "WRITE,FAIL",
        "FORCE,FAIL",
        "MAP,FAIL",
        "RENAME,FAIL",
        "RENAME,FAIL_AFTERWARDS",
        "SYNC_DIRECTORY,FAIL",
        "SYNC_DIRECTORY,FAIL_AFTERWARDS",
        "DELETE,FAIL"
    })
    @DisplayName("P5, P4: a failed preparation never poisons, loses nothing, and leaves nothing that looks like damage")
    void shouldTryAgainWhenAPreparationFails(Call call, Effect effect) throws InterruptedException {
        final MappedWal wal = MappedWal.open(config(), faulty, null);
        append(wal, 0, 10);
        final String name = call == Call.SYNC_DIRECTORY ? "shard-000" : "*.seg{,.tmp}";
        final Fault fault = faulty.fail(call, name).with(effect).once();
        // A deletion that fails as well leaves the file where it is.
        final Fault left = faulty.fail(Call.DELETE, "*.seg");
        prepareSpares(wal);
        left.mend();
        assertEquals(1, fault.hits());
        assertEquals(1, wal.stats().shards().getFirst().failedPreparations());

        awaitSpare(wal);
        for (int kind = 10; kind < 40; kind++) {
            appendRecord(wal, kind, RECORD_BYTES);
        }
        wal.flush();

        assertNull(wal.stats().shards().getFirst().poison());
        for (int item = 0; item < storage.unforced(); item++) {
            final SimulatedLog.Replayed found = replay(storage.crash(CrashPolicy.allBut(item)));
            assertEquals(range(0, 40), found.numbers());
            assertNotEquals(State.DAMAGED, found.state(), () -> found.report().toString());
        }
        final SimulatedLog.Replayed live = replay(storage);
        assertEquals(State.SOUND, live.state(), () -> live.report().toString());
        wal.close();
        final SimulatedLog.Replayed closed = replay(storage);
        assertEquals(State.SOUND, closed.state(), () -> closed.report().toString());
        assertEquals(0, storage.mapped());
    }

    @Test
    @DisplayName("P3: who tails the log is not held up by a segment that a failed preparation left behind")
    void shouldTailPastASegmentThatWasNeverUsed() throws InterruptedException {
        final MappedWal wal = MappedWal.open(config(), faulty, null);
        faulty.fail(Call.SYNC_DIRECTORY, "shard-000").once();
        final Fault left = faulty.fail(Call.DELETE, "*.seg");
        prepareSpares(wal);
        left.mend();
        final List<Long> tailed = new ArrayList<>();
        try (WalTailer tailer = new WalTailer(storage, SimulatedLog.DIRECTORY, Checkpoint.of(), false, false)) {
            int kind = 0;
            final long deadlineNs = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (tailed.size() < 20 && System.nanoTime() < deadlineNs) {
                if (kind < 20) {
                    appendRecord(wal, kind++, RECORD_BYTES);
                }
                tailer.poll(SimulatedLog.numbers(tailed));
                Thread.sleep(1);
            }
        }
        assertEquals(range(0, 20), tailed);
    }

    @Test
    @DisplayName(
            "P6: every byte of a segment is written and forced before it has its name, and named before it is used")
    void shouldWriteEveryByteBeforeASegmentCanBeReached() {
        faulty.observe(event -> {
            if (event.call() == Call.RENAME && event.path().toString().endsWith(".seg")) {
                final Path temporary = LogFiles.temporary(event.path());
                assertTrue(storage.isWhole(temporary), "sparse: " + temporary);
                assertEquals(8192, storage.contents().get(temporary).length);
                // Nothing of it is unforced.
                final byte[] now = storage.contents().get(temporary);
                final List<FaultyStorage.Event> writes =
                        faulty.events(Call.WRITE, temporary.getFileName().toString());
                assertTrue(writes.stream().allMatch(write -> write.length() <= 16384), "large folios");
                assertEquals(
                        1,
                        faulty.events(Call.FORCE, temporary.getFileName().toString())
                                .size());
                for (int i = 4096; i < now.length; i++) {
                    assertEquals(0, now[i], "used before it was named");
                }
            }
        });
        final MappedWal wal = MappedWal.open(config(), faulty, null);
        for (int kind = 0; kind < 20; kind++) {
            appendRecord(wal, kind, RECORD_BYTES);
        }
        wal.close();
        assertTrue(faulty.events(Call.RENAME, "*.seg").size() > 3);
    }

    @TempDir
    private Path real;

    @Test
    @DisplayName("P6: on the real file system every block of a segment is allocated")
    void shouldAllocateEveryBlockOnTheRealFileSystem() throws IOException, InterruptedException {
        final String type = Files.getFileStore(real).type();
        assumeTrue(Set.of("ext4", "xfs", "tmpfs").contains(type), "not a file system that P6 is stated for: " + type);
        final int segmentBytes = 1 << 20;
        try (MappedWal wal = MappedWal.open(
                WalConfig.at(real.resolve("wal")).segmentBytes(segmentBytes).callerRuns(true))) {
            prepareSpares(wal);
            final Path shard = LogFiles.shard(real.resolve("wal"), 0);
            int segments = 0;
            for (final String name : FileStorage.INSTANCE.list(shard)) {
                if (name.endsWith(".seg")) {
                    assertTrue(allocatedBytes(shard.resolve(name)) >= segmentBytes, name);
                    segments++;
                }
            }
            assertTrue(segments > 1);
        }
    }

    /// Java does not tell the allocated blocks, `stat` does.
    private static long allocatedBytes(Path file) throws IOException, InterruptedException {
        final Process stat;
        try {
            stat = new ProcessBuilder("stat", "-c", "%b %B", file.toString()).start();
        } catch (IOException missing) {
            assumeTrue(false, "no stat command: " + missing.getMessage());
            throw missing;
        }
        final String output = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assumeTrue(stat.waitFor() == 0, "stat does not know -c");
        final String[] fields = output.trim().split(" ");
        return Long.parseLong(fields[0]) * Long.parseLong(fields[1]);
    }
}
