package io.seriatim.tools.anatomy;

import java.nio.file.Path;

/// A file in a log's directory and what its bytes are.
///
/// @param file  where
/// @param role  what it is
/// @param bytes what its bytes are; together its length
public record FileEntry(Path file, Role role, ByteSums bytes) {
    /// What a file is to the log.
    public enum Role {
        /// A segment that was read.
        SEGMENT,
        /// A segment that was not read, because nothing in it is needed any more.
        RETIRED,
        /// A file in a segment's place that is not read as one.
        UNREADABLE,
        /// A segment in preparation, or one that appeared while the log was read.
        SPARE,
        /// `wal.meta`.
        META,
        /// `seriatim.lock`.
        LOCK,
        /// `seriatim.pid`.
        PID,
        /// `counters.dat`.
        COUNTERS,
        /// A named consumer's position, or its lock.
        CONSUMER,
        /// Nothing of the log's.
        FOREIGN
    }
}
