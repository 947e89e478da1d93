package io.seriatim.wal.mmap;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Durability;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalPoisonedException;
import io.seriatim.wal.WalStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Hours of schedules in minutes: segments of 8 KiB, so that somebody is always rolling; 16 to 64 threads on few
/// cores, so that somebody is always asleep in the wrong place; every call of the API; truncation, replays and a
/// tailer beside them; closings in the middle and openings with other settings; forces that fail. [StressModel]
/// judges what every reader finds.
///
/// Runs for a few seconds, or for `-Dstress.minutes=N`, in `-Dstress.dir=D`. `-Dstress.seed=N` repeats one round: a
/// seed gives the same settings and operations, not the same schedule.
@ExtendWith(QuietLog.class)
class ScheduleStressTest {
    private static final Duration HANG = Duration.ofMinutes(3);

    private final StressFigures figures = new StressFigures();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile MappedWal current;

    @Test
    @DisplayName("P1, P3: many threads, every operation, closings, openings and failed forces: every reader agrees")
    void shouldAgreeWithTheModelWhenEverythingHappensAtOnce(@TempDir Path temporary) throws Exception {
        final double minutes = Double.parseDouble(System.getProperty("stress.minutes", "0.15"));
        final long firstSeed = Long.getLong("stress.seed", System.nanoTime());
        final String directory = System.getProperty("stress.dir");
        final Path parent = directory == null ? temporary : Files.createTempDirectory(Path.of(directory), "stress");
        final long endNs = System.nanoTime() + (long) (minutes * 60e9);
        long reportNs = System.nanoTime();
        long seed = firstSeed;
        try {
            do {
                final Path log = parent.resolve("log");
                try {
                    new Round(log, seed).run();
                } catch (Throwable broken) {
                    fail(broken);
                }
                if (failure.get() != null) {
                    throw new AssertionError("seed=" + seed + " (of " + firstSeed + ") log=" + log, failure.get());
                }
                Logs.delete(log);
                seed += System.getProperty("stress.seed") == null ? 1 : 0;
                if (minutes > 1 && System.nanoTime() - reportNs > 30e9) {
                    reportNs = System.nanoTime();
                    System.out.println("stress: " + figures);
                }
            } while (System.nanoTime() < endNs);
        } finally {
            System.out.println("stress: firstSeed=" + firstSeed + " " + figures);
            if (directory != null && failure.get() == null) {
                Logs.delete(parent);
            }
        }
    }

    /// One log from its creation on, through some openings.
    private final class Round {
        private final Path log;
        private final long seed;
        private final Random random;
        private final StressModel model = new StressModel();
        private final StressModel.Reader follower = model.tailer();
        private WalTailer tailer;

        Round(Path log, long seed) {
            this.log = log;
            this.seed = seed;
            this.random = new Random(seed);
        }

        void run() throws Exception {
            figures.rounds++;
            final int openings = 1 + random.nextInt(4);
            for (int i = 0; i < openings; i++) {
                opening(i);
            }
            // The writer is gone: now every reader must have everything.
            // A tailer looks for files every 50 ms only, so that one empty poll says little.
            for (int empty = 0; empty < 4; empty = follow() > 0 ? 0 : empty + 1) {
                Thread.sleep(60);
            }
            tailer.close();
            follower.finishAll();
            replay(1 + random.nextInt(3));
        }

        private void opening(int ordinal) throws Exception {
            figures.openings++;
            final AtomicBoolean failing = new AtomicBoolean();
            final boolean poison = random.nextInt(8) == 0;
            final WatchedStorage storage = new WatchedStorage((call, _) -> {
                if (call.equals("msync") && failing.compareAndSet(true, false)) {
                    throw new IOException("planted");
                }
            });
            final WalConfig config = config();
            final MappedWal wal = MappedWal.open(config, storage, null);
            current = wal;
            if (wal.recovered().state() == ReplayReport.State.DAMAGED) {
                throw new AssertionError(wal.recovered().toString());
            }
            final AtomicBoolean over = new AtomicBoolean();
            final List<Thread> helpers = helpers(wal, over, ordinal == 0);
            final int operations = 20 + random.nextInt(300);
            final List<Thread> producers = new ArrayList<>();
            final int threads = 16 << random.nextInt(3);
            for (int thread = 0; thread < threads; thread++) {
                final StressProducer producer =
                        new StressProducer(model, wal, thread, seed * 1_000 + ordinal * 100_003L);
                producers.add(start(() -> {
                    producer.run(operations);
                    figures.appends.addAndGet(producer.appends);
                }));
            }
            if (poison) {
                Thread.sleep(random.nextInt(50));
                failing.set(true);
            }
            if (random.nextInt(3) == 0) {
                Thread.sleep(random.nextInt(200)); // closed while everybody appends
            } else {
                join(producers);
            }
            over.set(true);
            final Thread another = start(() -> close(wal, poison));
            close(wal, poison);
            join(List.of(another));
            join(producers);
            join(helpers);
            for (final WalStats.Shard shard : wal.stats().shards()) {
                figures.rolls += shard.rolls();
                figures.dropped += shard.dropped();
                figures.forces += shard.forces();
                figures.poisoned += shard.poison() != null ? 1 : 0;
                if (shard.poison() != null && !poison) {
                    throw new AssertionError("poisoned", shard.poison());
                }
            }
            if (storage.openMappings.get() != 0 || storage.openFiles.get() != 0) {
                throw new AssertionError("left open: mappings=" + storage.openMappings + " files=" + storage.openFiles);
            }
        }

        private WalConfig config() {
            final int shards = 1 + random.nextInt(4);
            final WalConfig config = WalConfig.at(log)
                    .shards(shards)
                    .segmentBytes(random.nextInt(4) == 0 ? 12 * 1024 : WalConfig.MIN_SEGMENT_BYTES)
                    .flushEvery(Duration.ofNanos(200_000L << random.nextInt(8)))
                    .durability(random.nextInt(6) == 0 ? Durability.GROUP : Durability.ASYNC)
                    .alignBatches(random.nextInt(4) == 0)
                    .callerRuns(random.nextInt(5) == 0)
                    .maxBytes(random.nextInt(4) == 0 ? shards * 20L * 12 * 1024 : 0);
            return switch (random.nextInt(4)) {
                case 0 -> config.backpressure(Backpressure.drop());
                case 1 -> config.backpressure(Backpressure.fail());
                case 2 -> config.backpressure(Backpressure.block(Duration.ofMillis(2)));
                // Under a cap, truncation may not come: do not wait for ever.
                default -> config.backpressure(Backpressure.block(Duration.ofSeconds(config.maxBytes() > 0 ? 1 : 60)));
            };
        }

        private List<Thread> helpers(MappedWal wal, AtomicBoolean over, boolean first) {
            final List<Thread> helpers = new ArrayList<>();
            final long helperSeed = random.nextLong();
            final long[] durable = new long[wal.config().shards()];
            wal.onDurable(lsn -> {
                final int shard = Lsn.shard(lsn);
                if (lsn <= durable[shard]) {
                    fail(new AssertionError("durable again, or went back: " + Lsn.toString(lsn)));
                }
                durable[shard] = lsn;
            });
            helpers.add(start(() -> {
                final Random mine = new Random(helperSeed);
                while (!over.get()) {
                    truncate(wal, mine);
                    LockSupport.parkNanos(mine.nextInt(20_000_000));
                }
            }));
            helpers.add(start(() -> {
                final Random mine = new Random(helperSeed + 1);
                while (!over.get()) {
                    replay(1 + mine.nextInt(3));
                    LockSupport.parkNanos(mine.nextInt(20_000_000));
                }
            }));
            if (first) {
                tailer = MappedWal.tail(log, Checkpoint.of());
            }
            helpers.add(start(() -> {
                final Random mine = new Random(helperSeed + 2);
                while (!over.get()) {
                    follow();
                    figures.polls++;
                    if (mine.nextInt(20) == 0) {
                        final Checkpoint position = tailer.position();
                        tailer.close();
                        tailer = MappedWal.tail(log, position);
                    }
                    LockSupport.parkNanos(mine.nextInt(3_000_000));
                }
            }));
            if (wal.config().callerRuns()) {
                helpers.add(start(() -> {
                    while (!over.get()) {
                        if (wal.doWork() == 0) {
                            LockSupport.parkNanos(100_000);
                        }
                    }
                }));
            }
            return helpers;
        }

        private long follow() {
            return tailer.poll(follower);
        }

        private void truncate(MappedWal wal, Random mine) {
            final int shard = mine.nextInt(wal.config().shards());
            final long lsn = wal.durable(shard);
            if (mine.nextInt(3) > 0) {
                model.raiseFloor(shard, Lsn.position(lsn));
                truncate(() -> wal.truncateBefore(lsn));
            } else {
                final Checkpoint all = wal.checkpoint();
                for (int each = 0; each < all.shards(); each++) {
                    model.raiseFloor(each, Lsn.position(all.lsn(each)));
                }
                truncate(() -> wal.truncateBefore(all));
            }
        }

        private void truncate(Runnable truncation) {
            try {
                truncation.run();
                figures.truncations++;
            } catch (io.seriatim.wal.WalClosedException _) {
                // it may come too late
            }
        }

        private void replay(int threads) {
            final StressModel.Reader reader = model.replay();
            final ReplayReport report =
                    MappedWal.replay(log, ReplayOptions.defaults().threads(threads), reader);
            reader.finish();
            figures.replays++;
            figures.samplesRead += report.samples();
            if (report.state() != ReplayReport.State.SOUND) {
                throw new AssertionError(report.toString());
            }
        }

        private void close(MappedWal wal, boolean poisonable) {
            try {
                wal.close();
            } catch (WalPoisonedException poisoned) {
                if (!poisonable) {
                    throw poisoned;
                }
            }
        }
    }

    private Thread start(Runnable task) {
        return Thread.ofPlatform().daemon().start(() -> {
            try {
                task.run();
            } catch (Throwable broken) {
                fail(broken);
            }
        });
    }

    /// Keeps the first failure, with the settings, the counters and what every thread was doing.
    private void fail(Throwable broken) {
        final MappedWal wal = current;
        final String state = wal == null ? "" : wal.config() + "\n" + wal.stats() + "\n";
        failure.compareAndSet(null, new AssertionError(state + stacks(), broken));
    }

    private static String stacks() {
        final StringBuilder stacks = new StringBuilder();
        Thread.getAllStackTraces().forEach((thread, frames) -> {
            stacks.append(thread).append('\n');
            for (final StackTraceElement frame : frames) {
                stacks.append("    at ").append(frame).append('\n');
            }
        });
        return stacks.toString();
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (final Thread thread : threads) {
            if (!thread.join(HANG)) {
                throw new AssertionError("hangs: " + thread);
            }
        }
    }

    /// How much a run has done. Counted by one thread each, but for the appends.
    private static final class StressFigures {
        final AtomicLong appends = new AtomicLong();
        volatile long rounds;
        volatile long openings;
        volatile long polls;
        volatile long replays;
        volatile long truncations;
        volatile long samplesRead;
        volatile long rolls;
        volatile long dropped;
        volatile long forces;
        volatile long poisoned;

        @Override
        public String toString() {
            return "rounds=" + rounds + " openings=" + openings + " appends=" + appends + " rolls=" + rolls + " forces="
                    + forces + " truncations=" + truncations + " replays=" + replays + " samplesRead=" + samplesRead
                    + " polls=" + polls + " dropped=" + dropped + " poisoned=" + poisoned;
        }
    }
}
