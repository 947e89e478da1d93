package io.seriatim.wal.format;

import io.seriatim.wal.Lsn;
import io.seriatim.wal.WalConfig;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/// The first 512 bytes of a segment file. Written once, before the file gets its name, and never again.
///
/// ```
///   0 magic "SERIATIM"     | 8 version int       | 12 header bytes int (4096)
///  16 walId                                      (two longs)
///  32 shard int            | 36 shards int       | 40 epochId long
///  48 epoch long                                 | 56 sequence long
///  64 predecessor long (-1: none)                | 72 base long
///  80 segmentBytes int     | 84 time unit int    | 88 created, ms since 1970 long
///  96 bootId                                     (two longs, 0: unknown)
/// 112 zeros                                ...     508 crc int: CRC32C of bytes 0 to 507
/// ```
///
/// The frame at file offset `o` has position `base + o`; the next segment's base is `base + segmentBytes`,
/// wherever this one's last frame ends. Bytes 512 to 2047 and 2560 to 4095 are zeros; [SealBlock] is at 2048.
///
/// @param walId        identity of the log
/// @param shard        which shard
/// @param shards       number of shards in this epoch
/// @param epochId      random, new at each opening: never a clock, never a counter
/// @param epoch        how many times the log had been opened; orders epochs
/// @param sequence     number of the file within its shard, never used twice
/// @param predecessor  sequence of the segment that this one follows, -1 for the first of a shard
/// @param base         position of the file's first byte
/// @param segmentBytes length of the file
/// @param timeUnit     unit of every timestamp
/// @param createdMs    milliseconds since 1970, information only
/// @param bootId       identity of the machine's run, to tell a dead process from a power cut; zero if unknown
public record SegmentHeader(
        UUID walId,
        int shard,
        int shards,
        long epochId,
        long epoch,
        long sequence,
        long predecessor,
        long base,
        int segmentBytes,
        TimeUnit timeUnit,
        long createdMs,
        UUID bootId) {
    /// "SERIATIM", read as a little-endian long.
    public static final long MAGIC = 0x4d49544149524553L;
    /// The version that this program reads and writes.
    public static final int VERSION = 1;
    /// Bytes before the first frame.
    public static final int HEADER_BYTES = 4096;
    /// Bytes of the header block itself, one sector.
    public static final int BLOCK_BYTES = 512;
    /// Offset of the checksum in the block.
    public static final int CRC_OFFSET = BLOCK_BYTES - Integer.BYTES;
    /// Offset of the format version.
    public static final int VERSION_OFFSET = 8;

    /// @return the block
    public byte[] encode() {
        final byte[] block = new byte[BLOCK_BYTES];
        Bytes.putLong(block, 0, MAGIC);
        Bytes.putInt(block, VERSION_OFFSET, VERSION);
        Bytes.putInt(block, 12, HEADER_BYTES);
        Bytes.putLong(block, 16, walId.getMostSignificantBits());
        Bytes.putLong(block, 24, walId.getLeastSignificantBits());
        Bytes.putInt(block, 32, shard);
        Bytes.putInt(block, 36, shards);
        Bytes.putLong(block, 40, epochId);
        Bytes.putLong(block, 48, epoch);
        Bytes.putLong(block, 56, sequence);
        Bytes.putLong(block, 64, predecessor);
        Bytes.putLong(block, 72, base);
        Bytes.putInt(block, 80, segmentBytes);
        Bytes.putInt(block, 84, timeUnit.ordinal());
        Bytes.putLong(block, 88, createdMs);
        Bytes.putLong(block, 96, bootId.getMostSignificantBits());
        Bytes.putLong(block, 104, bootId.getLeastSignificantBits());
        Bytes.putInt(block, CRC_OFFSET, crc(block));
        return block;
    }

    /// Reads a block of [#BLOCK_BYTES] bytes. The version is looked at by [#version] before.
    ///
    /// @throws MalformedFrameException saying what is wrong with it
    public static SegmentHeader decode(byte[] block) throws MalformedFrameException {
        if (Bytes.getLong(block, 0) != MAGIC) {
            throw new MalformedFrameException("no segment: magic=0x" + Long.toHexString(Bytes.getLong(block, 0)));
        }
        final int stored = Bytes.getInt(block, CRC_OFFSET);
        if (stored != crc(block)) {
            throw new MalformedFrameException("header checksum: expected=0x" + Integer.toHexString(crc(block))
                    + " stored=0x" + Integer.toHexString(stored));
        }
        if (Bytes.getInt(block, VERSION_OFFSET) != VERSION) {
            throw new MalformedFrameException("header of another version: version=" + version(block));
        }
        final TimeUnit[] units = TimeUnit.values();
        final int unit = Bytes.getInt(block, 84);
        if (unit < 0 || unit >= units.length) {
            throw new MalformedFrameException("header names no time unit: ordinal=" + unit);
        }
        final SegmentHeader header = new SegmentHeader(
                new UUID(Bytes.getLong(block, 16), Bytes.getLong(block, 24)),
                Bytes.getInt(block, 32),
                Bytes.getInt(block, 36),
                Bytes.getLong(block, 40),
                Bytes.getLong(block, 48),
                Bytes.getLong(block, 56),
                Bytes.getLong(block, 64),
                Bytes.getLong(block, 72),
                Bytes.getInt(block, 80),
                units[unit],
                Bytes.getLong(block, 88),
                new UUID(Bytes.getLong(block, 96), Bytes.getLong(block, 104)));
        if (Bytes.getInt(block, 12) != HEADER_BYTES
                || header.segmentBytes < WalConfig.MIN_SEGMENT_BYTES
                || header.segmentBytes > WalConfig.MAX_SEGMENT_BYTES
                || header.segmentBytes % HEADER_BYTES != 0
                || header.base < 0
                || header.base >= Lsn.POSITION_LIMIT - header.segmentBytes
                || header.base % FrameLayout.ALIGNMENT != 0
                || header.sequence < 0
                || header.predecessor < -1
                || header.predecessor >= header.sequence
                || header.shard < 0
                || header.shard >= Lsn.MAX_SHARDS
                || header.shards < 1
                || header.shards > Lsn.MAX_SHARDS) {
            throw new MalformedFrameException("header contradicts itself: " + header);
        }
        return header;
    }

    /// @return the format version of a block that starts with the magic, or -1 if it does not
    public static int version(byte[] block) {
        return Bytes.getLong(block, 0) == MAGIC ? Bytes.getInt(block, VERSION_OFFSET) : -1;
    }

    /// @return the seed of this segment's checksums
    public long seed() {
        return FrameSeed.of(walId.getMostSignificantBits(), walId.getLeastSignificantBits(), shard, epochId);
    }

    private static int crc(byte[] block) {
        final CRC32C crc = new CRC32C();
        crc.update(block, 0, CRC_OFFSET);
        return (int) crc.getValue();
    }
}
