package io.seriatim.wal.format;

import io.seriatim.wal.Lsn;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/// The content of `consumers/NAME`: how far a named consumer has come in each shard. Replaced as a whole.
///
/// ```
///   0 magic "SERICONS" | 8 version int | 12 zero int | 16 walId (two longs) | 32 count int | 36 zero int
///  40 positions, one long a shard | crc int: CRC32C of everything before it
/// ```
///
/// @param walId     the log that the positions are of
/// @param positions per shard the position below which the consumer needs nothing any more
public record ConsumerPosition(UUID walId, long[] positions) {
    /// "SERICONS", read as a little-endian long.
    public static final long MAGIC = 0x534e4f4349524553L;
    /// The longest file that is read.
    public static final int MAX_BYTES = 64 * 1024;

    private static final int POSITIONS_OFFSET = 40;

    /// @return the file's content
    public byte[] encode() {
        final byte[] bytes = new byte[POSITIONS_OFFSET + positions.length * Long.BYTES + Integer.BYTES];
        Bytes.putLong(bytes, 0, MAGIC);
        Bytes.putInt(bytes, 8, SegmentHeader.VERSION);
        Bytes.putLong(bytes, 16, walId.getMostSignificantBits());
        Bytes.putLong(bytes, 24, walId.getLeastSignificantBits());
        Bytes.putInt(bytes, 32, positions.length);
        for (int shard = 0; shard < positions.length; shard++) {
            Bytes.putLong(bytes, POSITIONS_OFFSET + shard * Long.BYTES, positions[shard]);
        }
        Bytes.putInt(bytes, bytes.length - Integer.BYTES, crc(bytes));
        return bytes;
    }

    /// Reads a file's content.
    ///
    /// @throws MalformedFrameException saying what is wrong with it
    public static ConsumerPosition decode(byte[] bytes) throws MalformedFrameException {
        if (bytes.length < POSITIONS_OFFSET + Integer.BYTES || Bytes.getLong(bytes, 0) != MAGIC) {
            throw new MalformedFrameException("no consumer's position: length=" + bytes.length);
        }
        if (Bytes.getInt(bytes, 8) != SegmentHeader.VERSION) {
            throw new MalformedFrameException("of another version: version=" + Bytes.getInt(bytes, 8));
        }
        if (Bytes.getInt(bytes, bytes.length - Integer.BYTES) != crc(bytes)) {
            throw new MalformedFrameException("checksum: expected=0x" + Integer.toHexString(crc(bytes)));
        }
        final int count = Bytes.getInt(bytes, 32);
        if (count < 0
                || count > Lsn.MAX_SHARDS
                || bytes.length != POSITIONS_OFFSET + count * Long.BYTES + Integer.BYTES
                || Bytes.getInt(bytes, 12) != 0
                || Bytes.getInt(bytes, 36) != 0) {
            throw new MalformedFrameException("contradicts itself: positions=" + count + " length=" + bytes.length);
        }
        final long[] positions = new long[count];
        for (int shard = 0; shard < count; shard++) {
            positions[shard] = Bytes.getLong(bytes, POSITIONS_OFFSET + shard * Long.BYTES);
            if (positions[shard] < 0 || positions[shard] >= Lsn.POSITION_LIMIT) {
                throw new MalformedFrameException(
                        "position out of range: shard=" + shard + " position=" + positions[shard]);
            }
        }
        return new ConsumerPosition(new UUID(Bytes.getLong(bytes, 16), Bytes.getLong(bytes, 24)), positions);
    }

    /// @return the position in a shard, 0 if the consumer has not heard of that shard yet
    public long position(int shard) {
        return shard < positions.length ? positions[shard] : 0;
    }

    private static int crc(byte[] bytes) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - Integer.BYTES);
        return (int) crc.getValue();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConsumerPosition that
                && walId.equals(that.walId)
                && Arrays.equals(positions, that.positions);
    }

    @Override
    public int hashCode() {
        return walId.hashCode() ^ Arrays.hashCode(positions);
    }

    @Override
    public String toString() {
        return "ConsumerPosition[walId=" + walId + ", positions=" + Arrays.toString(positions) + "]";
    }
}
