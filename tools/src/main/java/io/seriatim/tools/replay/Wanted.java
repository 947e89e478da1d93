package io.seriatim.tools.replay;

import io.seriatim.tools.LabelsCache;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.Samples;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/// Hands on the series and shards that are asked for. Thread-safe.
///
/// What has no labels is no answer to a selection: opaque records, and samples that lost theirs. Both are
/// counted.
final class Wanted implements ReplayHandler {
    private final BitSet shards;
    private final ReplayHandler next;
    private final boolean everySeries;
    private final LongAdder selected = new LongAdder();
    private final LongAdder records = new LongAdder();
    private final LongAdder orphans = new LongAdder();
    private final ThreadLocal<LabelsCache<Boolean>> answers;

    Wanted(Choice choice, ReplayHandler next) {
        this.shards = choice.shards();
        this.next = next;
        this.everySeries = choice.selection().isEverything();
        this.answers = ThreadLocal.withInitial(() -> new LabelsCache<>(choice.selection()::matches));
    }

    @Override
    public void onSamples(Labels series, Samples samples) {
        if (isWantedShard(samples.lsn()) && (everySeries || answers.get().of(series))) {
            selected.add(samples.count());
            next.onSamples(series, samples);
        }
    }

    @Override
    public void onRecord(OpaqueRecord record) {
        if (!isWantedShard(record.lsn())) {
            return;
        }
        if (everySeries) {
            next.onRecord(record);
        } else {
            records.increment();
        }
    }

    @Override
    public void onOrphan(long epochId, int ref, Samples samples) {
        if (!isWantedShard(samples.lsn())) {
            return;
        }
        if (everySeries) {
            next.onOrphan(epochId, ref, samples);
        } else {
            orphans.add(samples.count());
        }
    }

    private boolean isWantedShard(long lsn) {
        return shards.isEmpty() || shards.get(Lsn.shard(lsn));
    }

    /// @return samples handed on
    long selected() {
        return selected.sum();
    }

    /// @return a line about what the selection had no answer for, or an empty one
    String unanswered() {
        final List<String> parts = new ArrayList<>();
        if (records.sum() > 0) {
            parts.add(String.format(Locale.ROOT, "%,d opaque records", records.sum()));
        }
        if (orphans.sum() > 0) {
            parts.add(String.format(Locale.ROOT, "%,d samples whose labels are lost", orphans.sum()));
        }
        return parts.isEmpty() ? "" : "left out, since --select asks for labels: " + String.join(", ", parts);
    }
}
