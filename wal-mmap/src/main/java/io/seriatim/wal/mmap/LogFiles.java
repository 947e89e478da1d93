package io.seriatim.wal.mmap;

import java.nio.file.Path;

/// The names of a log's files.
///
/// ```
/// wal/  seriatim.lock  seriatim.pid  wal.meta  counters.dat  consumers/
///       shard-000/  0000000000000000.seg  0000000000000001.seg.tmp
/// ```
final class LogFiles {
    static final String LOCK = "seriatim.lock";
    static final String PID = "seriatim.pid";
    static final String META = "wal.meta";
    static final String COUNTERS = "counters.dat";
    static final String SEGMENT_SUFFIX = ".seg";
    static final String TEMPORARY_SUFFIX = ".tmp";

    private static final String SHARD_PREFIX = "shard-";

    private LogFiles() {}

    static Path shard(Path log, int shard) {
        return log.resolve("%s%03d".formatted(SHARD_PREFIX, shard));
    }

    /// @return the shard that a directory's name stands for, or -1
    static int shard(String name) {
        if (!name.matches("shard-(\\d{3}|[1-9]\\d{3})")) {
            return -1;
        }
        return Integer.parseInt(name.substring(SHARD_PREFIX.length()));
    }

    static Path segment(Path shardDirectory, long sequence) {
        return shardDirectory.resolve("%016x%s".formatted(sequence, SEGMENT_SUFFIX));
    }

    /// @return the sequence that a file's name stands for, or -1 if it is no segment's name
    static long sequence(String name) {
        if (!name.matches("[0-7][0-9a-f]{15}\\.seg")) {
            return -1;
        }
        return Long.parseLong(name, 0, 16, 16);
    }

    static Path temporary(Path file) {
        return file.resolveSibling(file.getFileName() + TEMPORARY_SUFFIX);
    }
}
