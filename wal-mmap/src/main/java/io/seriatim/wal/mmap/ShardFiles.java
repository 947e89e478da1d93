package io.seriatim.wal.mmap;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;

/// The finished segments of one shard directory, oldest first. Any thread; locks itself, never on the append path.
final class ShardFiles {
    private final Path directory;
    private final Storage storage;
    private final DiskUse diskUse;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private volatile int count; // who counts does not wait for who deletes

    /// One finished segment.
    ///
    /// @param file  where
    /// @param end   position behind its last byte
    /// @param bytes its length
    record Entry(Path file, long end, long bytes) {}

    ShardFiles(Path directory, Storage storage, DiskUse diskUse) {
        this.directory = directory;
        this.storage = storage;
        this.diskUse = diskUse;
    }

    /// Adds a segment, newer than all before it, whose bytes are counted already.
    synchronized void add(Entry entry) {
        entries.add(entry);
        count = entries.size();
    }

    int count() {
        return count;
    }

    synchronized long bytes() {
        return entries.stream().mapToLong(Entry::bytes).sum();
    }

    /// @return the position that deleting the oldest segment takes as floor, or -1 if there is none
    synchronized long oldestEnd() {
        return entries.isEmpty() ? -1 : entries.getFirst().end();
    }

    /// @return the end of the newest segment, or -1 if there is none
    synchronized long newestEnd() {
        return entries.isEmpty() ? -1 : entries.getLast().end();
    }

    /// Deletes the segments that end at or below a floor, which is durable already. In order, and each deletion
    /// forced
    /// before the next would be no safer: below the floor nothing is damage.
    ///
    /// @throws IOException if one cannot be deleted; it and the newer ones are kept for the next call
    synchronized void deleteBelow(long floor) throws IOException {
        boolean deleted = false;
        while (!entries.isEmpty() && entries.getFirst().end() <= floor) {
            storage.delete(entries.getFirst().file());
            diskUse.release(entries.removeFirst().bytes());
            count = entries.size();
            deleted = true;
        }
        if (deleted) {
            storage.syncDirectory(directory);
        }
    }
}
