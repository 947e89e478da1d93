package io.seriatim.wal.mmap;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// What a log says of itself before any frame is read.
///
/// @param directory    where
/// @param walId        identity of the log
/// @param timeUnit     unit of every timestamp
/// @param epoch        how many times it had been opened for writing, as far as it can be told
/// @param metaProblem  what is wrong with `wal.meta`, so that the above is from the segments; or empty
/// @param floors       per shard the position below which nothing is kept; may name fewer shards than there are
/// @param shards       number of shards in the newest epoch, 0 if no segment tells
/// @param segmentBytes length of the longest segment, 0 if no segment tells
/// @param segments     every file with a segment's name, by shard and sequence
public record InspectedLog(
        Path directory,
        UUID walId,
        TimeUnit timeUnit,
        long epoch,
        String metaProblem,
        List<Long> floors,
        int shards,
        int segmentBytes,
        List<InspectedSegment> segments) {
    /// Copies the lists.
    public InspectedLog {
        floors = List.copyOf(floors);
        segments = List.copyOf(segments);
    }

    /// @return the position below which nothing is kept in a shard
    public long floor(int shard) {
        return shard < floors.size() ? floors.get(shard) : 0;
    }
}
