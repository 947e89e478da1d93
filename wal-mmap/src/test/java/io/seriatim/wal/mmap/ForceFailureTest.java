package io.seriatim.wal.mmap;

import static io.seriatim.wal.mmap.SimulatedLog.UP;
import static io.seriatim.wal.mmap.SimulatedLog.append;
import static io.seriatim.wal.mmap.SimulatedLog.appendRecord;
import static io.seriatim.wal.mmap.SimulatedLog.config;
import static io.seriatim.wal.mmap.SimulatedLog.prepareSpares;
import static io.seriatim.wal.mmap.SimulatedLog.range;
import static io.seriatim.wal.mmap.SimulatedLog.replay;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Batch;
import io.seriatim.wal.ReplayReport.State;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalPoisonedException;
import io.seriatim.wal.format.SealBlock;
import io.seriatim.wal.mmap.FaultyStorage.Call;
import io.seriatim.wal.mmap.FaultyStorage.Effect;
import io.seriatim.wal.mmap.FaultyStorage.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The second row of the fault table: the device does not take what was appended.
@Timeout(60)
@ExtendWith(QuietLog.class)
class ForceFailureTest {
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

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @DisplayName("P5: a store that faults, if only once, poisons the shard and is no undeclared error")
    void shouldPoisonWhenAStoreFaultsOnce(int appendsBefore) {
        final AtomicBoolean faults = new AtomicBoolean();
        final MappedWal wal = MappedWal.open(config(), faulty, (_, _) -> {
            if (faults.compareAndSet(true, false)) {
                throw new InternalError("a fault occurred in an unsafe memory access operation");
            }
        });
        final SeriesHandle up = wal.series(UP);
        for (int i = 0; i < appendsBefore; i++) {
            up.append(i, i); // the next one is a bare sample
        }
        faults.set(true);

        final WalPoisonedException first = assertThrows(WalPoisonedException.class, () -> up.append(8, 8));
        assertInstanceOf(InternalError.class, first.getCause());
        assertThrows(WalPoisonedException.class, () -> up.append(9, 9));
        assertThrows(WalPoisonedException.class, wal::close);
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
}
