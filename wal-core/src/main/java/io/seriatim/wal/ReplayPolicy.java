package io.seriatim.wal;

/// What a reader does about damage. The report is the same under each.
public enum ReplayPolicy {
    /// Any damage is an error: [DamagedLogException].
    STRICT,

    /// In each shard, stop at the first gap. A gap that a later opening of the log found and went on behind
    /// ends only its own epoch: what was logged after that opening is replayed.
    PREFIX,

    /// Everything provably valid, every gap reported. The default.
    SALVAGE
}
