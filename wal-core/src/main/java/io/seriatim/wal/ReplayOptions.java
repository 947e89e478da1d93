package io.seriatim.wal;

import java.util.Objects;

/// What to read of a log, and how. Immutable; start with [#defaults()].
///
/// @param policy      what to do about damage
/// @param from        smallest timestamp wanted, inclusive
/// @param until       largest timestamp wanted, inclusive
/// @param threads     1: the caller reads everything in turn; more: shards, and segments of a shard ahead of
///                    their turn, are read and checked in parallel; the order within a shard is kept all the
///                    same
/// @param memoryBytes bound on read buffers, shared by all threads; at least 64 KiB a thread; a frame longer
///                    than a buffer is read even so
/// @param progress    told now and then how far the replay is
/// @param labelBytes  bound on the heap for labels that have to be remembered: of each shard, those that the
///                    segment being read and the one before it define. Beyond it they go to temporary files in
///                    `java.io.tmpdir`, and 16 to 48 bytes for each of them to memory outside of the heap,
///                    which is slower. `Long.MAX_VALUE`, the default, is no bound
public record ReplayOptions(
        ReplayPolicy policy,
        long from,
        long until,
        int threads,
        long memoryBytes,
        ReplayProgress progress,
        long labelBytes) {
    /// The most threads that a replay uses.
    public static final int MAX_THREADS = 256;

    private static final long MIN_MEMORY_BYTES = 64 * 1024;

    /// @throws IllegalArgumentException naming the limit and the offender
    public ReplayOptions {
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(progress, "progress");
        if (from > until) {
            throw new IllegalArgumentException("from must not exceed until: from=" + from + " until=" + until);
        }
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException("threads out of range [1, " + MAX_THREADS + "]: threads=" + threads);
        }
        if (memoryBytes < MIN_MEMORY_BYTES * threads) {
            throw new IllegalArgumentException("memoryBytes must be at least " + MIN_MEMORY_BYTES
                    + " for each thread: memoryBytes=" + memoryBytes + " threads=" + threads);
        }
        if (labelBytes < 0) {
            throw new IllegalArgumentException("labelBytes must not be negative: labelBytes=" + labelBytes);
        }
    }

    /// Without a bound on labels.
    public ReplayOptions(
            ReplayPolicy policy, long from, long until, int threads, long memoryBytes, ReplayProgress progress) {
        this(policy, from, until, threads, memoryBytes, progress, Long.MAX_VALUE);
    }

    /// Everything, in turn, under SALVAGE.
    public static ReplayOptions defaults() {
        return new ReplayOptions(
                ReplayPolicy.SALVAGE, Long.MIN_VALUE, Long.MAX_VALUE, 1, 64 << 20, ReplayProgress.SILENT);
    }

    /// @return a copy with another policy
    public ReplayOptions policy(ReplayPolicy policy) {
        return new ReplayOptions(policy, from, until, threads, memoryBytes, progress, labelBytes);
    }

    /// @return a copy that wants timestamps in `[from, until]` only. A range leaves opaque records out, which
    ///         have no timestamp, and lets sealed segments be skipped unread
    public ReplayOptions between(long from, long until) {
        return new ReplayOptions(policy, from, until, threads, memoryBytes, progress, labelBytes);
    }

    /// @return a copy that reads with so many threads
    public ReplayOptions threads(int threads) {
        return new ReplayOptions(policy, from, until, threads, memoryBytes, progress, labelBytes);
    }

    /// @return a copy with another bound on read buffers
    public ReplayOptions memoryBytes(long memoryBytes) {
        return new ReplayOptions(policy, from, until, threads, memoryBytes, progress, labelBytes);
    }

    /// @return a copy that reports its progress
    public ReplayOptions progress(ReplayProgress progress) {
        return new ReplayOptions(policy, from, until, threads, memoryBytes, progress, labelBytes);
    }

    /// @return a copy with another bound on the heap for labels
    public ReplayOptions labelBytes(long labelBytes) {
        return new ReplayOptions(policy, from, until, threads, memoryBytes, progress, labelBytes);
    }
}
