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

    /// Deletes all that may go: for who truncates, on a thread of his own.
    void all() {
        run(false);
    }

    /// Deletes one segment of each shard: for an agent, who may have to prepare the next one in between.
    void step() {
        run(true);
    }

    private void run(boolean one) {
        waiting = false;
        boolean more = false;
        final WalMeta floors = meta.current();
        final Consumers.Held held = consumerBytes == 0 ? null : consumers.held();
        for (final Map.Entry<Integer, ShardFiles> each : files.entrySet()) {
            final ShardFiles some = each.getValue();
            final long floor = floors.floor(each.getKey());
            final long read = held == null ? floor : Math.min(floor, held.from(each.getKey()));
            try {
                some.deleteBelow(one ? Math.min(read, some.oldestEnd()) : read);
                while (isBelow(some.oldestEnd(), floor) && diskUse.bytes() > consumerBytes) {
                    some.deleteBelow(some.oldestEnd());
                }
                more |= isBelow(some.oldestEnd(), read);
            } catch (IOException failure) {
                WalLog.failedDeletion(each.getKey(), failure);
            }
            waiting |= isBelow(some.oldestEnd(), floor);
        }
        lookAtNs = System.nanoTime() + (more ? 0 : LOOK_AGAIN_NS);
    }

    private static boolean isBelow(long end, long floor) {
        return end >= 0 && end <= floor;
    }
}
