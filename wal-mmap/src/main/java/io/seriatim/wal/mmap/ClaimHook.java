package io.seriatim.wal.mmap;

/// Called between a producer's claim and its commit, where nothing of the user's ever runs. For tests: a hook that
/// throws or never returns is a producer that dies there.
@FunctionalInterface
interface ClaimHook {
    /// @param shard    the shard
    /// @param position where the claim starts
    void afterClaim(int shard, long position);
}
