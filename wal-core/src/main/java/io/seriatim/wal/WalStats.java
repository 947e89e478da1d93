package io.seriatim.wal;

import java.util.List;

/// The counters of an open log at one moment. Counters only grow while the log is open; each is exact by itself,
/// together they are not one instant.
///
/// @param shards per shard, by number
public record WalStats(List<Shard> shards) {
    /// One shard's counters.
    ///
    /// @param shard               its number
    /// @param tail                position that the next claim would get
    /// @param committed           position below which every frame is whole, as the flusher last saw it
    /// @param durable             position below which everything survives power loss
    /// @param records             records committed, as the flusher last saw it
    /// @param series              series registered
    /// @param segments            segments on disk
    /// @param mapped              segments mapped
    /// @param spares              segments ready ahead of the tail
    /// @param rolls               changes to a next segment
    /// @param waits               appends that had to wait for a segment
    /// @param dropped             appends dropped under [Backpressure#drop()]
    /// @param failedPreparations  segments that could not be prepared
    /// @param stalledClaims       times that an open claim held the shard back beyond the limit
    /// @param forces              successful forces
    /// @param forcedBytes         bytes that they covered
    /// @param lastForceNanos      duration of the last one
    /// @param maxForceNanos       duration of the longest one
    /// @param poison              why the shard is poisoned, or null
    public record Shard(
            int shard,
            long tail,
            long committed,
            long durable,
            long records,
            int series,
            int segments,
            int mapped,
            int spares,
            long rolls,
            long waits,
            long dropped,
            long failedPreparations,
            long stalledClaims,
            long forces,
            long forcedBytes,
            long lastForceNanos,
            long maxForceNanos,
            Throwable poison) {}

    /// Copies the list.
    public WalStats {
        shards = List.copyOf(shards);
    }
}
