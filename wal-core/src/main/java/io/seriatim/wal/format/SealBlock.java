package io.seriatim.wal.format;

import java.util.zip.CRC32C;

/// Written in its own sector once a segment is finished and forced, so that it can be listed and skipped by time
/// without being read. Advice: a reader that reads the segment believes the frames.
///
/// ```
/// 2048 magic "SEALED\0\0" | +8 end int, +12 zero | +16 records | +24 samples | +32 definitions
/// +40 min timestamp | +48 max timestamp | +56 crc int: CRC32C of +0 to +55, xor FrameSeed at position base, length
/// 60
/// ```
///
/// @param end          file offset just past the last frame
/// @param records      records, pads and marks not counted
/// @param samples      samples
/// @param definitions  series definitions
/// @param minTimestamp smallest timestamp, `Long.MAX_VALUE` if there are no samples
/// @param maxTimestamp largest timestamp, `Long.MIN_VALUE` if there are no samples
public record SealBlock(int end, long records, long samples, long definitions, long minTimestamp, long maxTimestamp) {
    /// "SEALED" and two zeros, read as a little-endian long.
    public static final long MAGIC = 0x000044454c414553L;
    /// Offset in the segment file.
    public static final int OFFSET = 2048;
    /// Length in bytes.
    public static final int LENGTH = 60;

    private static final int CRC_OFFSET = 56;

    /// @param seed of the segment
    /// @param base of the segment
    /// @return the block, checksum included
    public byte[] encode(long seed, long base) {
        final byte[] block = new byte[LENGTH];
        Bytes.putLong(block, 0, MAGIC);
        Bytes.putInt(block, 8, end);
        Bytes.putLong(block, 16, records);
        Bytes.putLong(block, 24, samples);
        Bytes.putLong(block, 32, definitions);
        Bytes.putLong(block, 40, minTimestamp);
        Bytes.putLong(block, 48, maxTimestamp);
        Bytes.putInt(block, CRC_OFFSET, crc(block, 0, seed, base));
        return block;
    }

    /// Reads the block that starts at `offset`.
    ///
    /// @param segmentBytes length of the segment, which bounds the end
    /// @return the seal, or null if there is no valid one: the segment is not sealed
    public static SealBlock decode(byte[] source, int offset, long seed, long base, int segmentBytes) {
        if (Bytes.getLong(source, offset) != MAGIC
                || Bytes.getInt(source, offset + CRC_OFFSET) != crc(source, offset, seed, base)) {
            return null;
        }
        final int end = Bytes.getInt(source, offset + 8);
        final SealBlock seal = new SealBlock(
                end,
                Bytes.getLong(source, offset + 16),
                Bytes.getLong(source, offset + 24),
                Bytes.getLong(source, offset + 32),
                Bytes.getLong(source, offset + 40),
                Bytes.getLong(source, offset + 48));
        return end < SegmentHeader.HEADER_BYTES
                        || end > segmentBytes
                        || end % FrameLayout.ALIGNMENT != 0
                        || Bytes.getInt(source, offset + 12) != 0
                        || seal.records < 0
                        || seal.samples < 0
                        || seal.definitions < 0
                ? null
                : seal;
    }

    private static int crc(byte[] source, int offset, long seed, long base) {
        final CRC32C crc = new CRC32C();
        crc.update(source, offset, CRC_OFFSET);
        return (int) crc.getValue() ^ FrameSeed.at(seed, base, LENGTH);
    }
}
