package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.WalIoException;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.mmap.FaultyStorage.Call;
import io.seriatim.wal.mmap.FaultyStorage.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a tailer gets when a log ends and goes on in another epoch. Each was found by [SigkillTest] or by
/// fuzzing.
@Timeout(60)
class TailAtTheEndTest {
    private static final int POLLS = 200;

    @TempDir
    private Path directory;

    private final Logs.Texts texts = new Logs.Texts();
    private final FaultyStorage writers = new FaultyStorage(FileStorage.INSTANCE);

    private void poll(WalTailer tailer) throws InterruptedException {
        for (int i = 0; i < POLLS; i++) {
            tailer.poll(texts);
            Thread.sleep(1); // new files are looked for every 50 ms
        }
    }

    /// Leaves a log open that holds samples 0 to 9 and has a spare.
    private MappedWal begin() {
        final MappedWal wal = MappedWal.open(Logs.config(directory), writers, null);
        Logs.appendRange(wal, 0, 10);
        SimulatedLog.prepareSpares(wal);
        return wal;
    }

    private void goOn() {
        try (MappedWal again = MappedWal.open(Logs.config(directory))) {
            Logs.appendRange(again, 10, 20);
        }
    }

    @Test
    @DisplayName("P3: a tailer that has gone on into a spare, which closing deletes, misses nothing of what comes")
    void shouldMissNothingWhenInASpareThatClosingDeletes() throws Exception {
        final MappedWal wal = begin();
        final Fault deleting = writers.block(Call.DELETE, "*.seg");
        try (WalTailer tailer = MappedWal.tail(directory, Checkpoint.of())) {
            final Thread closing = Thread.ofPlatform().start(wal::close);
            deleting.awaitReached();
            poll(tailer); // sees the seal, and the spare behind it
            deleting.release();
            closing.join();
            goOn();
            poll(tailer);
        }
        assertEquals(Logs.range(0, 20), texts.records);
    }

    @Test
    @DisplayName("P3: a tailer that has listed a spare, which closing deletes, misses nothing of what comes")
    void shouldMissNothingWhenAListedSpareIsDeleted() throws Exception {
        final MappedWal wal = begin();
        final Fault deleting = writers.block(Call.DELETE, "*.seg");
        final FaultyStorage readers = new FaultyStorage(FileStorage.INSTANCE);
        try (WalTailer tailer = new WalTailer(readers, directory, Checkpoint.of(), false, false)) {
            final Thread closing = Thread.ofPlatform().start(wal::close);
            deleting.awaitReached();
            final AtomicInteger opened = new AtomicInteger();
            readers.observe(event -> {
                // First it is listed, then it is opened to be read.
                if (event.call() == Call.OPEN
                        && event.path().endsWith(LogFiles.segment(Path.of(""), 1))
                        && opened.incrementAndGet() == 2) {
                    deleting.release();
                    join(closing);
                }
            });
            poll(tailer);
            assertTrue(opened.get() >= 2);
            goOn();
            poll(tailer);
        }
        assertEquals(Logs.range(0, 20), texts.records);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    @DisplayName("P1, P3: a tailer gets what lies behind a claim that a dead process left open, however late it came")
    void shouldGetWhatLiesBehindAnAbandonedClaim() throws Exception {
        final Path other = directory.resolve("other");
        final Path log = directory.resolve("log");
        final OpenClaim claim = new OpenClaim(other);
        Logs.copy(other, log);
        try (WalTailer tailer = MappedWal.tail(log, Checkpoint.of())) {
            poll(tailer); // has a copy of the segment, in which nothing follows the open claim
            Logs.appendRange(claim.wal, 10, 20);
            copyFirstSegment(other, log);
            MappedWal.open(Logs.config(log)).close();
            poll(tailer);
        }
        assertEquals(Logs.range(0, 20), texts.records);
        claim.close();
    }

    @Test
    @DisplayName("P3: a tailer that begins at a checkpoint behind a claim left open hands on nothing from before it")
    void shouldRepeatNothingWhenCheckpointLiesBehindAnAbandonedClaim() throws Exception {
        final Path log = directory.resolve("log");
        final OpenClaim claim = new OpenClaim(directory.resolve("other"));
        Logs.appendRange(claim.wal, 10, 15);
        final Checkpoint checkpoint = claim.wal.checkpoint();
        Logs.appendRange(claim.wal, 15, 20);
        Logs.copy(directory.resolve("other"), log);
        MappedWal.open(Logs.config(log)).close();
        try (WalTailer tailer = MappedWal.tail(log, checkpoint)) {
            poll(tailer);
            assertEquals(Logs.range(15, 20), texts.records);
            assertEquals(0, tailer.skippedBytes(), "the claim lies before the checkpoint");
        }
        claim.close();
    }

    /// A log with samples 0 to 9 and a claim behind them that nobody commits.
    private static final class OpenClaim {
        final MappedWal wal;
        private final CountDownLatch end = new CountDownLatch(1);
        private final Thread stuck;

        OpenClaim(Path directory) throws InterruptedException {
            final CountDownLatch claimed = new CountDownLatch(1);
            final ClaimHook hook = (_, _) -> {
                if (Thread.currentThread().getName().equals("stuck")) {
                    claimed.countDown();
                    join(end);
                }
            };
            wal = MappedWal.open(Logs.config(directory), FileStorage.INSTANCE, hook);
            Logs.appendRange(wal, 0, 10);
            stuck = Thread.ofPlatform()
                    .name("stuck")
                    .daemon()
                    .start(() -> wal.series(Logs.DISK).append(0, 0));
            claimed.await();
        }

        void close() throws InterruptedException {
            end.countDown();
            stuck.join();
            wal.close();
        }
    }

    @Test
    @DisplayName("P3: a tailer gets what lies behind damage, however often it has read the segment while it grew")
    void shouldGetWhatLiesBehindDamageWhenItHasPolledOften() throws Exception {
        final int polls = 100;
        final Path other = directory.resolve("other");
        final Path log = directory.resolve("log");
        try (MappedWal wal = MappedWal.open(Logs.config(other).segmentBytes(16 * 1024))) {
            Logs.appendRange(wal, 0, 1);
            Logs.copy(other, log);
            try (WalTailer tailer = MappedWal.tail(log, Checkpoint.of())) {
                for (int i = 1; i < polls; i++) {
                    Logs.appendRange(wal, i, i + 1);
                    copyFirstSegment(other, log);
                    tailer.poll(texts);
                }
                assertEquals(Logs.range(0, polls), texts.records);
                Logs.appendRange(wal, polls, polls + 10);
                copyFirstSegment(other, log);
                final long damaged = Lsn.position(tailer.position().lsn(0)) + FrameLayout.PAYLOAD_OFFSET;
                try (FileChannel file =
                        FileChannel.open(LogFiles.segment(LogFiles.shard(log, 0), 0), StandardOpenOption.WRITE)) {
                    file.write(ByteBuffer.wrap(new byte[] {0x55}), damaged + 1);
                }
                MappedWal.open(Logs.config(log)).close();
                poll(tailer);
            }
        }
        final List<String> expected = new ArrayList<>(Logs.range(0, polls));
        expected.addAll(Logs.range(polls + 1, polls + 10));
        assertEquals(expected, texts.records);
    }

    private static void copyFirstSegment(Path from, Path to) throws IOException {
        copyBytes(LogFiles.segment(LogFiles.shard(from, 0), 0), LogFiles.segment(LogFiles.shard(to, 0), 0));
    }

    @Test
    @DisplayName("a tailer whose thread was interrupted says so, and goes on where it was")
    void shouldGoOnWhenInterrupted() throws Exception {
        try (MappedWal wal = begin();
                WalTailer tailer = MappedWal.tail(directory, Checkpoint.of())) {
            poll(tailer);
            Logs.appendRange(wal, 10, 20);
            Thread.currentThread().interrupt();
            assertThrows(WalIoException.class, () -> tailer.poll(texts));
            assertTrue(Thread.interrupted(), "the flag is kept");
            poll(tailer);
        }
        assertEquals(Logs.range(0, 20), texts.records);
    }

    private static void copyBytes(Path from, Path to) throws IOException {
        Files.write(to, Files.readAllBytes(from));
    }

    private static void join(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }
}
