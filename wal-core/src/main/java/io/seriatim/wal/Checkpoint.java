package io.seriatim.wal;

import java.util.Arrays;

/// A point in a whole log, to keep: an immutable [LsnVector].
///
/// A store that has persisted everything below a checkpoint passes it to [Wal#truncateBefore(LsnVector)].
public final class Checkpoint implements LsnVector {
    private final long[] lsns;

    private Checkpoint(long[] lsns) {
        this.lsns = lsns;
    }

    /// Copies a vector, for instance the one that a batch lends out.
    public static Checkpoint copyOf(LsnVector vector) {
        final long[] lsns = new long[vector.shards()];
        for (int shard = 0; shard < lsns.length; shard++) {
            lsns[shard] = vector.lsn(shard);
        }
        return of(lsns);
    }

    /// A checkpoint of the given lsns, the one of shard 0 first.
    ///
    /// @throws IllegalArgumentException if an lsn is negative or names another shard than its place
    public static Checkpoint of(long... lsns) {
        final long[] copy = lsns.clone();
        for (int shard = 0; shard < copy.length; shard++) {
            if (copy[shard] < 0 || Lsn.shard(copy[shard]) != shard) {
                throw new IllegalArgumentException(
                        "lsn of another shard: expected shard=" + shard + " lsn=" + Lsn.toString(copy[shard]));
            }
        }
        return new Checkpoint(copy);
    }

    @Override
    public int shards() {
        return lsns.length;
    }

    @Override
    public long lsn(int shard) {
        return lsns[shard];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Checkpoint that && Arrays.equals(lsns, that.lsns);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(lsns);
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder("Checkpoint[");
        for (int shard = 0; shard < lsns.length; shard++) {
            text.append(shard == 0 ? "" : ", ").append(Lsn.toString(lsns[shard]));
        }
        return text.append(']').toString();
    }
}
