package io.seriatim.wal.mmap;

import io.seriatim.wal.ReplayReport;

/// The figures of one shard's scan, while it runs. Not thread-safe.
final class ShardTotals {
    int segments;
    int skipped;
    int epochs;
    long bytes;
    long records;
    long samples;
    long orphans;
    long definitions;
    long minTimestamp = Long.MAX_VALUE;
    long maxTimestamp = Long.MIN_VALUE;
    long end;
    boolean closed;

    void delivered(long first, long last, int count) {
        samples += count;
        minTimestamp = Math.min(minTimestamp, first);
        maxTimestamp = Math.max(maxTimestamp, last);
    }

    ReplayReport.Shard report(int shard, long durable) {
        return new ReplayReport.Shard(
                shard,
                segments,
                skipped,
                epochs,
                bytes,
                records,
                samples,
                orphans,
                definitions,
                minTimestamp,
                maxTimestamp,
                durable,
                end,
                closed);
    }
}
