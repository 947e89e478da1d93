package io.seriatim.wal.mmap;

import static io.seriatim.wal.mmap.SimulatedLog.SHARD;
import static io.seriatim.wal.mmap.SimulatedLog.append;
import static io.seriatim.wal.mmap.SimulatedLog.appendRecord;
import static io.seriatim.wal.mmap.SimulatedLog.config;
import static io.seriatim.wal.mmap.SimulatedLog.prepareSpares;
import static io.seriatim.wal.mmap.SimulatedLog.range;
import static io.seriatim.wal.mmap.SimulatedLog.replay;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayReport.State;
import io.seriatim.wal.WalIoException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Crashes that random ones have found, made exact.
@ExtendWith(QuietLog.class)
class CrashRecoveryTest {
    private final SimulatedStorage storage = new SimulatedStorage();
    private final FaultyStorage faulty = new FaultyStorage(storage);

    @Test
    @DisplayName("P4: spares deleted by a clean close are no missing segments, whichever deletions survive")
    void shouldBeSoundWhenPowerFailsWhileSparesAreDeleted() {
        final MappedWal wal = MappedWal.open(config(), faulty, null);
        append(wal, 0, 10);
        prepareSpares(wal);
        assertTrue(wal.stats().shards().getFirst().spares() > 1, "spares to delete");

        faulty.observe(event -> assertSoundAfterAnyCrash());
        wal.close();

        assertSoundAfterAnyCrash();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"DELETE,FAIL", "DELETE,FAIL_AFTERWARDS", "SYNC_DIRECTORY,FAIL", "SYNC_DIRECTORY,FAIL_AFTERWARDS"})
    @DisplayName("P4: a spare that a clean close cannot delete is no sign of a missing segment")
    void shouldBeSoundWhenASpareCannotBeDeleted(FaultyStorage.Call call, FaultyStorage.Effect effect) {
        final MappedWal wal = MappedWal.open(config(), faulty, null);
        append(wal, 0, 10);
        prepareSpares(wal);
        faulty.fail(call, call == FaultyStorage.Call.DELETE ? "*.seg" : "shard-000")
                .with(effect)
                .once();

        wal.close();

        assertEquals(State.SOUND, replay(storage).state());
        assertSoundAfterAnyCrash();
        assertEquals(0, storage.mapped());
    }

    private void assertSoundAfterAnyCrash() {
        final int items = storage.unforced();
        for (int item = 0; item < items; item++) {
            for (final CrashPolicy policy : List.of(CrashPolicy.only(item), CrashPolicy.allBut(item))) {
                final SimulatedLog.Replayed found = replay(storage.crash(policy));
                assertNotEquals(
                        State.DAMAGED, found.state(), () -> found.report().toString());
            }
        }
    }

    @Test
    @DisplayName("P4: a clean close is sound however little room its assertion has")
    void shouldBeSoundWhenTheClosingAssertionNeedsTheNextSegment() {
        for (int left = 0; left <= 128; left += 8) {
            final SimulatedStorage fresh = new SimulatedStorage();
            final MappedWal wal = MappedWal.open(config(), fresh, null);
            prepareSpares(wal);
            final int room = 8192 - (int) Lsn.position(wal.checkpoint().lsn(0)) - left;
            appendRecord(wal, 1, room - 16);
            wal.close();

            final SimulatedLog.Replayed found = replay(fresh.crash(CrashPolicy.NOTHING));
            final String where = "left=" + left + " " + found.report();
            assertEquals(State.SOUND, found.state(), where);
            assertEquals(range(1, 2), found.numbers(), where);
            assertTrue(found.report().shards().getFirst().closed(), where);
        }
    }

    @Test
    @DisplayName("P4: what was never written between two epochs is not lost when a third has examined both")
    void shouldNotMissWhatWasNeverWrittenWhenTheTailHasSeveralEpochs() throws InterruptedException {
        final MappedWal first = MappedWal.open(config(), storage, null);
        append(first, 0, 10);
        first.flush();
        prepareSpares(first);
        final SimulatedStorage second = storage.crash(CrashPolicy.NOTHING);
        final MappedWal wal = MappedWal.open(config(), second, null);
        appendRecord(wal, 10, 1500);
        appendRecord(wal, 11, 1500);

        // One of these loses the sector that holds the second epoch's verdict, and keeps a record behind it.
        for (int item = 0; item < second.unforced(); item++) {
            final SimulatedStorage third = second.crash(CrashPolicy.allBut(item));
            final List<Long> before = replay(third).numbers();
            final MappedWal last = MappedWal.open(config(), third, null);
            append(last, 20, 21);
            last.flush();

            final SimulatedLog.Replayed found = replay(third.crash(CrashPolicy.NOTHING));
            assertNotEquals(State.DAMAGED, found.state(), () -> found.report().toString());
            assertEquals(before.size() + 1, found.numbers().size());
        }
    }

    @Test
    @DisplayName("P4: a frame that recovery saw is lost when it goes, also next to a gap that recovery saw")
    void shouldReportALossNextToAKnownGap() throws InterruptedException {
        final MappedWal first = MappedWal.open(config(), storage, null);
        first.flush();
        final long[] ends = new long[4];
        for (int kind = 0; kind < 4; kind++) {
            ends[kind] = Lsn.position(appendRecord(first, kind, 700));
        }
        SimulatedStorage torn = null;
        for (int item = 0; torn == null; item++) {
            final SimulatedStorage image = storage.crash(CrashPolicy.allBut(item));
            torn = replay(image).numbers().equals(List.of(0L, 2L, 3L)) ? image : null;
        }
        final MappedWal second = MappedWal.open(config(), torn, null);
        second.flush();
        final SimulatedStorage recovered = torn.crash(CrashPolicy.NOTHING);
        assertEquals(State.TORN, replay(recovered).state());

        flip(recovered, LogFiles.segment(SHARD, 0), ends[1] + 100);

        final SimulatedLog.Replayed found = replay(recovered);
        assertEquals(List.of(0L, 3L), found.numbers());
        assertEquals(State.DAMAGED, found.state(), () -> found.report().toString());
    }

    static void flip(SimulatedStorage storage, Path path, long offset) {
        try (StorageFile file = storage.open(path, true)) {
            final ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, offset);
            one.put(0, (byte) ~one.get(0)).rewind();
            file.write(one, offset);
            file.force();
        } catch (java.io.IOException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    @DisplayName("P2: a directory whose entry could not be forced is forced by the next opening")
    void shouldForceTheEntryOfADirectoryThatAnEarlierAttemptMade() throws InterruptedException {
        for (final String parent : List.of("", "simulated", "wal")) {
            final SimulatedStorage fresh = new SimulatedStorage();
            final FaultyStorage failing = new FaultyStorage(fresh);
            final FaultyStorage.Fault fault = parent.isEmpty()
                    ? null
                    : failing.fail(FaultyStorage.Call.SYNC_DIRECTORY, parent).once();
            if (fault != null) {
                assertThrows(WalIoException.class, () -> MappedWal.open(config(), failing, null));
                assertEquals(1, fault.hits());
            }

            final MappedWal wal = MappedWal.open(config(), failing, null);
            append(wal, 0, 5);
            wal.flush();

            assertEquals(range(0, 5), replay(fresh.crash(CrashPolicy.NOTHING)).numbers(), parent);
        }
    }

    /// Found by the crash simulator, seed 182.
    @Test
    @DisplayName(
            "P2: power loss in the first opening may leave any of the log's files alone; the next opening takes it")
    void shouldOpenWhateverPowerLossLeftOfAFirstOpening() {
        for (final String name : List.of(LogFiles.LOCK, LogFiles.PID, LogFiles.META + LogFiles.TEMPORARY_SUFFIX)) {
            final SimulatedStorage fresh = new SimulatedStorage();
            try {
                fresh.createDirectories(SimulatedLog.DIRECTORY);
                fresh.create(SimulatedLog.DIRECTORY.resolve(name)).close();
            } catch (java.io.IOException failure) {
                throw new AssertionError(failure);
            }

            MappedWal.open(config(), fresh, null).close();

            assertEquals(State.SOUND, replay(fresh).state(), name);
        }
    }

    /// Found by the crash simulator, seed 1.
    @Test
    @DisplayName("P4: an idle log asserts all that is durable, also what came between its last mark and its force")
    void shouldAssertWhatWasAppendedWithinTheIdleMark() throws InterruptedException {
        final MappedWal[] wal = new MappedWal[1];
        final boolean[] armed = {false};
        wal[0] = MappedWal.open(config().flushEvery(Duration.ofNanos(1)), storage, (_, _) -> {
            if (armed[0]) {
                armed[0] = false;
                append(wal[0], 1, 2);
            }
        });
        append(wal[0], 0, 1);
        wal[0].flush();
        armed[0] = true;

        prepareSpares(wal[0]);

        final SimulatedLog.Replayed found = replay(storage.crash(CrashPolicy.NOTHING));
        assertEquals(range(0, 2), found.numbers());
        final long asserted = found.report().shards().getFirst().durable();
        assertTrue(asserted > 4096 + 56 + 32, "asserted=" + asserted + " " + found.report());
        final long end = Lsn.position(wal[0].durable(0));
        assertEquals(end - 56, asserted, "all but the last mark");
    }

    /// Found by the crash simulator, seed 3.
    @Test
    @DisplayName(
            "P4: a segment whose name a dead process had not synced is no missing segment after the next power loss")
    void shouldSyncTheNamesThatItFinds() {
        final FaultyStorage first = new FaultyStorage(storage);
        final List<SimulatedStorage> killed = new ArrayList<>();
        first.observe(event -> {
            if (event.call() == FaultyStorage.Call.SYNC_DIRECTORY
                    && event.path().equals(SHARD)) {
                killed.add(storage.killProcess());
            }
        });
        MappedWal.open(config(), first, null);
        for (final SimulatedStorage dead : killed) {
            final FaultyStorage second = new FaultyStorage(dead);
            second.observe(_ -> {
                for (int item = 0; item < dead.unforced(); item++) {
                    for (final CrashPolicy policy : List.of(CrashPolicy.only(item), CrashPolicy.allBut(item))) {
                        requireNoAlarm(dead.crash(policy));
                    }
                }
            });
            MappedWal.open(config(), second, null);
        }
        assertTrue(!killed.isEmpty());
    }

    private static void requireNoAlarm(SimulatedStorage image) {
        try {
            final SimulatedLog.Replayed found = replay(image);
            assertNotEquals(State.DAMAGED, found.state(), () -> found.report().toString());
        } catch (io.seriatim.wal.NotALogException _) {
            // Nothing of the first opening survived.
        }
    }
}
