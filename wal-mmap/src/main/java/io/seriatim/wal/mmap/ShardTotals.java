package io.seriatim.wal.mmap;

import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import io.seriatim.wal.format.SegmentHeader;

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

    /// The newest epoch that holds more than its verdict, so that its opening had come to an end.
    SegmentHeader used;

    void delivered(Samples group) {
        final int count = group.count();
        for (int i = 0; i < count; i++) {
            final long timestamp = group.timestamp(i);
            minTimestamp = Math.min(minTimestamp, timestamp);
            maxTimestamp = Math.max(maxTimestamp, timestamp);
        }
        samples += count;
    }

    void uses(SegmentHeader header) {
        if (used == null || header.epoch() > used.epoch()) {
            used = header;
        }
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
