package io.seriatim.tools.repair;

import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.Samples;
import java.util.Arrays;

/// What each shard of a log holds, in its order, as one number: to see that a log that was read back is the one
/// that was written. Against mistakes, not against forgers. Not thread-safe.
final class Digest implements ReplayHandler {
    private static final long PRIME = 0x9e3779b97f4a7c15L;

    private final long[] sums;
    private long samples;
    private long opaque;
    private long details;

    Digest(int shards) {
        sums = new long[shards];
    }

    /// @return the shard of a series: see FORMAT.md
    static int shard(Labels labels, int shards) {
        return (int) Math.unsignedMultiplyHigh(labels.hash64(), shards);
    }

    /// Samples `[from, to)` of the arrays, appended together. None do not count: a log may name a series by itself.
    void samples(Labels labels, long[] timestamps, long[] values, int from, int to) {
        if (from == to) {
            return;
        }
        final int shard = shard(labels, sums.length);
        mix(shard, labels.hash64());
        mix(shard, to - from);
        for (int i = from; i < to; i++) {
            mix(shard, timestamps[i]);
            mix(shard, values[i]);
        }
        samples += to - from;
    }

    /// A histogram, an exemplar or metadata: whatever tells it from another.
    void detail(Labels labels, long timestamp, long content) {
        final int shard = shard(labels, sums.length);
        mix(shard, labels.hash64());
        mix(shard, timestamp);
        mix(shard, content);
        details++;
    }

    @Override
    public void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {
        detail(series, timestamp, histogram.hashCode());
    }

    @Override
    public void onExemplar(Labels series, Exemplar exemplar) {
        final Labels own = exemplar.labels();
        detail(series, exemplar.timestamp(), exemplar.valueBits() * PRIME ^ (own == null ? 0 : own.hash64()));
    }

    @Override
    public void onMetadata(Labels series, Metadata metadata) {
        detail(series, metadata.timestamp(), metadata.attributes().hash64());
    }

    void record(int shard, int kind, byte[] bytes) {
        mix(shard, kind);
        mix(shard, bytes.length);
        mix(shard, Arrays.hashCode(bytes));
        opaque++;
    }

    @Override
    public void onSamples(Labels series, Samples read) {
        final int shard = Lsn.shard(read.lsn());
        final int count = read.count();
        if (count == 0) {
            return;
        }
        mix(shard, series.hash64());
        mix(shard, count);
        for (int i = 0; i < count; i++) {
            mix(shard, read.timestamp(i));
            mix(shard, read.valueBits(i));
        }
        samples += count;
    }

    @Override
    public void onRecord(OpaqueRecord record) {
        record(Lsn.shard(record.lsn()), record.kind(), record.toByteArray());
    }

    private void mix(int shard, long word) {
        final long mixed = (sums[shard] ^ word) * PRIME;
        sums[shard] = mixed ^ mixed >>> 32;
    }

    long samples() {
        return samples;
    }

    long details() {
        return details;
    }

    long opaque() {
        return opaque;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest that
                && Arrays.equals(sums, that.sums)
                && samples == that.samples
                && opaque == that.opaque
                && details == that.details;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sums);
    }
}
