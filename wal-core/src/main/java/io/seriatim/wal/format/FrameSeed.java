package io.seriatim.wal.format;

/// Makes a checksum valid in one place of one log only.
///
/// The stored checksum is the CRC32C of the frame's bytes xor a 32-bit hash of where it stands: wal id, shard,
/// epoch id, position and length. So a stale frame, one copied elsewhere, or one of another log fails its check,
/// except with a probability of 2^-32; and the CRC of the bytes can be computed before the position is known.
///
/// The mixing function is the 64-bit finalizer of MurmurHash3 (Austin Appleby, public domain).
public final class FrameSeed {
    private FrameSeed() {}

    /// @return what all frames of one epoch in one shard share
    public static long of(long walIdHigh, long walIdLow, int shard, long epochId) {
        return mix(mix(mix(mix(walIdHigh) ^ walIdLow) ^ epochId) ^ shard);
    }

    /// @return what is xored into the CRC32C of a frame
    public static int at(long seed, long position, int length) {
        final long mixed = mix(seed ^ mix(position ^ (long) length << 40 ^ (long) length >>> 24));
        return (int) (mixed ^ mixed >>> 32);
    }

    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 33) * 0xff51afd7ed558ccdL;
        z = (z ^ z >>> 33) * 0xc4ceb9fe1a85ec53L;
        return z ^ z >>> 33;
    }
}
