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

    private static final int DURABLE_OFFSET = FrameLayout.PAYLOAD_OFFSET;
    private static final int FROM_OFFSET = DURABLE_OFFSET + Long.BYTES;
    private static final int TO_OFFSET = FROM_OFFSET + Long.BYTES;
    private static final int RECORDS_OFFSET = TO_OFFSET + Long.BYTES;
    private static final int WALL_CLOCK_OFFSET = RECORDS_OFFSET + Long.BYTES;

    /// Reads the frame of `length` bytes at `offset`, whose checksum is right.
    ///
    /// @throws MalformedFrameException if it has another length or contradicts itself
    public static Mark decode(byte[] source, int offset, int length) throws MalformedFrameException {
        check(source, offset, length);
        return read(source, offset);
    }

    /// Checks the same without making an object: a replay meets a mark every few milliseconds of the log.
    ///
    /// @throws MalformedFrameException if it has another length or contradicts itself
    public static void check(byte[] source, int offset, int length) throws MalformedFrameException {
        if (length != LENGTH) {
            throw new MalformedFrameException("mark of another length: length=" + length);
        }
        final long durable = durable(source, offset);
        final long from = Bytes.getLong(source, offset + FROM_OFFSET);
        final long to = to(source, offset);
        if (durable < 0
                || from < durable
                || to < from
                || to >= Lsn.POSITION_LIMIT
                || Bytes.getLong(source, offset + RECORDS_OFFSET) < 0
                || (flags(source, offset) & ~(IDLE | CLOSE)) != 0
                || Bytes.getInt(source, offset + FrameLayout.WORD_OFFSET) != 0) {
            throw new MalformedFrameException("mark contradicts itself: " + read(source, offset));
        }
    }

    private static Mark read(byte[] source, int offset) {
        return new Mark(
                durable(source, offset),
                Bytes.getLong(source, offset + FROM_OFFSET),
                to(source, offset),
                Bytes.getLong(source, offset + RECORDS_OFFSET),
                Bytes.getLong(source, offset + WALL_CLOCK_OFFSET),
                flags(source, offset));
    }

    /// @return what the mark at `offset` asserts durable
    public static long durable(byte[] source, int offset) {
        return Bytes.getLong(source, offset + DURABLE_OFFSET);
    }

    /// @return where the batch of the mark at `offset` ends: below it every claim had been committed
    public static long to(byte[] source, int offset) {
        return Bytes.getLong(source, offset + TO_OFFSET);
    }

    /// @return the flags of the mark at `offset`
    public static int flags(byte[] source, int offset) {
        return FrameLayout.aux(Bytes.getInt(source, offset + FrameLayout.TYPE_OFFSET));
    }
}
