package io.seriatim.wal.mmap;

import io.seriatim.wal.WalStats;
import java.util.concurrent.atomic.LongAdder;

/// One shard with the two agents that work for it.
///
/// @param shard    the append path
/// @param flusher  forces and seals
/// @param preparer prepares and unmaps
/// @param stats    the flusher's counters
/// @param rolls    changes of segment
record ShardEngine(Shard shard, ShardFlusher flusher, Preparer preparer, FlushStats stats, LongAdder rolls) {
    WalStats.Shard snapshot(int series) {
        final Claims claims = shard.claims;
        return new WalStats.Shard(
                shard.index,
                claims.tailPosition(),
                claims.frontiers().committedAcquire(),
                claims.frontiers().durableVolatile(),
                stats.records.get(),
                series,
                preparer.files().count() + preparer.live(),
                preparer.live(),
                preparer.spares(),
                rolls.sum(),
                shard.waits.sum(),
                shard.dropped.sum(),
                preparer.maker().failures(),
                stats.stalledClaims.get(),
                stats.forces.get(),
                stats.forcedBytes.get(),
                stats.lastForceNs.get(),
                stats.maxForceNs.get(),
                claims.poisonCause());
    }
}
