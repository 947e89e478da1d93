package io.seriatim.wal;

import java.util.List;

/// What a reader found in a log: how much, and everything that was not as written.
///
/// @param shards        per shard, by number
/// @param damages       every damaged range in order of shard and position, at most [#MAX_DAMAGES] of them
/// @param damagesBeyond how many damaged ranges there were beyond those listed
/// @param complete      false if [ReplayPolicy#PREFIX] left out what lies behind a gap
public record ReplayReport(List<Shard> shards, List<Damage> damages, long damagesBeyond, boolean complete) {
    /// The most damaged ranges that a report lists.
    public static final int MAX_DAMAGES = 10_000;

    /// The state of a whole log, from good to bad.
    public enum State {
        /// Everything is as it was written.
        SOUND,
        /// The end is torn; nothing that was confirmed durable is missing.
        TORN,
        /// Something that was confirmed durable, or may have been, is missing.
        DAMAGED
    }

    /// One shard's share.
    ///
    /// @param shard        its number
    /// @param segments     segments read
    /// @param skipped      segments left out because their time range was not asked for
    /// @param epochs       times that the shard was opened for writing, as far as still on disk
    /// @param bytes        bytes of frames read
    /// @param records      records replayed: samples appended together are one record
    /// @param samples      samples replayed
    /// @param orphans      samples whose series is not known any more, counted in no other figure
    /// @param definitions  series definitions read
    /// @param minTimestamp smallest timestamp replayed, `Long.MAX_VALUE` if none
    /// @param maxTimestamp largest timestamp replayed, `Long.MIN_VALUE` if none
    /// @param durable      largest position that the log itself asserts was durable
    /// @param end          position just past the last valid frame
    /// @param closed       true if the log ends with the assertion of a clean close
    public record Shard(
            int shard,
            int segments,
            int skipped,
            int epochs,
            long bytes,
            long records,
            long samples,
            long orphans,
            long definitions,
            long minTimestamp,
            long maxTimestamp,
            long durable,
            long end,
            boolean closed) {}

    /// Copies the lists.
    public ReplayReport {
        shards = List.copyOf(shards);
        damages = List.copyOf(damages);
    }

    /// @return the worst that was found
    public State state() {
        State worst = damagesBeyond > 0 ? State.DAMAGED : State.SOUND;
        for (final Damage damage : damages) {
            final State state = switch (damage.verdict()) {
                case HARMLESS -> State.SOUND;
                case TORN -> State.TORN;
                case LOST, UNDETERMINED -> State.DAMAGED;
            };
            worst = state.compareTo(worst) > 0 ? state : worst;
        }
        return worst;
    }

    /// @return records replayed, over all shards
    public long records() {
        return shards.stream().mapToLong(Shard::records).sum();
    }

    /// @return samples replayed, over all shards
    public long samples() {
        return shards.stream().mapToLong(Shard::samples).sum();
    }

    /// @return samples whose series is not known any more, over all shards
    public long orphans() {
        return shards.stream().mapToLong(Shard::orphans).sum();
    }
}
