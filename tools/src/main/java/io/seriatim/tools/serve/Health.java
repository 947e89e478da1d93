package io.seriatim.tools.serve;

import io.seriatim.wal.Wal;
import io.seriatim.wal.WalStats;

/// Whether the server can do its work. Thread-safe.
final class Health {
    private final Wal wal;
    private final Admission admission;

    Health(Wal wal, Admission admission) {
        this.wal = wal;
        this.admission = admission;
    }

    /// @return why nothing can be logged any more, until somebody restarts it; or null
    String illness() {
        for (final WalStats.Shard shard : wal.stats().shards()) {
            if (shard.poison() != null) {
                return "the log is poisoned: shard=" + shard.shard() + " cause="
                        + shard.poison().getMessage();
            }
        }
        return null;
    }

    /// @return why requests are not welcome now, or null
    String unreadiness() {
        return admission.closed() ? "shutting down" : illness();
    }
}
