package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.Samples;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What somebody read of the streams of [KillPlan]: from which entry to which. Refuses what is doubled, out of order
/// or another value at once, and keeps what is missing, for who knows what was truncated. Any thread.
final class KillRuns implements ReplayHandler {
    /// Entries `[first, last]` were read, but for the gaps.
    static final class Run {
        long first;
        long last;
    }

    /// Entries that a reader did not get although it got a later one.
    record Gap(Object key, long first, long last) {}

    final Map<Object, Run> runs = new HashMap<>();
    final List<Gap> gaps = new ArrayList<>();
    private final int skipEvery;
    private int seen;

    KillRuns() {
        this(0);
    }

    /// @param skipEvery plants a fault: one entry of so many is not noticed
    KillRuns(int skipEvery) {
        this.skipEvery = skipEvery;
    }

    private synchronized void entry(Object key, long entry, long valueBits) {
        if (skipEvery > 0 && ++seen % skipEvery == 0) {
            return;
        }
        if (valueBits != KillPlan.valueBits(entry)) {
            throw new AssertionError(
                    "another value: stream=" + key + " entry=" + entry + " bits=" + Long.toHexString(valueBits));
        }
        final Run run = runs.computeIfAbsent(key, _ -> new Run());
        if (run.first == 0) {
            run.first = entry;
            run.last = entry - 1;
        }
        if (entry <= run.last) {
            throw new AssertionError(
                    "doubled or out of order: stream=" + key + " entry=" + entry + " after=" + run.last);
        }
        if (entry > run.last + 1) {
            gaps.add(new Gap(key, run.last + 1, entry - 1));
        }
        run.last = entry;
    }

    @Override
    public void onSamples(Labels series, Samples samples) {
        for (int i = 0; i < samples.count(); i++) {
            entry(series, samples.timestamp(i), samples.valueBits(i));
        }
    }

    @Override
    public void onRecord(OpaqueRecord record) {
        final long entry = ByteBuffer.wrap(record.toByteArray()).getLong();
        entry(record.kind(), entry, KillPlan.valueBits(entry));
    }

    @Override
    public void onOrphan(long epochId, int ref, Samples samples) {
        throw new AssertionError("orphaned samples: ref=" + ref + " count=" + samples.count());
    }

    /// @throws AssertionError if a stream has a gap, or ends, before an entry
    synchronized void requireUpTo(Object key, long entry) {
        final Run run = runs.getOrDefault(key, new Run());
        if (run.last < entry || gaps.stream().anyMatch(gap -> gap.key.equals(key) && gap.first <= entry)) {
            throw new AssertionError("not read, but returned before: stream=" + key + " entry=" + entry + " last="
                    + run.last + " gaps=" + gaps);
        }
    }

    /// @return each stream's first and last entry, as text, to compare two readings
    synchronized Map<String, String> asText() {
        final Map<String, String> text = new HashMap<>();
        runs.forEach((key, run) -> text.put(key.toString(), run.first + ".." + run.last));
        gaps.forEach(gap -> text.put(gap.toString(), "gap"));
        return text;
    }
}
