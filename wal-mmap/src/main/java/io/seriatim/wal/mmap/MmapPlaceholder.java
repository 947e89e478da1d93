package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import io.seriatim.wal.format.SegmentHeader;
import org.agrona.collections.Long2LongHashMap;

/// Something to compile until the real sources arrive.
public final class MmapPlaceholder {
    private MmapPlaceholder() {}

    /// Puts one hash into a map.
    ///
    /// @return the number of entries, which is one
    public static int size() {
        Long2LongHashMap map = new Long2LongHashMap(-1);
        map.put(Labels.of("a", "one").hash64(), SegmentHeader.VERSION);
        return map.size();
    }
}
