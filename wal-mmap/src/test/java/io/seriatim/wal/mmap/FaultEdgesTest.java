package io.seriatim.wal.mmap;

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
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayReport.State;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalPoisonedException;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.SegmentHeader;
import io.seriatim.wal.mmap.FaultyStorage.Call;
import io.seriatim.wal.mmap.FaultyStorage.Effect;
import io.seriatim.wal.mmap.FaultyStorage.Event;
import io.seriatim.wal.mmap.FaultyStorage.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Sharp edges that need a file system which fails or forgets. Each is named after its line in `PROTOCOL.md`.
@Timeout(60)
@ExtendWith(QuietLog.class)
class FaultEdgesTest {
    private static final Duration ALWAYS = Duration.ofNanos(1);

    private final SimulatedStorage storage = new SimulatedStorage();
    private final FaultyStorage faulty = new FaultyStorage(storage);

    @Test
    @DisplayName("edge 2, P2: what a failed force left clean in the cache is durable before anything new can be")
    void edge2ShouldStoreRecoveredBytesAgainWhenAForceHadFailed() throws InterruptedException {
        final MappedWal dead = MappedWal.open(config(), faulty, null);
        append(dead, 0, 10);
        dead.flush();
        for (int kind = 10; kind < 30; kind++) {
            appendRecord(dead, kind, 1000);
        }
        faulty.fail(Call.FORCE_RANGE, "*.seg").with(Effect.FAIL_AND_CLEAN);
        assertThrows(WalPoisonedException.class, dead::flush);
        final SimulatedStorage killed = storage.killProcess();
        assertEquals(range(0, 30), replay(killed).numbers(), "the cache has it all");
        assertNotEquals(range(0, 30), replay(killed.crash(CrashPolicy.NOTHING)).numbers(), "the disk has not");

        final SimulatedStorage copy = killed.killProcess();
        final FaultyStorage lying = new FaultyStorage(copy);
        lying.fail(Call.WRITE, "*.seg").with(Effect.SKIP);
        MappedWal.open(config(), lying, null);
        assertNotEquals(
                range(0, 30),
                replay(copy.crash(CrashPolicy.NOTHING)).numbers(),
                "this test would notice if it were not so");

        final FaultyStorage watched = new FaultyStorage(killed);
        final MappedWal next = MappedWal.open(config(), watched, null);

        assertEquals(range(0, 30), replay(killed.crash(CrashPolicy.NOTHING)).numbers());
        assertEquals(State.SOUND, replay(killed.crash(CrashPolicy.NOTHING)).state());
        final List<Event> stored = watched.events(Call.FORCE, "*.seg");
        assertTrue(stored.size() > 1);
        assertEquals(
                stored.stream()
                        .sorted(Comparator.comparing(event -> event.path().toString()))
                        .toList(),
                stored,
                "the oldest first");
        append(next, 30, 31);
        next.flush();
        assertEquals(range(0, 31), replay(killed.crash(CrashPolicy.NOTHING)).numbers());
    }

    @Test
    @DisplayName("edge 2, P2: a poisoned log that is closed and opened in the same process does the same")
    void edge2ShouldStoreRecoveredBytesAgainAfterAPoisonedClose() throws InterruptedException {
        final MappedWal poisoned = MappedWal.open(config(), faulty, null);
        append(poisoned, 0, 10);
        final Fault fault = faulty.fail(Call.FORCE_RANGE, "*.seg").with(Effect.FAIL_AND_CLEAN);
        assertThrows(WalPoisonedException.class, poisoned::flush);
        assertThrows(WalPoisonedException.class, poisoned::close);
        fault.mend();

        MappedWal.open(config(), faulty, null).close();

        assertEquals(range(0, 10), replay(storage.crash(CrashPolicy.NOTHING)).numbers());
    }

    @Test
    @DisplayName("edge 8, P2: headers never change; bases and sequences only grow, whatever fails")
    void edge8ShouldNeverChangeAHeaderNorUseAPositionTwice() throws InterruptedException, MalformedFrameException {
        final Map<Path, byte[]> headers = new HashMap<>();
        final Set<Long> positionsWithFrames = new HashSet<>();
        SimulatedStorage now = storage;
        int kind = 0;
        for (int session = 0; session < 6; session++) {
            final FaultyStorage failing = new FaultyStorage(now);
            failing.fail(Call.SYNC_DIRECTORY, "shard-000").after(3 + session).once();
            final MappedWal wal = MappedWal.open(config().flushEvery(ALWAYS), failing, null);
            for (int i = 0; i < 15; i++) {
                final long lsn = appendRecord(wal, kind++, 1000);
                assertTrue(positionsWithFrames.add(Lsn.position(lsn)), "position used twice");
            }
            wal.flush();
            checkHeaders(now, headers);
            final SimulatedStorage next = session % 2 == 0 ? now.crash(CrashPolicy.EVERYTHING) : now.killProcess();
            checkHeaders(next, headers);
            now = next;
        }
        assertEquals(range(0, kind), replay(now).numbers());
    }

    private static void checkHeaders(SimulatedStorage storage, Map<Path, byte[]> headers)
            throws MalformedFrameException {
        final Map<Long, SegmentHeader> bySequence = new HashMap<>();
        for (final Map.Entry<Path, byte[]> file : storage.contents().entrySet()) {
            if (!file.getKey().toString().endsWith(LogFiles.SEGMENT_SUFFIX)) {
                continue;
            }
            final byte[] block = Arrays.copyOf(file.getValue(), SegmentHeader.BLOCK_BYTES);
            final byte[] before = headers.putIfAbsent(file.getKey(), block);
            if (before != null) {
                assertArrayEquals(before, block, "header changed: " + file.getKey());
            }
            final SegmentHeader header = SegmentHeader.decode(block);
            bySequence.put(header.sequence(), header);
        }
        for (final SegmentHeader header : bySequence.values()) {
            final SegmentHeader predecessor = bySequence.get(header.predecessor());
            if (predecessor != null) {
                assertEquals(predecessor.base() + predecessor.segmentBytes(), header.base());
            }
        }
    }

    @Test
    @DisplayName("edge 11, P10: marks do not wait for space, and a force needs none")
    void edge11ShouldForceWithoutAMarkWhenThereIsNoSegmentForIt() throws InterruptedException {
        final MappedWal wal = MappedWal.open(config(), faulty, null);
        faulty.fail(Call.CREATE, "*.tmp").noSpace();
        final int room = 8192 - (int) Lsn.position(wal.checkpoint().lsn(0));
        final long lsn = appendRecord(wal, 0, room - 16);
        assertEquals(8192, Lsn.position(lsn), "the segment is full to the last byte");

        wal.flush();

        assertTrue(wal.durable(0) >= lsn);
        assertEquals(range(0, 1), replay(storage.crash(CrashPolicy.NOTHING)).numbers());
    }

    @Test
    @DisplayName("edge 11, P10: an idle log falls silent: marks do not beget marks")
    void edge11ShouldFallSilentWhenIdle() {
        final MappedWal wal = MappedWal.open(config().flushEvery(ALWAYS), faulty, null);
        append(wal, 0, 10);
        prepareSpares(wal);
        final long tail = wal.checkpoint().lsn(0);
        faulty.forgetEvents();

        for (int i = 0; i < 1000; i++) {
            assertEquals(0, wal.doWork());
        }

        assertEquals(List.of(), faulty.events(Call.FORCE_RANGE, "*"));
        assertEquals(tail, wal.checkpoint().lsn(0));
    }

    @Test
    @DisplayName("edge 12, P4: when an idle log's last batch rots, that is a loss")
    void edge12ShouldReportALossWhenTheLastBatchOfAnIdleLogRots() {
        final MappedWal wal = MappedWal.open(config().flushEvery(ALWAYS), storage, null);
        appendRecord(wal, 0, 100);
        final long end = Lsn.position(appendRecord(wal, 1, 100));
        prepareSpares(wal);
        final SimulatedStorage crashed = storage.crash(CrashPolicy.NOTHING);
        assertEquals(State.SOUND, replay(crashed).state());

        CrashRecoveryTest.flip(crashed, LogFiles.segment(SHARD, 0), end - 10);

        final SimulatedLog.Replayed found = replay(crashed);
        assertEquals(range(0, 1), found.numbers());
        assertEquals(State.DAMAGED, found.state(), () -> found.report().toString());
    }

    @Test
    @DisplayName("edge 20, P5, P9: only the flusher forces a live segment; a producer never calls the file system")
    void edge20ShouldForceLiveSegmentsOnTheFlusherOnly() throws InterruptedException {
        final MappedWal wal = MappedWal.open(config().callerRuns(false), faulty, null);
        final List<Thread> producers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            final SeriesHandle series = wal.series(io.seriatim.wal.Labels.of("producer", "p" + i));
            producers.add(Thread.ofPlatform().start(() -> {
                for (int timestamp = 0; timestamp < 2000; timestamp++) {
                    series.append(timestamp, timestamp);
                    if (timestamp % 500 == 0) {
                        series.appendDurable(timestamp, timestamp);
                    }
                }
            }));
        }
        for (final Thread producer : producers) {
            producer.join();
        }

        final Set<String> forcing = new HashSet<>();
        faulty.events(Call.FORCE_RANGE, "*")
                .forEach(event -> forcing.add(event.thread().getName()));
        assertEquals(Set.of("wal-flusher"), forcing);
        // Files are forced under their temporary names, before anybody can reach them.
        assertEquals(List.of(), faulty.events(Call.FORCE, "*.seg"));
        for (final Thread producer : producers) {
            assertEquals(0, faulty.countOf(producer));
        }
        wal.close();
    }

    @Test
    @DisplayName("edge 23, P4: whatever of a truncation power loss undoes, nothing below the floor is read or missed")
    void edge23ShouldSeeNoDamageWhenATruncationIsHalfUndone() throws InterruptedException {
        final MappedWal wal = MappedWal.open(config(), faulty, null);
        long floor = 0;
        for (int kind = 0; kind < 40; kind++) {
            final long lsn = appendRecord(wal, kind, 1000);
            floor = kind == 29 ? lsn : floor;
        }
        wal.flush();
        prepareSpares(wal);
        final boolean[] floorIsDurable = new boolean[1];
        faulty.observe(event -> {
            if (event.call() == Call.DELETE && event.path().toString().endsWith(LogFiles.SEGMENT_SUFFIX)) {
                floorIsDurable[0] = true;
                assertEquals(
                        range(30, 40),
                        replay(storage.crash(CrashPolicy.NOTHING)).numbers(),
                        "deleted before the floor was durable");
            }
            checkHalfUndone(floorIsDurable[0]);
        });

        wal.truncateBefore(floor);

        assertTrue(floorIsDurable[0]);
        checkHalfUndone(true);
    }

    private void checkHalfUndone(boolean floorIsDurable) {
        for (int item = 0; item < storage.unforced(); item++) {
            for (final CrashPolicy policy : List.of(CrashPolicy.only(item), CrashPolicy.allBut(item))) {
                final SimulatedLog.Replayed found = replay(storage.crash(policy));
                assertNotEquals(
                        State.DAMAGED, found.state(), () -> found.report().toString());
                if (floorIsDurable) {
                    assertEquals(range(30, 40), found.numbers());
                }
            }
        }
    }

    @Test
    @DisplayName(
            "edge 26, P6: stores never meet a block that is not there, in the file that is being written to either")
    void edge26ShouldMapWrittenFilesOnly() throws InterruptedException, IOException {
        faulty.observe(event -> {
            if (event.call() == Call.MAP) {
                assertTrue(storage.isWhole(event.path()), "sparse: " + event.path());
            }
        });
        final MappedWal wal = MappedWal.open(config(), faulty, null);
        for (int kind = 0; kind < 20; kind++) {
            appendRecord(wal, kind, 1000);
        }
        wal.close();
        assertFalse(faulty.events(Call.MAP, "*").isEmpty());
    }

    @Test
    @DisplayName("P1, P2: the log of a WalConfig with every default works on the simulated file system as well")
    void shouldWorkWithItsOwnThreads() throws InterruptedException {
        final MappedWal wal =
                MappedWal.open(WalConfig.at(SimulatedLog.DIRECTORY).segmentBytes(64 * 1024), storage, null);
        final SeriesHandle up = wal.series(UP);
        for (int timestamp = 0; timestamp < 1000; timestamp++) {
            up.append(timestamp, timestamp);
        }
        wal.flush();
        assertEquals(range(0, 1000), replay(storage.crash(CrashPolicy.NOTHING)).numbers());
        assertEquals(range(0, 1000), replay(storage.killProcess()).numbers());
        wal.close();
        assertEquals(0, storage.mapped());
    }
}
