package io.seriatim.tools.top;

import io.seriatim.wal.mmap.WalCounters;

/// What a look at a log's counters shows.
///
/// @param state   how the writer fares
/// @param now     its counters, or null if there are none
/// @param before  those of the look before, of the same opening; null if there are none
/// @param problem why the counters cannot be read, or null
/// @param silent  how long nothing has been published, in seconds
record Moment(State state, WalCounters now, WalCounters before, String problem, double silent) {
    /// How a log's writer fares.
    enum State {
        /// The log is open, its writer lives.
        OPEN,
        /// The log is open and the process lives, but it has published nothing for a while: it hangs, or was stopped.
        SILENT,
        /// The log was not closed, and its writer has ended.
        DEAD,
        /// The log was closed.
        CLOSED,
        /// There are no counters, or none that can be read.
        ABSENT
    }

    /// @return what the rates are by, in seconds; NaN if there are none
    double seconds() {
        return before == null || now.publishedNanos() == before.publishedNanos()
                ? Double.NaN
                : (now.publishedNanos() - before.publishedNanos()) / 1e9;
    }

    /// @return whether any shard takes nothing any more
    boolean isPoisoned() {
        return now != null && now.shards().stream().anyMatch(WalCounters.Shard::poisoned);
    }

    /// @return the figures of one shard
    Pace pace(int shard) {
        final boolean known = before != null && shard < before.shards().size();
        return Pace.of(now.shards().get(shard), known ? before.shards().get(shard) : null, seconds());
    }

    /// @return the figures of all shards together
    Pace total() {
        Pace total = Pace.NONE;
        for (int shard = 0; shard < now.shards().size(); shard++) {
            total = total.plus(pace(shard));
        }
        return total;
    }
}
