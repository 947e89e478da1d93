package io.seriatim.bench;

import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.Samples;
import java.util.HashMap;
import java.util.Map;

/// Sums up what a replay of Seriatim hands on, in one of two ways: the labels' bytes read for every item, as the
/// rivals'
/// readers have to (copied out once for each set of labels, since the log hands on one object for all its items); or
/// the labels looked up among those seen, as an engine would find its series.
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

    private static final class ShardSum {
        private final ReplaySum sum = new ReplaySum();
        private final Map<Labels, Long> sums = new HashMap<>();
        private final Map<Labels, byte[]> bytes = new HashMap<>();

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
            byte[] encoded = bytes.get(labels);
            if (encoded == null) {
                encoded = new byte[labels.encodedLength()];
                labels.copyEncodedTo(encoded, 0);
                bytes.put(labels, encoded);
            }
            return read(encoded);
        }

        private static long read(byte[] encoded) {
            long all = 0;
            int at = varintLength(encoded, 0);
            while (at < encoded.length) {
                final int nameLength = varint(encoded, at);
                final int name = at + varintLength(encoded, at);
                final int valueLength = varint(encoded, name + nameLength);
                final int value = name + nameLength + varintLength(encoded, name + nameLength);
                all += ReplaySum.label(encoded, name, nameLength, encoded, value, valueLength);
                at = value + valueLength;
            }
            return all;
        }

        private static int varint(byte[] source, int at) {
            int value = source[at] & 0x7F;
            for (int i = at, shift = 7; source[i] < 0; shift += 7) {
                value |= (source[++i] & 0x7F) << shift;
            }
            return value;
        }

        private static int varintLength(byte[] source, int at) {
            int length = 1;
            while (source[at + length - 1] < 0) {
                length++;
            }
            return length;
        }
    }
}
