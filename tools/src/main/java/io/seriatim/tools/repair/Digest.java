package io.seriatim.tools.repair;

import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
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

    Digest(int shards) {
        sums = new long[shards];
    }

    /// @return the shard of a series: see FORMAT.md
    static int shard(Labels labels, int shards) {
        return (int) Math.unsignedMultiplyHigh(labels.hash64(), shards);
    }

    /// Samples `[from, to)` of the arrays, appended together.
    void samples(Labels labels, long[] timestamps, long[] values, int from, int to) {
        final int shard = shard(labels, sums.length);
        mix(shard, labels.hash64());
        mix(shard, to - from);
        for (int i = from; i < to; i++) {
            mix(shard, timestamps[i]);
            mix(shard, values[i]);
        }
        samples += to - from;
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

    long opaque() {
        return opaque;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest that
                && Arrays.equals(sums, that.sums)
                && samples == that.samples
                && opaque == that.opaque;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sums);
    }
}
