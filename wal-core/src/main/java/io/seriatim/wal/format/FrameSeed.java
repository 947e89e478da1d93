package io.seriatim.wal.format;

/// Makes a checksum valid in one place of one log only.
///
/// The stored checksum is the CRC32C of the frame's bytes xor a 32-bit hash of where it stands: wal id, shard,
/// epoch id, position and length. So a stale frame, one copied elsewhere, or one of another log fails its check,
/// except with a probability of 2^-32; and the CRC of the bytes can be computed before the position is known.
///
/// The hash of the place is one multiplication, since it is computed between a claim and its commit, where nothing else
/// can run beside it. What matters is that two places differ: multiples of 2^64 divided by the golden ratio stay
/// apart in their upper halves for all distances below 2^30 (Knuth, The Art of Computer Programming, volume 3,
/// section 6.4), so a frame that was moved less than a gigabyte within its epoch is always found out, and so is every
/// other length. The epoch's part is a random number, through the 64-bit finalizer of MurmurHash3 (Austin
/// Appleby, public domain).
public final class FrameSeed {
    private static final long PER_POSITION = 0x9e3779b97f4a7c15L;
    private static final long PER_LENGTH = 0xc4ceb9fe1a85ec53L;

    private FrameSeed() {}

    /// @return what all frames of one epoch in one shard share
    public static long of(long walIdHigh, long walIdLow, int shard, long epochId) {
        return mix(mix(mix(mix(walIdHigh) ^ walIdLow) ^ epochId) ^ shard);
    }

    /// @return what is xored into the CRC32C of a frame
    public static int at(long seed, long position, int length) {
        return (int) ((seed + position) * PER_POSITION + length * PER_LENGTH >>> 32);
    }

    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 33) * 0xff51afd7ed558ccdL;
        z = (z ^ z >>> 33) * 0xc4ceb9fe1a85ec53L;
        return z ^ z >>> 33;
    }
}
