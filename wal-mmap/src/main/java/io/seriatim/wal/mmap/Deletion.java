package io.seriatim.wal.mmap;

import io.seriatim.wal.format.WalMeta;
import java.io.IOException;
import java.util.Map;

/// Deletes the segments that lie below the floors, but not what a named consumer has still to read: that is
/// kept while the log is no longer than a bound. One thread at a time.
///
/// A floor is durable before anything below it is deleted, and nobody but consumers reads below it, so the
/// order of deletions is of no importance, nor is a crash between them.
final class Deletion {
    private static final long LOOK_AGAIN_NS = 1_000_000_000;

    private final Map<Integer, ShardFiles> files;
    private final MetaFile meta;
    private final DiskUse diskUse;
    private final Consumers consumers;
    private final long consumerBytes;

    private boolean waiting = true; // what lay below the floors when the log was opened
    private long lookAtNs = System.nanoTime();

    /// @param consumerBytes up to what length of the log consumers are waited for
    Deletion(Map<Integer, ShardFiles> files, MetaFile meta, DiskUse diskUse, Consumers consumers, long consumerBytes) {
        this.files = files;
        this.meta = meta;
        this.diskUse = diskUse;
        this.consumers = consumers;
        this.consumerBytes = consumerBytes;
    }

    /// @return whether something below a floor is still there, and it is time to look whether it is needed
    boolean isDue(long nowNs) {
        return waiting && nowNs - lookAtNs >= 0;
    }

    void run() {
        waiting = false;
        lookAtNs = System.nanoTime() + LOOK_AGAIN_NS;
        final WalMeta floors = meta.current();
        final Consumers.Held held = consumerBytes == 0 ? null : consumers.held();
        files.forEach((shard, some) -> {
            final long floor = floors.floor(shard);
            try {
                some.deleteBelow(held == null ? floor : Math.min(floor, held.from(shard)));
                while (isBelow(some.oldestEnd(), floor) && diskUse.bytes() > consumerBytes) {
                    some.deleteBelow(some.oldestEnd());
                }
            } catch (IOException failure) {
                WalLog.failedDeletion(shard, failure);
            }
            waiting |= isBelow(some.oldestEnd(), floor);
        });
    }

    private static boolean isBelow(long end, long floor) {
        return end >= 0 && end <= floor;
    }
}
