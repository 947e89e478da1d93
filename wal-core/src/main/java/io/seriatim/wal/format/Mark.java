package io.seriatim.wal.format;

import io.seriatim.wal.Lsn;

/// A flush mark: what the log asserts about its own durability. All positions are of one shard.
///
/// ```
/// offset 16 durable | 24 from | 32 to | 40 records | 48 wallClockMs      aux: flags, word: 0
/// ```
///
/// The log says "everything of this epoch below `durable` had been forced before I was written". `from`, `to` and
/// `records` describe the batch whose force the mark introduces; nothing is asserted about it yet.
///
/// @param durable     durable position when the mark was written
/// @param from        where the batch begins
/// @param to          the committed frontier captured before the mark was claimed: where the batch ends
/// @param records     records in `[from, to)`
/// @param wallClockMs milliseconds since 1970, information only
/// @param flags       0, [#IDLE] or [#CLOSE]
public record Mark(long durable, long from, long to, long records, long wallClockMs, int flags) {
    /// The closing assertion of an idle log.
    public static final int IDLE = 1;
    /// The last frame of a log that was closed cleanly.
    public static final int CLOSE = 2;

    /// 64-bit fields of the payload.
    public static final int FIELDS = 5;
    /// Length of the frame, in bytes.
    public static final int LENGTH = FrameLayout.PAYLOAD_OFFSET + FIELDS * Long.BYTES;

    /// Reads the frame of `length` bytes at `offset`, whose checksum is right.
    ///
    /// @throws MalformedFrameException if it has another length or contradicts itself
    public static Mark decode(byte[] source, int offset, int length) throws MalformedFrameException {
        if (length != LENGTH) {
            throw new MalformedFrameException("mark of another length: length=" + length);
        }
        final int at = offset + FrameLayout.PAYLOAD_OFFSET;
        final Mark mark = new Mark(
                Bytes.getLong(source, at),
                Bytes.getLong(source, at + 8),
                Bytes.getLong(source, at + 16),
                Bytes.getLong(source, at + 24),
                Bytes.getLong(source, at + 32),
                FrameLayout.aux(Bytes.getInt(source, offset + FrameLayout.TYPE_OFFSET)));
        if (mark.durable < 0
                || mark.from < mark.durable
                || mark.to < mark.from
                || mark.to >= Lsn.POSITION_LIMIT
                || mark.records < 0
                || (mark.flags & ~(IDLE | CLOSE)) != 0
                || Bytes.getInt(source, offset + FrameLayout.WORD_OFFSET) != 0) {
            throw new MalformedFrameException("mark contradicts itself: " + mark);
        }
        return mark;
    }
}
