package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.mmap.KillRuns.Gap;
import io.seriatim.wal.mmap.KillRuns.Run;
import io.seriatim.wal.mmap.KillVictim.Told;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What one log must hold, by what its victims told before they were killed, death after death.
///
/// Every entry of an append that returned is there exactly once, in order, with its value, if and only if its lsn
/// lies above the shard's floor. Besides, the one append that each thread was in may be there, whole. Nothing else.
/// Floors are where truncations put them. Everything reported durable lies below the end of its shard.
final class KillOracle {
    private static final long UNKNOWN = -1; // the lsn of an append that was killed before it told

    private final Map<Object, List<Long>> lsnsByStream = new HashMap<>();
    private final long[] returned = new long[KillPlan.THREADS];
    private final long[] durable = new long[KillPlan.STREAMS];
    private final long[] leastFloor = new long[KillPlan.STREAMS];
    private final long[] mostFloor = new long[KillPlan.STREAMS];
    private KillPlan plan;
    private boolean open;
    private boolean closed;

    /// The life of another victim begins.
    void begin(KillPlan plan) {
        this.plan = plan;
        this.open = true;
        this.closed = false;
        for (int thread = 0; thread < KillPlan.THREADS; thread++) {
            returned[thread] = 0;
            for (int stream = 0; stream < KillPlan.STREAMS; stream++) {
                lsnsByStream.put(plan.key(thread, stream), new ArrayList<>());
            }
        }
    }

    /// Takes a message.
    Told told(ByteBuffer message) {
        final long head = message.getLong();
        final Told what = Told.values()[(int) (head >>> 56)];
        final int thread = (int) (head >>> 48) & 0xff;
        final long n = head & (1L << 48) - 1;
        final long[] lsns = new long[KillPlan.STREAMS];
        message.asLongBuffer().get(lsns);
        switch (what) {
            case RETURNED -> returned(thread, n, lsns);
            case DURABLE -> raise(durable, lsns[0]);
            case TRUNCATING -> {
                for (final long lsn : lsns) {
                    raise(mostFloor, lsn);
                }
            }
            case TRUNCATED -> {
                for (int shard = 0; shard < n; shard++) { // of older shards less may have been truncated than asked
                    raise(leastFloor, lsns[shard]);
                }
            }
            case CLOSED -> closed = true;
            case OPENED, CLOSING -> {}
            case PROBLEM -> throw new AssertionError("the victim has found something wrong");
        }
        return what;
    }

    private static void raise(long[] positions, long lsn) {
        positions[Lsn.shard(lsn)] = Math.max(positions[Lsn.shard(lsn)], Lsn.position(lsn));
    }

    private void returned(int thread, long n, long[] lsns) {
        assertEquals(returned[thread] + 1, n);
        returned[thread] = n;
        for (int stream = 0; stream < KillPlan.STREAMS; stream++) {
            for (int i = 0; i < KillPlan.entries(n, stream); i++) {
                lsnsByStream.get(plan.key(thread, stream)).add(lsns[stream]);
            }
        }
    }

    /// @return how many appends of this life have returned
    long appends() {
        long sum = 0;
        for (final long n : returned) {
            sum += n;
        }
        return sum;
    }

    /// Compares with what a replay of the dead log found. What the appends that were under way have left is settled
    /// with the first look.
    void judge(KillRuns found, ReplayReport report, Path log) throws IOException {
        assertTrue(report.state() != ReplayReport.State.DAMAGED, report::toString);
        assertTrue(!closed || report.state() == ReplayReport.State.SOUND, report::toString);
        assertEquals(0, report.orphans(), report::toString);
        assertTrue(found.gaps.isEmpty(), () -> "missing: " + found.gaps);
        if (open) {
            open = false;
            settle(found);
        }
        found.runs.keySet().forEach(key -> assertTrue(lsnsByStream.containsKey(key), () -> "never appended: " + key));
        final LogDirectory directory = LogDirectory.require(FileStorage.INSTANCE, log);
        for (int shard = 0; shard < KillPlan.STREAMS; shard++) {
            final long floor = directory.meta().floor(shard);
            assertTrue(floor >= leastFloor[shard], "truncated, and not: shard=" + shard + " floor=" + floor);
            assertTrue(
                    floor <= mostFloor[shard],
                    "more truncated than was asked: shard=" + shard + " floor=" + floor + " asked=" + mostFloor[shard]);
            leastFloor[shard] = floor;
        }
        lsnsByStream.forEach((key, lsns) -> judge(key, lsns, found.runs.getOrDefault(key, new Run())));
        for (final ReplayReport.Shard shard : report.shards()) {
            assertTrue(
                    shard.end() >= durable[shard.shard()] || leastFloor[shard.shard()] >= durable[shard.shard()],
                    () -> "durable=" + durable[shard.shard()] + " beyond the end: " + shard);
        }
    }

    private void settle(KillRuns found) {
        for (int thread = 0; thread < KillPlan.THREADS; thread++) {
            for (int stream = 0; stream < KillPlan.STREAMS; stream++) {
                final List<Long> lsns = lsnsByStream.get(plan.key(thread, stream));
                final Run run = found.runs.get(plan.key(thread, stream));
                if (run != null && run.last > lsns.size()) {
                    final int more = KillPlan.entries(returned[thread] + 1, stream);
                    for (int i = 0; i < more; i++) {
                        lsns.add(UNKNOWN);
                    }
                }
            }
        }
    }

    private void judge(Object key, List<Long> lsns, Run run) {
        if (run.last != 0) {
            assertEquals(lsns.size(), run.last, () -> "the last entry of " + key);
        }
        for (int i = 0; i < lsns.size(); i++) {
            final long lsn = lsns.get(i);
            final boolean there = run.last != 0 && i + 1 >= run.first;
            if (lsn != UNKNOWN && there != (Lsn.position(lsn) > leastFloor[Lsn.shard(lsn)])) {
                throw new AssertionError((there ? "not truncated: " : "missing: ") + key + " entry=" + (i + 1) + " of "
                        + lsns.size() + " lsn=" + Lsn.toString(lsn) + " floor=" + leastFloor[Lsn.shard(lsn)]
                        + " found=" + run.first + ".." + run.last);
            }
        }
    }

    /// Judges somebody who followed the log from its beginning to the end of what a replay has found: it may have
    /// missed what was truncated, nothing else.
    void judgeTail(KillRuns tailed, KillRuns found) {
        found.runs.forEach((key, run) -> {
            final Run seen = tailed.runs.get(key);
            assertTrue(
                    seen != null && seen.last == run.last,
                    () -> "the tailer has not got all of " + key + ": " + (seen == null ? 0 : seen.last) + " of "
                            + run.first + ".." + run.last + " lsns=" + lsnsByStream.get(key));
        });
        final List<Gap> missed = new ArrayList<>(tailed.gaps);
        tailed.runs.forEach((key, run) -> {
            assertTrue(lsnsByStream.containsKey(key), () -> "tailed, and never appended: " + key);
            missed.add(new Gap(key, 1, run.first - 1));
        });
        for (final Gap gap : missed) {
            for (long entry = gap.first(); entry <= gap.last(); entry++) {
                final long lsn = lsnsByStream.get(gap.key()).get((int) entry - 1);
                assertTrue(
                        lsn == UNKNOWN || Lsn.position(lsn) <= leastFloor[Lsn.shard(lsn)],
                        () -> "not tailed: " + gap + " lsn=" + Lsn.toString(lsn));
            }
        }
    }
}
