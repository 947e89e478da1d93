package io.seriatim.wal.mmap;

import static io.seriatim.wal.mmap.SimulatedLog.DIRECTORY;
import static io.seriatim.wal.mmap.SimulatedLog.SHARD;
import static io.seriatim.wal.mmap.SimulatedLog.UP;
import static io.seriatim.wal.mmap.SimulatedLog.append;
import static io.seriatim.wal.mmap.SimulatedLog.appendRecord;
import static io.seriatim.wal.mmap.SimulatedLog.config;
import static io.seriatim.wal.mmap.SimulatedLog.prepareSpares;
import static io.seriatim.wal.mmap.SimulatedLog.range;
import static io.seriatim.wal.mmap.SimulatedLog.replay;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Damage;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayReport.State;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.UnsupportedFormatException;
import io.seriatim.wal.WalClosedException;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalIoException;
import io.seriatim.wal.WalLockedException;
import io.seriatim.wal.WalPoisonedException;
import io.seriatim.wal.format.SealBlock;
import io.seriatim.wal.format.SegmentHeader;
import io.seriatim.wal.mmap.FaultyStorage.Call;
import io.seriatim.wal.mmap.FaultyStorage.Effect;
import io.seriatim.wal.mmap.FaultyStorage.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What goes wrong, row by row, and what the user gets. The full disk has its own class.
@Timeout(60)
class FaultTableTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final SimulatedStorage storage = new SimulatedStorage();
    private final FaultyStorage faulty = new FaultyStorage(storage);

    @ParameterizedTest
    @EnumSource(names = {"FAIL", "FAIL_UNCHECKED", "FAIL_AFTERWARDS", "FAIL_AND_CLEAN"})
    @DisplayName("P5: a failed force is final")
    void shouldPoisonForGoodWhenAForceFails(Effect effect) throws InterruptedException {
        final MappedWal wal = MappedWal.open(config(), faulty, null);
        final SeriesHandle up = wal.series(UP);
        final long confirmed = up.append(0, 0);
        wal.flush();
        final long durable = wal.durable(0);
        final long doubtful = up.append(1, 1);
        final Fault fault = faulty.fail(Call.FORCE_RANGE, "*.seg").with(effect).once();

        final WalPoisonedException first =
                assertThrows(WalPoisonedException.class, () -> wal.awaitDurable(doubtful, SOON));

        assertEquals(1, fault.hits());
        assertEquals(durable, first.durable());
        final Class<?> cause = effect == Effect.FAIL_UNCHECKED ? UncheckedIOException.class : IOException.class;
        assertInstanceOf(cause, first.getCause());
        faulty.forgetEvents();
        final List<Throwable> refusals = List.of(
                assertThrows(WalPoisonedException.class, () -> up.append(2, 2)),
                assertThrows(WalPoisonedException.class, () -> up.appendDurable(2, 2)),
                assertThrows(WalPoisonedException.class, () -> appendRecord(wal, 2, 10)),
                assertThrows(WalPoisonedException.class, () -> appendBatch(wal, up)),
                assertThrows(WalPoisonedException.class, wal::flush),
                assertThrows(WalPoisonedException.class, () -> wal.awaitDurable(doubtful, SOON)));
        for (final Throwable refusal : refusals) {
            assertEquals(first.getCause(), refusal.getCause());
        }
        assertTrue(wal.awaitDurable(confirmed, Duration.ZERO), "what was durable stays so");
        assertEquals(durable, wal.durable(0));
        prepareSpares(wal);
        assertThrows(WalPoisonedException.class, wal::close);
        assertEquals(List.of(), faulty.events(Call.FORCE_RANGE, "*"), "forced again");
        assertEquals(durable, wal.durable(0));
        assertEquals(0, storage.mapped());

        final MappedWal again = MappedWal.open(config(), storage, null);
        assertEquals(List.of(0L, 1L), replay(storage.crash(CrashPolicy.NOTHING)).numbers(), "the cache had it all");
        again.close();
    }

    private static void appendBatch(MappedWal wal, SeriesHandle series) {
        try (Batch batch = wal.batch()) {
            batch.add(series, 2, 2);
            batch.commit();
        }
    }

    @Test
    @DisplayName("P5: a failed force reaches every waiter; durable stays below the failed range")
    void shouldFailEveryWaiterWhenAForceFails() throws InterruptedException {
        final MappedWal wal = MappedWal.open(config().callerRuns(false), faulty, null);
        final SeriesHandle up = wal.series(UP);
        up.appendDurable(0, 0);
        final long durable = wal.durable(0);
        final Fault held = faulty.block(Call.FORCE_RANGE, "*.seg");
        faulty.fail(Call.FORCE_RANGE, "*.seg").once();
        final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        final List<Thread> waiters = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            final int timestamp = i;
            waiters.add(Thread.ofPlatform().start(() -> {
                try {
                    up.appendDurable(timestamp, timestamp);
                } catch (RuntimeException failure) {
                    failures.add(failure);
                }
            }));
        }
        held.awaitReached();
        held.release();
        for (final Thread waiter : waiters) {
            waiter.join(SOON);
        }

        assertEquals(4, failures.size());
        failures.forEach(failure -> assertInstanceOf(WalPoisonedException.class, failure));
        assertEquals(durable, wal.durable(0));
        assertThrows(WalPoisonedException.class, wal::close);
        assertEquals(0, storage.mapped());
    }

    @Test
    @DisplayName("P5: a failed seal poisons; what was acknowledged stays")
    void shouldPoisonWhenASealCannotBeForced() throws InterruptedException {
        final MappedWal wal = MappedWal.open(config(), faulty, null);
        faulty.fail(Call.FORCE_RANGE, "*.seg").where(event -> event.from() == SealBlock.OFFSET);
        long last = 0;
        int kind = 0;
        for (; wal.stats().shards().getFirst().rolls() == 0; kind++) {
            last = appendRecord(wal, kind, 1000);
        }
        final long lsn = last;
        prepareSpares(wal);

        assertTrue(wal.awaitDurable(lsn, SOON), "the data itself was forced");
        wal.doWork();
        assertThrows(WalPoisonedException.class, () -> appendRecord(wal, 99, 10));
        assertThrows(WalPoisonedException.class, wal::close);
        assertEquals(0, storage.mapped());
        assertEquals(range(0, kind), replay(storage.crash(CrashPolicy.NOTHING)).numbers());
    }

    @Test
    @DisplayName("P5: no segment stays mapped when a shard is poisoned far behind its tail")
    void shouldUnmapEverythingWhenClosingAPoisonedShard() {
        final MappedWal wal = MappedWal.open(config(), faulty, null);
        append(wal, 0, 1);
        prepareSpares(wal);
        faulty.fail(Call.FORCE_RANGE, "*.seg");
        // While the force is under way others append: the walk has never been in the segments that they fill.
        faulty.observe(event -> {
            if (event.call() == Call.FORCE_RANGE) {
                for (int kind = 1; kind < 12; kind++) {
                    appendRecord(wal, kind, 1000);
                }
            }
        });
        assertThrows(WalPoisonedException.class, wal::flush);
        assertThrows(WalPoisonedException.class, wal::close);

        assertEquals(0, storage.mapped());
        assertEquals(range(0, 12), replay(storage).numbers());
    }

    @Test
    @DisplayName("P5: a mark that fails poisons, and leaves no hole")
    void shouldPoisonWhenAMarkFails() throws InterruptedException {
        final AtomicBoolean dies = new AtomicBoolean();
        final MappedWal wal = MappedWal.open(config(), faulty, (_, _) -> {
            if (dies.get()) {
                throw new IllegalStateException("died in a claim");
            }
        });
        append(wal, 0, 3);
        dies.set(true);
        final WalPoisonedException failure = assertThrows(WalPoisonedException.class, wal::flush);
        assertEquals("died in a claim", failure.getCause().getMessage());
        assertThrows(WalPoisonedException.class, wal::close);

        final SimulatedLog.Replayed found = replay(storage.killProcess());
        assertEquals(range(0, 3), found.numbers());
        assertEquals(State.SOUND, found.state());
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "DELETE,FAIL",
        "CREATE,FAIL",
        "WRITE,FAIL",
        "FORCE,FAIL",
        "RENAME,FAIL",
        "RENAME,FAIL_AFTERWARDS",
        "SYNC_DIRECTORY,FAIL",
        "SYNC_DIRECTORY,FAIL_AFTERWARDS"
    })
    @DisplayName("P2: wal.meta cannot be replaced: open is refused, and the second one works")
    void shouldRefuseToOpenWhenTheIdentityCannotBeStored(Call call, Effect effect) throws InterruptedException {
        final SimulatedStorage dead = killed();
        final FaultyStorage failing = new FaultyStorage(dead);
        final Map<Path, byte[]> before = segments(dead);
        // The directory was synced once for its own entry, before anything was looked at.
        failing.fail(call, call == Call.SYNC_DIRECTORY ? "wal" : "wal.meta*")
                .with(effect)
                .once();

        assertThrows(WalIoException.class, () -> MappedWal.open(config(), failing, null));

        assertSame(before, segments(dead));
        shouldOpenAfterAll(dead, failing);
    }

    @ParameterizedTest
    @EnumSource(names = {"OPEN", "READ", "WRITE", "FORCE"})
    @DisplayName("P2: what was found cannot be made durable: open is refused, nothing changes, the second one works")
    void shouldRefuseToOpenWhenTheRecoveredBytesCannotBeForced(Call call) throws InterruptedException {
        final SimulatedStorage dead = killed();
        final FaultyStorage failing = new FaultyStorage(dead);
        final Map<Path, byte[]> before = dead.contents();
        failing.fail(call, "*.seg").once();

        assertThrows(WalIoException.class, () -> MappedWal.open(config(), failing, null));

        final Map<Path, byte[]> after = dead.contents();
        before.keySet().removeIf(path -> path.endsWith(LogFiles.PID));
        after.keySet().removeIf(path -> path.endsWith(LogFiles.PID));
        assertSame(before, after);
        shouldOpenAfterAll(dead, failing);
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
        "SYNC_DIRECTORY,FAIL_AFTERWARDS"
    })
    @DisplayName("P6: a first segment cannot be prepared: open is refused, gives everything back, the second one works")
    void shouldRefuseToOpenWhenAFirstSegmentCannotBePrepared(Call call, Effect effect) throws InterruptedException {
        final SimulatedStorage dead = killed();
        final FaultyStorage failing = new FaultyStorage(dead);
        // The second shard's: the first one's is mapped by then.
        failing.fail(call, call == Call.SYNC_DIRECTORY ? "shard-001" : "*.seg{,.tmp}")
                .where(event -> event.path().toString().contains("shard-001"))
                .with(effect)
                .once();

        assertThrows(WalIoException.class, () -> MappedWal.open(config().shards(2), failing, null));

        assertEquals(0, dead.mapped());
        shouldOpenAfterAll(dead, failing);
    }

    private SimulatedStorage killed() throws InterruptedException {
        final MappedWal wal = MappedWal.open(config(), storage, null);
        append(wal, 0, 10);
        wal.flush();
        append(wal, 10, 20);
        return storage.killProcess();
    }

    private static void shouldOpenAfterAll(SimulatedStorage dead, FaultyStorage failing) throws InterruptedException {
        final MappedWal wal = MappedWal.open(config(), failing, null);
        append(wal, 20, 30);
        wal.flush();
        final SimulatedLog.Replayed found = replay(dead.crash(CrashPolicy.NOTHING));
        assertEquals(range(0, 30), found.numbers());
        assertEquals(State.SOUND, found.state(), () -> found.report().toString());
        wal.close();
        assertEquals(0, dead.mapped());
    }

    private static Map<Path, byte[]> segments(SimulatedStorage storage) {
        final Map<Path, byte[]> segments = new TreeMap<>(storage.contents());
        segments.keySet().removeIf(path -> !path.toString().endsWith(LogFiles.SEGMENT_SUFFIX));
        return segments;
    }

    private static void assertSame(Map<Path, byte[]> expected, Map<Path, byte[]> found) {
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((path, bytes) -> assertArrayEquals(bytes, found.get(path), path.toString()));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"CREATE,FAIL", "FORCE,FAIL", "RENAME,FAIL", "SYNC_DIRECTORY,FAIL", "SYNC_DIRECTORY,FAIL_AFTERWARDS"})
    @DisplayName("P4: floors cannot be stored: nothing is deleted, and the next truncation works")
    void shouldDeleteNothingWhenTheFloorCannotBeStored(Call call, Effect effect) throws InterruptedException {
        final MappedWal wal = MappedWal.open(config(), faulty, null);
        for (int kind = 0; kind < 20; kind++) {
            appendRecord(wal, kind, 1000);
        }
        wal.flush();
        prepareSpares(wal);
        faulty.forgetEvents();
        faulty.fail(call, call == Call.SYNC_DIRECTORY ? "wal" : "wal.meta*")
                .with(effect)
                .once();

        assertThrows(WalIoException.class, () -> wal.truncateBefore(wal.durable(0)));
        assertEquals(List.of(), faulty.events(Call.DELETE, "*.seg"));

        final long floor = appendRecord(wal, 20, 1000);
        appendRecord(wal, 21, 1000);
        wal.flush();
        wal.truncateBefore(floor);
        assertFalse(faulty.events(Call.DELETE, "*.seg").isEmpty());
        wal.close();
        final SimulatedLog.Replayed found = replay(storage);
        assertEquals(range(21, 22), found.numbers());
        assertEquals(State.SOUND, found.state(), () -> found.report().toString());
    }

    @Test
    @DisplayName("a second process is told the pid of the first")
    void shouldNameTheProcessThatHoldsTheLock(@TempDir Path directory) throws Exception {
        final Process holder = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertEquals('o', holder.getInputStream().read(), "the other process has the log open");

            final WalLockedException refused = assertThrows(
                    WalLockedException.class,
                    () -> MappedWal.open(WalConfig.at(directory).segmentBytes(8192)));

            assertEquals(holder.pid(), refused.pid());
            assertTrue(refused.getMessage().contains("pid=" + holder.pid()), refused.getMessage());
        } finally {
            holder.getOutputStream().close();
            holder.waitFor(20, TimeUnit.SECONDS);
        }
        MappedWal.open(WalConfig.at(directory).segmentBytes(8192)).close();
    }

    /// Has a log open until its input ends.
    static final class LockHolder {
        public static void main(String[] arguments) throws IOException {
            try (MappedWal _ =
                    MappedWal.open(WalConfig.at(Path.of(arguments[0])).segmentBytes(8192))) {
                System.out.print("o");
                System.out.flush();
                System.in.read();
            }
        }
    }

    @Test
    @DisplayName("P3: a record that is refused leaves the log untouched, byte for byte")
    void shouldNotTouchTheLogWhenARecordIsRefused() {
        final MappedWal wal = MappedWal.open(config(), storage, null);
        append(wal, 0, 3);
        final long tail = wal.checkpoint().lsn(0);
        final Map<Path, byte[]> before = storage.contents();
        final int limit = config().maxFrameBytes();

        final List<IllegalArgumentException> refusals = List.of(
                assertThrows(IllegalArgumentException.class, () -> appendRecord(wal, 1, limit)),
                assertThrows(IllegalArgumentException.class, () -> wal.append(series(limit))),
                assertThrows(IllegalArgumentException.class, () -> wal.append(series(limit / 9))),
                assertThrows(IllegalArgumentException.class, () -> appendLargeBatch(wal, limit)));
        for (final IllegalArgumentException refusal : refusals) {
            assertTrue(refusal.getMessage().contains(String.valueOf(limit)), refusal.getMessage());
        }
        final Labels long4k = Labels.of("__name__", "x".repeat(limit));
        assertThrows(IllegalArgumentException.class, () -> wal.series(long4k).append(0, 0));
        assertThrows(IllegalArgumentException.class, () -> wal.append(series(-1)));
        assertThrows(IllegalArgumentException.class, () -> Labels.of("a", "1", "a", "2"));
        assertThrows(IllegalArgumentException.class, () -> Labels.of("", "1"));
        assertThrows(IllegalArgumentException.class, () -> Labels.of("__name__", "\ud800"));

        assertEquals(tail, wal.checkpoint().lsn(0));
        assertSame(before, storage.contents());
        append(wal, 3, 5);
        wal.close();
        assertEquals(range(0, 5), replay(storage).numbers());
    }

    private static void appendLargeBatch(MappedWal wal, int samples) {
        try (Batch batch = wal.batch()) {
            for (int i = 0; i < samples; i++) {
                batch.add(wal.series(UP), i * 1_000_003L, i * 0.1);
            }
            batch.commit();
        }
    }

    private static io.seriatim.wal.TimeSeries series(int count) {
        return new io.seriatim.wal.TimeSeries() {
            @Override
            public Labels labels() {
                return UP;
            }

            @Override
            public int count() {
                return count;
            }

            @Override
            public long timestamp(int index) {
                return index * 1_000_003L;
            }

            @Override
            public double value(int index) {
                return index * 0.1;
            }
        };
    }

    @Test
    @DisplayName("P12: a newer format version is not read as data, and not written to")
    void shouldRefuseANewerVersion() throws IOException {
        final MappedWal wal = MappedWal.open(config(), storage, null);
        append(wal, 0, 3);
        wal.close();
        overwrite(LogFiles.segment(SHARD, 0), SegmentHeader.VERSION_OFFSET, new byte[] {2, 0, 0, 0});
        final Map<Path, byte[]> before = segments(storage);

        assertThrows(UnsupportedFormatException.class, () -> MappedWal.open(config(), storage, null));

        assertSame(before, segments(storage));
        final SimulatedLog.Replayed found = replay(storage);
        assertEquals(List.of(), found.numbers());
        assertEquals(
                Damage.Kind.NEWER_VERSION, found.report().damages().getFirst().kind());
        assertEquals(State.DAMAGED, found.state());
    }

    @Test
    @DisplayName("P12: a segment of another log is reported, never read, never deleted")
    void shouldReportASegmentOfAnotherLog() throws IOException, InterruptedException {
        final SimulatedStorage other = new SimulatedStorage();
        final MappedWal stranger = MappedWal.open(config(), other, null);
        for (int kind = 100; kind < 130; kind++) {
            appendRecord(stranger, kind, 1000);
        }
        stranger.close();
        final MappedWal wal = MappedWal.open(config(), storage, null);
        append(wal, 0, 3);
        wal.close();
        final Path foreign = LogFiles.segment(SHARD, 5);
        assertFalse(storage.exists(foreign));
        storage.create(foreign).close();
        overwrite(foreign, 0, other.contents().get(foreign));

        final SimulatedLog.Replayed found = replay(storage);
        assertEquals(range(0, 3), found.numbers());
        assertEquals(
                Damage.Kind.FOREIGN_SEGMENT, found.report().damages().getFirst().kind());

        final MappedWal again = MappedWal.open(config(), storage, null);
        append(again, 3, 5);
        again.flush();
        assertEquals(range(0, 5), replay(storage).numbers());
        again.truncateBefore(again.durable(0));
        again.close();
        assertTrue(storage.exists(foreign));
    }

    private void overwrite(Path path, long offset, byte[] bytes) throws IOException {
        try (StorageFile file = storage.open(path, true)) {
            file.write(ByteBuffer.wrap(bytes), offset);
            file.force();
        }
    }

    @Test
    @DisplayName("P1: close while others append: what returned is there, later appends get WalClosedException")
    void shouldCloseWhileOthersAppend() throws InterruptedException {
        for (int round = 0; round < 20; round++) {
            final SimulatedStorage fresh = new SimulatedStorage();
            final MappedWal wal = MappedWal.open(config().callerRuns(false), fresh, null);
            final ConcurrentLinkedQueue<Long> returned = new ConcurrentLinkedQueue<>();
            final ConcurrentLinkedQueue<Throwable> ends = new ConcurrentLinkedQueue<>();
            final CountDownLatch running = new CountDownLatch(3);
            final List<Thread> producers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                final long first = i * 1_000_000_000L;
                producers.add(Thread.ofPlatform().start(() -> {
                    final SeriesHandle series = wal.series(Labels.of("producer", String.valueOf(first)));
                    running.countDown();
                    try {
                        for (long timestamp = first; ; timestamp++) {
                            series.append(timestamp, 0);
                            returned.add(timestamp);
                        }
                    } catch (RuntimeException end) {
                        ends.add(end);
                    }
                }));
            }
            running.await();
            Thread.sleep(round);
            wal.close();
            for (final Thread producer : producers) {
                producer.join(SOON);
            }
            assertEquals(3, ends.size());
            ends.forEach(end -> assertInstanceOf(WalClosedException.class, end));
            final SimulatedLog.Replayed found = replay(fresh.crash(CrashPolicy.NOTHING));
            assertEquals(
                    returned.stream().sorted().toList(),
                    found.numbers().stream().sorted().toList());
            assertEquals(State.SOUND, found.state(), () -> found.report().toString());
            assertEquals(0, fresh.mapped());
        }
    }

    @Test
    @DisplayName("P10: what a dead process left half prepared is cleaned up, in every shard directory")
    void shouldDeleteLeftovers() throws IOException {
        MappedWal.open(config().shards(3), storage, null).close();
        final List<Path> leftovers = new ArrayList<>();
        for (int shard = 0; shard < 3; shard++) {
            leftovers.add(LogFiles.temporary(LogFiles.segment(LogFiles.shard(DIRECTORY, shard), 77)));
        }
        leftovers.add(LogFiles.temporary(DIRECTORY.resolve(LogFiles.META)));
        for (final Path leftover : leftovers) {
            storage.create(leftover).close();
        }

        // With fewer shards than before.
        MappedWal.open(config(), storage, null).close();

        for (final Path leftover : leftovers) {
            assertFalse(storage.exists(leftover), leftover.toString());
        }
    }
}
