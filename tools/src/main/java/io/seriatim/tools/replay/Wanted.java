package io.seriatim.tools.replay;

import io.seriatim.tools.LabelsCache;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.Metadata;
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
/// What has no labels is no answer to a selection: opaque records, and what lost its labels. Both are counted.
final class Wanted implements ReplayHandler {
    private final BitSet shards;
    private final ReplayHandler next;
    private final boolean everySeries;
    private final LongAdder selected = new LongAdder();
    private final LongAdder records = new LongAdder();
    private final LongAdder orphans = new LongAdder();
    private final LongAdder orphanDetails = new LongAdder();
    private final ThreadLocal<LabelsCache<Boolean>> answers;

    Wanted(Choice choice, ReplayHandler next) {
        this.shards = choice.shards();
        this.next = next;
        this.everySeries = choice.selection().isEverything();
        this.answers = ThreadLocal.withInitial(() -> new LabelsCache<>(choice.selection()::matches));
    }

    @Override
    public void onSamples(Labels series, Samples samples) {
        if (isWanted(samples.lsn(), series)) {
            selected.add(samples.count());
            next.onSamples(series, samples);
        }
    }

    @Override
    public void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {
        if (isWanted(lsn, series)) {
            next.onHistogram(series, timestamp, histogram, lsn);
        }
    }

    @Override
    public void onExemplar(Labels series, Exemplar exemplar) {
        if (isWanted(exemplar.lsn(), series)) {
            next.onExemplar(series, exemplar);
        }
    }

    @Override
    public void onMetadata(Labels series, Metadata metadata) {
        if (isWanted(metadata.lsn(), series)) {
            next.onMetadata(series, metadata);
        }
    }

    @Override
    public void onOrphanDetail(long epochId, int ref, OpaqueRecord detail) {
        if (!isWantedShard(detail.lsn())) {
            return;
        }
        if (everySeries) {
            next.onOrphanDetail(epochId, ref, detail);
        } else {
            orphanDetails.increment();
        }
    }

    private boolean isWanted(long lsn, Labels series) {
        return isWantedShard(lsn) && (everySeries || answers.get().of(series));
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
        if (orphanDetails.sum() > 0) {
            parts.add(String.format(Locale.ROOT, "%,d details whose labels are lost", orphanDetails.sum()));
        }
        return parts.isEmpty() ? "" : "left out, since --select asks for labels: " + String.join(", ", parts);
    }
}
