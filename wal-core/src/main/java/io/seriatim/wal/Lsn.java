package io.seriatim.wal;

/// A log sequence number: a shard and a position in it, packed in one `long`.
///
/// A position is a byte offset in a shard's endless log; it only grows and is never used twice. An
/// lsn names the *exclusive end* of a frame: everything that an append wrote lies below the lsn that it
/// returned. Hence "is it durable?" is `durable >= lsn`, and "drop what is older" keeps nothing below it.
///
/// ```
///  63  62        53 52                                              0
/// +---+------------+-------------------------------------------------+
/// | 0 |   shard    |                position (bytes)                 |
/// +---+------------+-------------------------------------------------+
/// ```
///
/// Negative values are never positions: see [#DROPPED].
public final class Lsn {
    /// What an append returns when it was dropped under [Backpressure#drop()]. The drop has been counted.
    public static final long DROPPED = -1;

    /// The largest number of shards that an lsn can name.
    public static final int MAX_SHARDS = 1024;

    /// The first position that an lsn cannot hold, in bytes: 8 PiB for each shard.
    public static final long POSITION_LIMIT = 1L << 53;

    private static final int SHARD_SHIFT = 53;

    private Lsn() {}

    /// Packs a shard and a position.
    ///
    /// @throws IllegalArgumentException if either does not fit
    public static long of(int shard, long position) {
        if (shard < 0 || shard >= MAX_SHARDS) {
            throw new IllegalArgumentException("shard out of range [0, " + MAX_SHARDS + "): shard=" + shard);
        }
        if (position < 0 || position >= POSITION_LIMIT) {
            throw new IllegalArgumentException(
                    "position out of range [0, " + POSITION_LIMIT + "): position=" + position);
        }
        return (long) shard << SHARD_SHIFT | position;
    }

    /// @return the shard of an lsn that is not negative
    public static int shard(long lsn) {
        return (int) (lsn >>> SHARD_SHIFT);
    }

    /// @return the position of an lsn that is not negative, in bytes
    public static long position(long lsn) {
        return lsn & (POSITION_LIMIT - 1);
    }

    /// @return the lsn as people read it: `shard:position`
    public static String toString(long lsn) {
        return lsn < 0 ? "dropped" : shard(lsn) + ":" + position(lsn);
    }
}
