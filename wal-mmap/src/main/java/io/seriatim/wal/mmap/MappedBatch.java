package io.seriatim.wal.mmap;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.LsnVector;
import io.seriatim.wal.SeriesHandle;

/// A batch of a [MappedWal], and the vector that its commit returns. Not thread-safe; lent by a pool.
final class MappedBatch implements Batch, LsnVector {
    private final MappedWal wal;
    private final BatchPart[] parts;
    private final long[] lsns;
    private int size;
    private boolean open;

    MappedBatch(MappedWal wal, int shards) {
        this.wal = wal;
        this.parts = new BatchPart[shards];
        this.lsns = new long[shards];
    }

    MappedBatch open() {
        open = true;
        resetLsns();
        return this;
    }

    @Override
    public void add(SeriesHandle handle, long timestamp, double value) {
        if (!open) {
            throw closed();
        }
        if (!(handle instanceof Series series) || series.wal != wal) {
            throw new IllegalArgumentException("handle belongs to another log: handle=" + handle);
        }
        BatchPart part = parts[series.shard.index];
        if (part == null) {
            part = new BatchPart();
            parts[series.shard.index] = part;
        }
        part.add(series, timestamp, Double.doubleToRawLongBits(value));
        size++;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public LsnVector commit() {
        if (!open) {
            throw closed();
        }
        resetLsns();
        checkLengths();
        final RuntimeException refused;
        try {
            refused = appendParts();
        } finally {
            clear(); // whatever happens: committed again, what was logged would be logged twice
        }
        if (refused != null) {
            throw refused;
        }
        wal.confirm(this);
        return this;
    }

    /// @return why the first of those that refused did, or null
    private RuntimeException appendParts() {
        RuntimeException first = null;
        for (int shard = 0; shard < parts.length; shard++) {
            final BatchPart part = parts[shard];
            if (part != null && part.count() > 0) {
                try {
                    lsns[shard] = wal.shard(shard).appendBatch(part);
                } catch (RuntimeException failure) {
                    first = first == null ? failure : first;
                }
            }
        }
        return first;
    }

    /// Before anything is logged: with every definition, the part of each shard must fit.
    private void checkLengths() {
        for (final BatchPart part : parts) {
            if (part != null && part.mayExceed(wal.config().maxFrameBytes())) {
                part.encode(BatchPart.ANY_SEGMENT, wal.config().maxFrameBytes());
            }
        }
    }

    private void resetLsns() {
        for (int shard = 0; shard < lsns.length; shard++) {
            lsns[shard] = Lsn.of(shard, 0);
        }
    }

    private void clear() {
        size = 0;
        for (final BatchPart part : parts) {
            if (part != null) {
                part.clear();
            }
        }
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("batch is closed (take another from Wal.batch())");
    }

    @Override
    public int shards() {
        return lsns.length;
    }

    @Override
    public long lsn(int shard) {
        return lsns[shard];
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            clear();
            wal.giveBack(this);
        }
    }
}
