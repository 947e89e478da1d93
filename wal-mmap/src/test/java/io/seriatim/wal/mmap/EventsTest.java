package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalFullException;
import io.seriatim.wal.WalPoisonedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What Flight Recorder hears of a log: each kind of event with the figures that the log itself gives.
@Timeout(60)
@ExtendWith(QuietLog.class)
class EventsTest {
    private static final int SEGMENT_BYTES = 64 * 1024;
    private static final Labels UP = Labels.of("__name__", "up");
    private static final long STALL_MS = 100;

    @TempDir
    private Path work;

    private Path directory() {
        return work.resolve("log");
    }

    private WalConfig config() {
        return WalConfig.at(directory()).segmentBytes(SEGMENT_BYTES).flushEvery(Duration.ofMillis(1));
    }

    private static void append(SeriesHandle series, int count) {
        for (int i = 0; i < count; i++) {
            series.append(i, i);
        }
    }

    @Test
    void shouldTellOfForcesBatchesAndRollsWhenRecorded() throws Exception {
        try (FlightRecording flight = FlightRecording.ofEverything()) {
            final long end;
            try (MappedWal wal = MappedWal.open(config())) {
                append(wal.series(UP), 5_000);
                wal.flush();
                end = Lsn.position(wal.durable(0));
            }
            final List<RecordedEvent> batches = flight.events("Batch");
            long durable = batches.getFirst().getLong("from");
            long records = 0;
            for (final RecordedEvent batch : batches) {
                assertEquals(durable, batch.getLong("from"), "each begins where the one before ended");
                assertEquals(batch.getLong("to") - batch.getLong("from"), batch.getLong("bytes"));
                assertTrue(batch.getDuration("forcing").isPositive());
                assertFalse(batch.getDuration("age").isNegative());
                durable = batch.getLong("to");
                records += batch.getLong("records");
            }
            assertTrue(durable >= end);
            assertEquals(5_000, records);

            final List<RecordedEvent> forces = flight.events("Force");
            assertTrue(forces.size() >= batches.size());
            for (final RecordedEvent force : forces) {
                assertEquals(0, force.getInt("shard"));
                assertEquals(force.getLong("position") / SEGMENT_BYTES, force.getLong("sequence"));
                assertTrue(force.getLong("bytes") > 0);
                assertTrue(force.getBoolean("successful"));
                assertNull(force.getStackTrace());
            }
            final List<RecordedEvent> rolls = flight.events("Roll");
            assertEquals(3, rolls.size());
            for (int i = 0; i < rolls.size(); i++) {
                final RecordedEvent roll = rolls.get(i);
                assertEquals(i, roll.getLong("sequence"));
                assertEquals(roll.getLong("bytes"), roll.getLong("position") - (long) i * SEGMENT_BYTES);
                assertEquals(i < 2, roll.getLong("bytes") == SEGMENT_BYTES, "closing seals the last, not quite full");
            }
        }
    }

    @Test
    void shouldTellOfPreparationsWhetherTheySucceedOrFail() throws Exception {
        final AtomicBoolean full = new AtomicBoolean();
        final WatchedStorage storage = new WatchedStorage((call, path) -> {
            if (full.get() && call.equals("create") && WatchedStorage.isSegment(path)) {
                full.set(false);
                throw new IOException("No space left on device");
            }
        });
        try (FlightRecording flight = FlightRecording.ofEverything()) {
            try (MappedWal wal = MappedWal.open(config().callerRuns(true), storage, null)) {
                full.set(true);
                while (wal.stats().shards().getFirst().spares() == 0) {
                    wal.doWork();
                }
            }
            final List<RecordedEvent> preparations = flight.events("Preparation");
            assertEquals(0, preparations.get(0).getLong("sequence"));
            assertNull(preparations.get(0).getString("failure"));
            assertEquals(1, preparations.get(1).getLong("sequence"));
            assertEquals(
                    "java.io.IOException: No space left on device",
                    preparations.get(1).getString("failure"));
            assertEquals(2, preparations.get(2).getLong("sequence"), "a name that was tried is not used again");
            assertEquals(SEGMENT_BYTES, preparations.get(2).getLong("position"), "but its positions are");
            assertEquals(SEGMENT_BYTES, preparations.get(2).getLong("bytes"));
            assertNull(preparations.get(2).getString("failure"));
        }
    }

    @Test
    void shouldTellWhoWaitedAndWhyWhenSpaceIsShort() throws Exception {
        final WalConfig config =
                config().maxBytes(2 * SEGMENT_BYTES).backpressure(Backpressure.block(Duration.ofMillis(50)));
        try (FlightRecording flight = FlightRecording.ofEverything();
                MappedWal wal = MappedWal.open(config)) {
            final SeriesHandle series = wal.series(UP);
            WalFullException full;
            do { // it may have been too slow a disk at first
                full = assertThrows(WalFullException.class, () -> append(series, 10_000));
            } while (!full.getMessage().contains("maxBytes"));

            final RecordedEvent wait = flight.events("BackpressureWait").getLast();
            assertEquals(0, wait.getInt("shard"));
            assertEquals(32, wait.getLong("bytes"));
            assertFalse(wait.getBoolean("granted"));
            assertTrue(wait.getString("shortage").contains("maxBytes"), () -> wait.getString("shortage"));
            assertTrue(wait.getDuration().toMillis() >= 50, "the timeout has passed within it");
            assertEquals(Thread.currentThread().getName(), wait.getThread().getJavaName());
            assertTrue(wait.getStackTrace().getFrames().stream()
                    .anyMatch(frame -> frame.getMethod().getType().getName().equals(EventsTest.class.getName())));
        }
    }

    @Test
    void shouldMakeNoEventOfAWaitWhenNobodyRecords() {
        assertSame(WalEvents.Waiting.UNSEEN, WalEvents.waitBegins(0, 32));
        try (FlightRecording _ = FlightRecording.ofEverything()) {
            assertNotSame(WalEvents.Waiting.UNSEEN, WalEvents.waitBegins(0, 32));
        }
        assertSame(WalEvents.Waiting.UNSEEN, WalEvents.waitBegins(0, 32));
    }

    @Test
    void shouldTellOfTheFailedForceAndOfThePoisonOnceWhenTheDeviceRefuses() throws Exception {
        final AtomicBoolean broken = new AtomicBoolean();
        final WatchedStorage storage = new WatchedStorage((call, _) -> {
            if (broken.get() && call.equals("msync")) {
                throw new IOException("Input/output error");
            }
        });
        try (FlightRecording flight = FlightRecording.ofEverything()) {
            final MappedWal wal = MappedWal.open(config(), storage, null);
            final SeriesHandle series = wal.series(UP);
            series.appendDurable(1, 1);
            broken.set(true);
            assertThrows(WalPoisonedException.class, () -> series.appendDurable(2, 2));
            final long durable = Lsn.position(wal.durable(0));
            assertThrows(WalPoisonedException.class, wal::close);

            final RecordedEvent force = flight.events("Force").getLast();
            assertFalse(force.getBoolean("successful"));
            final List<RecordedEvent> poisons = flight.events("Poison");
            assertEquals(1, poisons.size());
            assertEquals(0, poisons.getFirst().getInt("shard"));
            assertEquals(durable, poisons.getFirst().getLong("durable"));
            assertTrue(poisons.getFirst().getLong("committed") > durable);
            assertEquals(
                    "java.io.IOException: Input/output error",
                    poisons.getFirst().getString("cause"));
            assertNotNull(poisons.getFirst().getStackTrace());
            assertEquals(durable, flight.events("Batch").getLast().getLong("to"), "none for what failed");
        }
    }

    @Test
    void shouldTellOfRecoveryAndReplayWhenAKilledLogIsOpened() throws Exception {
        final Path killed = work.resolve("killed");
        try (MappedWal wal =
                MappedWal.open(config().flushEvery(Duration.ofMinutes(1)).callerRuns(true))) {
            append(wal.series(UP), 100);
            wal.flush();
            append(wal.series(UP), 20); // never forced
            copy(directory(), killed);
        }
        try (FlightRecording flight = FlightRecording.ofEverything()) {
            final ReplayReport recovered;
            try (MappedWal wal = MappedWal.open(WalConfig.at(killed).segmentBytes(SEGMENT_BYTES))) {
                recovered = wal.recovered();
            }
            final ReplayReport report = MappedWal.replay(killed, ReplayOptions.defaults(), (_, _) -> {});

            final RecordedEvent recovery = flight.events("Recovery").getLast();
            final ReplayReport.Shard shard = recovered.shards().getFirst();
            assertEquals(0, recovery.getInt("shard"));
            assertEquals(shard.segments(), recovery.getInt("segments"));
            assertEquals(shard.bytes(), recovery.getLong("bytes"));
            assertEquals(120, recovery.getLong("records"));
            assertEquals(shard.durable(), recovery.getLong("durable"));
            assertEquals(shard.end(), recovery.getLong("end"));
            assertTrue(recovery.getLong("storedAgain") >= 20 * 32);
            assertEquals(recovered.damages().size(), recovery.getInt("damages"));

            final RecordedEvent replay = flight.events("Replay").getLast();
            assertEquals(killed.toString(), replay.getString("directory"));
            assertEquals("SALVAGE", replay.getString("policy"));
            assertEquals(1, replay.getInt("threads"));
            assertEquals(1, replay.getInt("shards"));
            assertEquals(report.shards().getFirst().bytes(), replay.getLong("bytes"));
            assertEquals(120, replay.getLong("records"));
            assertEquals(120, replay.getLong("samples"));
            assertEquals(report.damages().size(), replay.getLong("damages"));
            assertEquals(report.state().name(), replay.getString("state"));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (final Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    @Test
    void shouldShowAPlantedStallOfTheDeviceWhenNobodyHasSetAnythingUp() throws Exception {
        final AtomicBoolean slow = new AtomicBoolean();
        final WatchedStorage storage = new WatchedStorage((call, _) -> {
            if (call.equals("msync") && slow.compareAndSet(true, false)) {
                sleep();
            }
        });
        final long lsn;
        try (FlightRecording flight = FlightRecording.asByDefault()) {
            try (MappedWal wal = MappedWal.open(config(), storage, null)) {
                final SeriesHandle series = wal.series(UP);
                series.appendDurable(1, 1);
                slow.set(true);
                lsn = series.appendDurable(2, 2);
            }
            // The first: the disk may have had its own.
            final RecordedEvent stall =
                    atLeast(STALL_MS, flight.events("Force")).getFirst();
            assertEquals("wal-flusher", stall.getThread().getJavaName());
            assertTrue(atLeast(STALL_MS, flight.events("Batch")).stream()
                    .anyMatch(batch -> batch.getLong("from") == stall.getLong("position")));
            assertTrue(flight.events("Batch").stream().anyMatch(batch -> batch.getLong("to") >= Lsn.position(lsn)));
        }
    }

    @Test
    void shouldTellAListenerThatStallsFromTheDevice() throws Exception {
        try (FlightRecording flight = FlightRecording.asByDefault()) {
            try (MappedWal wal = MappedWal.open(config())) {
                wal.onDurable(_ -> sleep());
                wal.series(UP).append(1, 1);
                wal.flush();
            }
            final RecordedEvent batch =
                    atLeast(STALL_MS, flight.events("Batch")).getFirst();
            assertTrue(batch.getDuration().minus(batch.getDuration("forcing")).toMillis() >= STALL_MS);
        }
    }

    @Test
    void shouldShowThePreparationThatAProducerWaitedForWhenItStalls() throws Exception {
        final Thread producer = Thread.currentThread();
        final AtomicBoolean slow = new AtomicBoolean();
        final AtomicBoolean done = new AtomicBoolean();
        final WatchedStorage storage = new WatchedStorage((call, path) -> {
            if (call.equals("write") && WatchedStorage.isSegment(path) && slow.compareAndSet(true, false)) {
                while (producer.getState() != Thread.State.TIMED_WAITING) {
                    Thread.onSpinWait(); // until it waits for just this segment, or for space
                }
                sleep();
                done.set(true);
            }
        });
        try (FlightRecording flight = FlightRecording.asByDefault()) {
            try (MappedWal wal = MappedWal.open(config(), storage, null)) {
                slow.set(true);
                final SeriesHandle series = wal.series(UP);
                while (!done.get()) {
                    append(series, 1);
                }
            }
            final List<RecordedEvent> preparations = atLeast(STALL_MS, flight.events("Preparation")).stream()
                    .filter(preparation -> preparation.getThread().getJavaName().equals("wal-preparer"))
                    .toList();
            assertTrue(flight.events("BackpressureWait").stream()
                    .anyMatch(wait -> wait.getBoolean("granted")
                            && wait.getThread().getJavaName().equals(producer.getName())
                            && preparations.stream().anyMatch(preparation -> overlap(wait, preparation))));
        }
    }

    private static boolean overlap(RecordedEvent one, RecordedEvent other) {
        return one.getStartTime().isBefore(other.getEndTime())
                && other.getStartTime().isBefore(one.getEndTime());
    }

    private static List<RecordedEvent> atLeast(long ms, List<RecordedEvent> events) {
        return events.stream()
                .filter(event -> event.getDuration().toMillis() >= ms)
                .toList();
    }

    private static void sleep() {
        try {
            Thread.sleep(STALL_MS + 5);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
