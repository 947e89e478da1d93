package io.seriatim.bench;

import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.Samples;
import java.util.HashMap;
import java.util.Map;

/// Sums up what a replay of Seriatim hands on, in one of two ways: the labels' bytes read for every item, as the
/// rivals' readers have to; or the labels looked up among those seen, as an engine would find its series.
///
/// Calls for one shard come one after the other, so each shard has a sum of its own.
final class SeriatimReader implements ReplayHandler {
    private final boolean knownLabels;
    private final ShardSum[] shards;

    SeriatimReader(boolean knownLabels, int shards) {
        this.knownLabels = knownLabels;
        this.shards = new ShardSum[shards];
        for (int i = 0; i < shards; i++) {
            this.shards[i] = new ShardSum();
        }
    }

    @Override
    public void onSamples(Labels labels, Samples samples) {
        final int count = samples.count();
        if (count == 0) {
            return;
        }
        final ShardSum shard = shards[Lsn.shard(samples.lsn())];
        final long sum = knownLabels ? shard.known(labels) : shard.read(labels);
        for (int i = 0; i < count; i++) {
            shard.sum.add(sum, samples.timestamp(i), samples.valueBits(i));
        }
    }

    /// @return of all shards; when the replay has ended
    ReplaySum sum() {
        final ReplaySum all = new ReplaySum();
        for (final ShardSum shard : shards) {
            all.add(shard.sum);
        }
        return all;
    }

    private static final class ShardSum implements Labels.Utf8Visitor {
        private final ReplaySum sum = new ReplaySum();
        private final Map<Labels, Long> sums = new HashMap<>();
        private long ofLabels;

        long known(Labels labels) {
            final Long found = sums.get(labels);
            if (found != null) {
                return found;
            }
            final long read = read(labels);
            sums.put(labels, read);
            return read;
        }

        long read(Labels labels) {
            ofLabels = 0;
            labels.forEachUtf8(this);
            return ofLabels;
        }

        @Override
        public void label(byte[] source, int nameAt, int nameLength, int valueAt, int valueLength) {
            ofLabels += ReplaySum.label(source, nameAt, nameLength, source, valueAt, valueLength);
        }
    }
}
