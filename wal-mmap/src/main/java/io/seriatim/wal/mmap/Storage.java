package io.seriatim.wal.mmap;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/// Everything that the log asks of a file system. No other class touches files.
///
/// The seam exists so that faults and crashes can be simulated under the real code: an implementation may fail any
/// call, and may forget whatever was not forced. What each call makes durable is part of its contract, and nothing
/// else is ever assumed durable.
interface Storage {
    /// @return true if there is a file or directory of that name
    boolean exists(Path path);

    /// @return true if it is a regular file: a FIFO or device in a segment's place must not be opened
    boolean isRegularFile(Path path);

    /// @return the path without links, to tell two names of one directory apart
    Path realPath(Path directory) throws IOException;

    /// @return the names in a directory, sorted
    List<String> list(Path directory) throws IOException;

    /// Creates a directory whose parent exists. Its entry is durable only after [#syncDirectory] of the parent.
    void createDirectory(Path directory) throws IOException;

    /// Creates a directory and its missing parents, and makes each entry durable by forcing the directory above
    /// it, from the top down. So the only entry that an attempt can have left behind unforced, when it failed or
    /// died, is the deepest one: that is forced too.
    default void createDirectories(Path directory) throws IOException {
        final Deque<Path> missing = new ArrayDeque<>();
        Path existing = directory.toAbsolutePath();
        while (existing != null && !exists(existing)) {
            missing.push(existing);
            existing = existing.getParent();
        }
        if (missing.isEmpty()) {
            list(directory); // refuses what is no directory
        }
        if (existing != null && existing.getParent() != null) {
            try {
                syncDirectory(existing.getParent());
            } catch (AccessDeniedException _) {
                // Who may not read the parent has not made the entry.
            }
        }
        while (!missing.isEmpty()) {
            final Path next = missing.pop();
            createDirectory(next);
            syncDirectory(next.getParent());
        }
    }

    /// Creates an empty file, which must not exist, for reading and writing. Its entry is durable only after
    /// [#syncDirectory].
    StorageFile create(Path file) throws IOException;

    /// Opens an existing file.
    StorageFile open(Path file, boolean write) throws IOException;

    /// Renames atomically, replacing what is there. Durable only after [#syncDirectory].
    void rename(Path from, Path to) throws IOException;

    /// Makes the entries of a directory durable.
    void syncDirectory(Path directory) throws IOException;

    /// Deletes a file if it exists. Durable only after [#syncDirectory].
    void delete(Path file) throws IOException;

    /// Locks a file, created if missing, against other processes. The file serves for nothing else: closing any
    /// other descriptor of it would drop the lock.
    ///
    /// @return the lock, to be closed; or null if another process holds it
    AutoCloseable lock(Path file) throws IOException;

    /// @return the identity of the machine's current run, or zeros if unknown
    UUID bootId();

    /// @return whether other processes can look at these files; if not, nothing is published for them
    default boolean isSeenByOthers() {
        return true;
    }
}
