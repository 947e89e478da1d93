package io.seriatim.wal.mmap;

/// Why a shard was poisoned without a failed force: a producer took a range and never finished it.
final class StalledClaimException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StalledClaimException(int shard, long position, long openNs) {
        super("claim never committed: shard=" + shard + " position=" + position + " openMs=" + openNs / 1_000_000
                + " (a producer thread died or hangs between claim and commit)");
    }
}
