package io.seriatim.wal.mmap;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// The blocks of a mapping that are taken out of it before a force, in four sizes, so that any range is made up
/// of few of them. Slices are made beforehand, because forcing must not allocate. One thread.
///
/// Blocks of one size, 256 KiB, left half of one at the end of each batch to write-back, which interrupts for each
/// page. Interruptions for the page tables' sake in 40 million appends by handle, forced every 5 ms: 8,655 with
/// those, 2,307 with these.
final class UnmapBlocks {
    private static final long LEAST_BYTES = 16 << 10;
    private static final long MAX_LEAST_BLOCKS = 4096;
    private static final int LEVELS = 4;
    private static final int LEVEL_SHIFT = 2;

    private final int leastShift;
    private final MemorySegment[][] levels = new MemorySegment[LEVELS][];
    private boolean works = true;

    UnmapBlocks(MemorySegment memory) {
        final long least = Math.max(LEAST_BYTES, Long.highestOneBit(memory.byteSize() / MAX_LEAST_BLOCKS));
        this.leastShift = Long.numberOfTrailingZeros(least);
        for (int level = 0; level < LEVELS; level++) {
            final long bytes = 1L << shift(level);
            levels[level] = new MemorySegment[(int) (memory.byteSize() / bytes)];
            Arrays.setAll(levels[level], block -> memory.asSlice(block * bytes, bytes));
        }
    }

    private int shift(int level) {
        return leastShift + level * LEVEL_SHIFT;
    }

    /// Takes the blocks out of the mapping that a force of `[from, to)` completes. Producers are past them.
    void unmap(long from, long to) {
        long at = from >>> leastShift << leastShift;
        final long end = to >>> leastShift << leastShift;
        while (works && at < end) {
            int level = LEVELS - 1;
            while (level > 0 && ((at & (1L << shift(level)) - 1) != 0 || at + (1L << shift(level)) > end)) {
                level--;
            }
            try {
                levels[level][(int) (at >>> shift(level))].unload();
            } catch (Exception refused) { // an IOException, although none is declared
                // Memory that the process has locked (mlockall) is not given back. It is forced all the same, page by
                // page, and only what the force says counts.
                works = false;
            }
            at += 1L << shift(level);
        }
    }
}
