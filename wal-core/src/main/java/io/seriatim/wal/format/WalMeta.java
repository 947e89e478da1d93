package io.seriatim.wal.format;

import io.seriatim.wal.Lsn;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/// The content of `wal.meta`: who the log is, how often it was opened, and below which positions it has been
/// truncated.
/// Replaced as a whole. If it is lost, everything but the floors can be rebuilt from the segments' headers.
///
/// ```
///   0 magic "SERIMETA" | 8 version int | 12 time unit int | 16 walId (two longs) | 32 epoch long
///  40 floorCount int | 44 zero int | 48 floors, one long a shard | crc int: CRC32C of everything before it
/// ```
///
/// @param walId    identity of the log
/// @param timeUnit unit of every timestamp
/// @param epoch    how many times the log was opened
/// @param floors   per shard the position below which nothing is kept
public record WalMeta(UUID walId, TimeUnit timeUnit, long epoch, long[] floors) {
    /// "SERIMETA", read as a little-endian long.
    public static final long MAGIC = 0x4154454d49524553L;
    /// The longest file that is read.
    public static final int MAX_BYTES = 64 * 1024;

    private static final int FLOORS_OFFSET = 48;

    /// @return the file's content
    public byte[] encode() {
        final byte[] bytes = new byte[FLOORS_OFFSET + floors.length * Long.BYTES + Integer.BYTES];
        Bytes.putLong(bytes, 0, MAGIC);
        Bytes.putInt(bytes, 8, SegmentHeader.VERSION);
        Bytes.putInt(bytes, 12, timeUnit.ordinal());
        Bytes.putLong(bytes, 16, walId.getMostSignificantBits());
        Bytes.putLong(bytes, 24, walId.getLeastSignificantBits());
        Bytes.putLong(bytes, 32, epoch);
        Bytes.putInt(bytes, 40, floors.length);
        for (int shard = 0; shard < floors.length; shard++) {
            Bytes.putLong(bytes, FLOORS_OFFSET + shard * Long.BYTES, floors[shard]);
        }
        Bytes.putInt(bytes, bytes.length - Integer.BYTES, crc(bytes));
        return bytes;
    }

    /// Reads a file's content. The version is looked at by [#version] before.
    ///
    /// @throws MalformedFrameException saying what is wrong with it
    public static WalMeta decode(byte[] bytes) throws MalformedFrameException {
        if (bytes.length < FLOORS_OFFSET + Integer.BYTES || Bytes.getLong(bytes, 0) != MAGIC) {
            throw new MalformedFrameException("no wal.meta: length=" + bytes.length);
        }
        if (Bytes.getInt(bytes, bytes.length - Integer.BYTES) != crc(bytes)) {
            throw new MalformedFrameException("wal.meta checksum: expected=0x" + Integer.toHexString(crc(bytes)));
        }
        if (Bytes.getInt(bytes, 8) != SegmentHeader.VERSION) {
            throw new MalformedFrameException("wal.meta of another version: version=" + version(bytes));
        }
        final int count = Bytes.getInt(bytes, 40);
        final int unit = Bytes.getInt(bytes, 12);
        if (count < 0
                || count > Lsn.MAX_SHARDS
                || bytes.length != FLOORS_OFFSET + count * Long.BYTES + Integer.BYTES
                || Bytes.getInt(bytes, 44) != 0
                || unit < 0
                || unit >= TimeUnit.values().length) {
            throw new MalformedFrameException("wal.meta contradicts itself: floors=" + count + " timeUnit=" + unit);
        }
        final long[] floors = new long[count];
        for (int shard = 0; shard < count; shard++) {
            floors[shard] = Bytes.getLong(bytes, FLOORS_OFFSET + shard * Long.BYTES);
            if (floors[shard] < 0 || floors[shard] >= Lsn.POSITION_LIMIT) {
                throw new MalformedFrameException(
                        "wal.meta: floor out of range: shard=" + shard + " floor=" + floors[shard]);
            }
        }
        return new WalMeta(
                new UUID(Bytes.getLong(bytes, 16), Bytes.getLong(bytes, 24)),
                TimeUnit.values()[unit],
                Bytes.getLong(bytes, 32),
                floors);
    }

    /// @return the format version of a file that starts with the magic, or -1 if it does not
    public static int version(byte[] bytes) {
        return bytes.length >= FLOORS_OFFSET && Bytes.getLong(bytes, 0) == MAGIC ? Bytes.getInt(bytes, 8) : -1;
    }

    /// @return the floor of a shard, 0 if it has none
    public long floor(int shard) {
        return shard < floors.length ? floors[shard] : 0;
    }

    private static int crc(byte[] bytes) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - Integer.BYTES);
        return (int) crc.getValue();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WalMeta that
                && walId.equals(that.walId)
                && timeUnit == that.timeUnit
                && epoch == that.epoch
                && Arrays.equals(floors, that.floors);
    }

    @Override
    public int hashCode() {
        return walId.hashCode() ^ Arrays.hashCode(floors);
    }

    @Override
    public String toString() {
        return "WalMeta[walId=" + walId + ", timeUnit=" + timeUnit + ", epoch=" + epoch + ", floors="
                + Arrays.toString(floors) + "]";
    }
}
