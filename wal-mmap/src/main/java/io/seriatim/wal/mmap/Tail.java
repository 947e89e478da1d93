package io.seriatim.wal.mmap;

import io.seriatim.wal.format.FrameLayout;

/// The word that producers claim with: where the next frame of a shard goes, and whether there may be one.
///
/// ```
///  63     62       61         32 31                      0
/// +------+--------+-------------+-------------------------+
/// |closed|poisoned|   ordinal   | offset, in units of 8   |
/// +------+--------+-------------+-------------------------+
/// ```
///
/// `ordinal` counts the segments that this process has opened in the shard. The offset has room beyond the longest
/// segment for the longest frame of more than a thousand threads: claims that come too late still add to it, but
/// nobody adds who has read an offset at or past the segment's end.
final class Tail {
    static final long CLOSED = 1L << 63;
    static final long POISONED = 1L << 62;
    static final int MAX_ORDINAL = (1 << 30) - 1;

    static final int UNIT_SHIFT = 3;
    static final long OFFSET_MASK = 0xffff_ffffL;

    private Tail() {}

    static long of(int ordinal, long offset) {
        return (long) ordinal << 32 | offset >>> UNIT_SHIFT;
    }

    /// @return what to add to claim so many bytes, a multiple of 8
    static long units(int bytes) {
        return bytes / FrameLayout.ALIGNMENT;
    }

    static boolean isOpen(long tail) {
        return (tail & (CLOSED | POISONED)) == 0;
    }

    static boolean isPoisoned(long tail) {
        return (tail & POISONED) != 0;
    }

    static int ordinal(long tail) {
        return (int) (tail >>> 32) & MAX_ORDINAL;
    }

    /// @return the offset in the segment's file, in bytes
    static long offset(long tail) {
        return (tail & OFFSET_MASK) << UNIT_SHIFT;
    }
}
