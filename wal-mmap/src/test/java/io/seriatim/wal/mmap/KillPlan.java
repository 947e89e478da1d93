package io.seriatim.wal.mmap;

import io.seriatim.wal.Durability;
import io.seriatim.wal.Labels;
import io.seriatim.wal.WalConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/// One round of [SigkillTest], drawn from its seed: the victim and its judge both work it out.
///
/// Each thread of the victim writes to streams of its own, series and one stream of opaque records, whose entries
/// are counted 1, 2, 3 ... So whoever reads a stream can tell by itself whether something is missing, doubled or
/// out of order.
record KillPlan(int round, Death death, int afterMs, int dyingMs, boolean truncates, WalConfig config) {
    static final int THREADS = 3;
    static final int SERIES = 4;
    static final int STREAMS = SERIES + 1;

    /// What the victim is at when it is killed.
    enum Death {
        OPENING,
        RUNNING,
        CLOSING
    }

    static KillPlan of(Path log, int round, long seed) {
        final Random random = new Random(seed * 1_000_003 + round);
        final int dice = random.nextInt(10);
        return new KillPlan(
                round,
                dice < 2 ? Death.OPENING : dice < 8 ? Death.RUNNING : Death.CLOSING,
                dice < 2 ? random.nextInt(40) : random.nextInt(120),
                random.nextInt(12),
                random.nextBoolean(),
                WalConfig.at(log)
                        .shards(1 + random.nextInt(3))
                        .segmentBytes(8192 << random.nextInt(4))
                        .flushEvery(Duration.ofMillis(1 + random.nextInt(4)))
                        .durability(random.nextInt(5) == 0 ? Durability.GROUP : Durability.ASYNC)
                        .alignBatches(random.nextInt(5) == 0));
    }

    /// Kills in the middle of the work, later than drawn: for faults that need something to happen.
    KillPlan running(int afterMs) {
        return new KillPlan(round, Death.RUNNING, afterMs, dyingMs, truncates, config);
    }

    /// @return what identifies a stream in a replay: the labels of a series, or the kind of a record
    Object key(int thread, int stream) {
        return stream < SERIES
                ? Labels.of("round", "" + round, "thread", "" + thread, "series", "" + stream)
                : (Object) (round * THREADS + thread);
    }

    /// @return how many entries the n-th append of a thread adds to a stream
    static int entries(long n, int stream) {
        if (n % 11 == 5) {
            return stream == SERIES ? 1 : 0; // an opaque record
        }
        if (stream == SERIES) {
            return 0;
        }
        if (n % 7 == 3) {
            return 1; // a batch of one sample in each series
        }
        return stream != n % SERIES ? 0 : n % 3 == 0 ? 3 : 1; // a whole series, or one sample by handle
    }

    /// @return the value of a stream's entry: a NaN among others
    static long valueBits(long entry) {
        return entry * 0x9E3779B97F4A7C15L;
    }
}
