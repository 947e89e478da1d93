package io.seriatim.tools.top;

import io.seriatim.wal.mmap.WalCounters;
import java.util.List;
import java.util.UUID;

/// Counters as a writer might have published them.
final class MadeCounters {
    private static final long OPENED = 1_700_000_000_000L;

    private MadeCounters() {}

    /// @param generation of the publication, half a second after the one before
    /// @param shards     of the log
    static WalCounters of(long generation, WalCounters.Shard... shards) {
        return of(1, generation, 0, shards);
    }

    static WalCounters of(long epoch, long generation, long closed, WalCounters.Shard... shards) {
        return new WalCounters(
                generation,
                new UUID(1, 2),
                new UUID(3, 4),
                epoch,
                100 + epoch,
                4711,
                OPENED - 5_000,
                OPENED,
                closed,
                OPENED + generation / 2 * 500,
                generation / 2 * 500_000_000L,
                5_000_000,
                64 << 20,
                256 << 20,
                0,
                List.of(shards));
    }

    /// A shard that has taken so much.
    ///
    /// @param lag bytes that are not durable yet
    static WalCounters.Shard shard(int shard, long records, long bytes, long lag, long forces, boolean poisoned) {
        return new WalCounters.Shard(
                shard,
                4096 + bytes,
                4096 + bytes - 32,
                4096 + bytes - lag,
                records,
                20,
                3,
                2,
                1,
                2,
                forces / 10,
                0,
                0,
                0,
                forces,
                bytes - lag,
                forces * 2_000_000,
                1_500_000,
                9_000_000,
                poisoned);
    }
}
