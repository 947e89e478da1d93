package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Damage;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import io.seriatim.wal.WalPoisonedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Replay of a log that somebody writes to meanwhile.
@ExtendWith(QuietLog.class)
class LiveReplayTest {
    @TempDir
    private Path directory;

    /// Does something when the first record arrives.
    private static final class Meanwhile implements ReplayHandler {
        final Logs.Texts texts = new Logs.Texts();
        private final Runnable action;
        private boolean done;

        Meanwhile(Runnable action) {
            this.action = action;
        }

        @Override
        public void onSamples(Labels series, Samples samples) {
            texts.onSamples(series, samples);
            if (!done) {
                done = true;
                action.run();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Logs.SEGMENT_BYTES, 4 << 20})
    @DisplayName("P3, P4: what is appended during a replay is replayed or not, in order, and is no damage")
    void shouldSeeNoGapWhenWriterGoesOn(int segmentBytes) {
        try (MappedWal wal = MappedWal.open(Logs.config(directory).segmentBytes(segmentBytes))) {
            Logs.appendRange(wal, 0, 100);
            Logs.flush(wal);
            final Meanwhile handler = new Meanwhile(() -> {
                for (int i = 100; i < 12_000; i += 100) {
                    Logs.appendRange(wal, i, i + 100);
                    Logs.flush(wal); // or the segments in memory, all unforced, are the limit
                }
                Logs.appendRange(wal, 12_000, 12_001);
                Logs.flush(wal);
            });
            final ReplayReport report = MappedWal.replay(directory, ReplayOptions.defaults(), handler);

            final List<String> found = handler.texts.records;
            assertEquals(Logs.range(0, found.size()), found);
            assertEquals(List.of(), report.damages());
        }
    }

    @Test
    @DisplayName("P4: a segment that is truncated during a replay is not lost")
    void shouldReportNothingWhenTruncatedMeanwhile() {
        try (MappedWal wal = MappedWal.open(Logs.config(directory))) {
            Logs.appendRange(wal, 0, 1000);
            Logs.flush(wal);
            Logs.flush(wal);
            final Meanwhile handler = new Meanwhile(() -> {
                Logs.appendRange(wal, 1000, 1001);
                Logs.flush(wal);
                wal.doWork();
                wal.truncateBefore(wal.durable(0));
            });
            final ReplayReport report = MappedWal.replay(directory, ReplayOptions.defaults(), handler);

            assertTrue(handler.texts.records.size() < 1000);
            assertEquals(List.of(), report.damages());
        }
    }

    @Test
    @DisplayName("P4: closing deletes the segments that were kept ready: none of them is missing")
    void shouldReportNothingWhenClosedMeanwhile() {
        try (MappedWal wal = MappedWal.open(Logs.config(directory))) {
            Logs.appendRange(wal, 0, 10);
            Logs.flush(wal);
            while (wal.doWork() > 0) {
                // Until all spares are there.
            }
            assertTrue(wal.stats().shards().getFirst().spares() > 1);
            final ReplayReport report =
                    MappedWal.replay(directory, ReplayOptions.defaults(), new Meanwhile(wal::close));

            assertEquals(List.of(), report.damages());
        }
    }

    @Test
    @DisplayName("P4: so does closing a poisoned log")
    void shouldReportNothingWhenPoisonedAndClosedMeanwhile() {
        final WatchedStorage storage = new WatchedStorage((_, _) -> {});
        final MappedWal wal = MappedWal.open(Logs.config(directory), storage, null);
        Logs.appendRange(wal, 0, 10);
        Logs.flush(wal);
        while (wal.doWork() > 0) {
            // Until all spares are there.
        }
        final ReplayReport report = MappedWal.replay(directory, ReplayOptions.defaults(), new Meanwhile(() -> {
            Logs.appendRange(wal, 10, 11);
            storage.watch((call, _) -> {
                if (call.equals("msync")) {
                    throw new IOException("planted");
                }
            });
            assertThrows(WalPoisonedException.class, wal::close);
        }));

        assertEquals(
                List.of(),
                report.damages().stream()
                        .filter(damage -> damage.verdict() != Damage.Verdict.HARMLESS)
                        .toList());
    }

    @Test
    @DisplayName("P4: a segment with records that disappears above the floor is missing, closed or not")
    void shouldReportTheLossWhenARealSegmentDisappears() {
        try (MappedWal wal = MappedWal.open(Logs.config(directory))) {
            Logs.appendRange(wal, 0, 500);
        }
        final List<Path> segments = Logs.segments(directory, 0);
        final ReplayReport report =
                MappedWal.replay(directory, ReplayOptions.defaults(), new Meanwhile(() -> delete(segments.getLast())));

        assertEquals(ReplayReport.State.DAMAGED, report.state());
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    @DisplayName("P3, P4: a writer fills the segment that was read, an empty one behind it, and a part of the third")
    void shouldFindWhatCameMeanwhileWhenAnEmptySegmentWasPassed() {
        try (MappedWal wal = MappedWal.open(Logs.config(directory))) {
            Logs.appendRange(wal, 0, 10);
            Logs.flush(wal);
            while (wal.doWork() > 0) {
                // Until all spares are there.
            }
            final Path third = Logs.segments(directory, 0).get(2);
            final AtomicInteger opened = new AtomicInteger();
            final WatchedStorage storage = new WatchedStorage((call, path) -> {
                // Once to look at its header, once to read it.
                if (call.equals("open") && path.equals(third) && opened.incrementAndGet() == 2) {
                    Logs.appendRange(wal, 10, 300);
                }
            });
            final Logs.Replayed found = Logs.replay(storage, directory, ReplayOptions.defaults());

            assertTrue(opened.get() >= 2);
            assertTrue(found.records().size() > 200);
            assertEquals(Logs.range(0, found.records().size()), found.records());
            assertEquals(List.of(), found.damages());
        }
    }

    @Test
    @DisplayName("P4: an empty segment that is filled and truncated before the replay comes back to it is not lost")
    void shouldReportNothingWhenAnEmptySegmentIsFilledAndTruncated() {
        try (MappedWal wal = MappedWal.open(Logs.config(directory))) {
            Logs.appendRange(wal, 0, 10);
            Logs.flush(wal);
            while (wal.doWork() > 0) {
                // Until all spares are there.
            }
            final Path third = Logs.segments(directory, 0).get(2);
            final AtomicInteger opened = new AtomicInteger();
            final WatchedStorage storage = new WatchedStorage((call, path) -> {
                if (call.equals("open") && path.equals(third) && opened.incrementAndGet() == 2) {
                    Logs.appendRange(wal, 10, 300);
                    Logs.flush(wal);
                    Logs.flush(wal);
                    while (wal.doWork() > 0) {
                        // Until what is finished is unmapped.
                    }
                    wal.truncateBefore(wal.durable(0));
                }
            });
            final Logs.Replayed found = Logs.replay(storage, directory, ReplayOptions.defaults());

            assertEquals(third, Logs.segments(directory, 0).getFirst());
            assertEquals(List.of(), found.damages());
        }
    }

    @Test
    @DisplayName("P4: a claim that is open while it is passed is no loss, even if it is durable in the end")
    void shouldReportNoLossWhenClaimWasInFlight() throws Exception {
        final CountDownLatch claimed = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        final AtomicBoolean stall = new AtomicBoolean();
        final ClaimHook hook = (shard, position) -> {
            if (stall.compareAndSet(true, false)) {
                claimed.countDown();
                try {
                    release.await();
                } catch (InterruptedException failure) {
                    throw new AssertionError(failure);
                }
            }
        };
        try (MappedWal wal = MappedWal.open(Logs.config(directory), FileStorage.INSTANCE, hook)) {
            Logs.appendRange(wal, 0, 10);
            stall.set(true);
            final Thread slow = Thread.ofPlatform().start(() -> Logs.appendRange(wal, 10, 11));
            claimed.await();
            Logs.appendRange(wal, 11, 20);
            final List<String> found = new ArrayList<>();
            final ReplayReport report = MappedWal.replay(directory, ReplayOptions.defaults(), (series, samples) -> {
                found.add(Logs.text(series, samples.timestamp(0), samples.valueBits(0)));
                if (samples.timestamp(0) == 19) {
                    release.countDown();
                    join(slow);
                    Logs.flush(wal);
                    Logs.appendRange(wal, 20, 21);
                    Logs.flush(wal);
                }
            });
            assertTrue(found.containsAll(Logs.range(11, 20)), found::toString);
            assertEquals(
                    List.of(),
                    report.damages().stream()
                            .filter(damage -> damage.verdict() != Damage.Verdict.HARMLESS)
                            .toList());
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    @DisplayName("P3, P4: replays beside a writer that appends, rolls and truncates see order and no damage")
    void shouldSeeOrderAndNoDamageWhenWriterRunsBeside() throws Exception {
        final AtomicBoolean stop = new AtomicBoolean();
        final AtomicLong failures = new AtomicLong();
        try (MappedWal wal = MappedWal.open(
                Logs.config(directory).segmentBytes(64 * 1024).callerRuns(false).flushEvery(Duration.ofMillis(1)))) {
            final Thread writer = Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; !stop.get(); i++) {
                        Logs.appendRange(wal, i, i + 1);
                        if (i % 20_000 == 0) {
                            wal.truncateBefore(wal.durable(0));
                        }
                    }
                } catch (RuntimeException failure) {
                    failures.incrementAndGet();
                }
            });
            try {
                for (int i = 0; i < 40; i++) {
                    final AtomicLong last = new AtomicLong(-1);
                    final ReplayReport report = MappedWal.replay(
                            directory, ReplayOptions.defaults().threads(1 + i % 3), (series, samples) -> {
                                final long before = last.getAndSet(samples.timestamp(0));
                                if (samples.timestamp(0) <= before) {
                                    failures.incrementAndGet();
                                }
                            });
                    assertEquals(ReplayReport.State.SOUND, report.state(), report::toString);
                }
            } finally {
                stop.set(true);
                writer.join();
            }
        }
        assertEquals(0, failures.get());
    }
}
