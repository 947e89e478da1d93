package io.seriatim.wal.mmap;

import io.seriatim.wal.WalIoException;
import io.seriatim.wal.format.WalMeta;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/// `wal.meta` of an open log. Replaced as a whole: written under a temporary name, forced, renamed, directory
/// forced. Any thread; locks itself.
final class MetaFile {
    private final Path directory;
    private final Storage storage;
    private WalMeta current;

    MetaFile(Path directory, Storage storage, WalMeta current) {
        this.directory = directory;
        this.storage = storage;
        this.current = current;
    }

    synchronized WalMeta current() {
        return current;
    }

    /// Makes `next` durable.
    ///
    /// @throws WalIoException if that fails; the old content stays in force
    synchronized void replace(WalMeta next) {
        final Path file = directory.resolve(LogFiles.META);
        try {
            SmallFile.replace(storage, file, next.encode());
        } catch (IOException failure) {
            throw new WalIoException("store the log's identity and floors", file, failure);
        }
        current = next;
    }

    /// Raises floors; lower ones than before change nothing.
    ///
    /// @return true if a floor has changed
    synchronized boolean raiseFloors(long[] floors) {
        final long[] raised = Arrays.copyOf(current.floors(), Math.max(current.floors().length, floors.length));
        boolean changed = false;
        for (int shard = 0; shard < floors.length; shard++) {
            if (floors[shard] > raised[shard]) {
                raised[shard] = floors[shard];
                changed = true;
            }
        }
        if (changed) {
            replace(new WalMeta(current.walId(), current.timeUnit(), current.epoch(), raised));
        }
        return changed;
    }
}
