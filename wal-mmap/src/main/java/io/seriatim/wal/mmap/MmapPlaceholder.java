package io.seriatim.wal.mmap;

import io.seriatim.wal.Placeholder;
import io.seriatim.wal.format.FormatPlaceholder;
import org.agrona.collections.Long2LongHashMap;

/// Something to compile until the real sources arrive. See [Placeholder].
public final class MmapPlaceholder {
    private MmapPlaceholder() {}

    /// Puts one hash into a map.
    ///
    /// @return the number of entries, which is one
    public static int size() {
        Long2LongHashMap map = new Long2LongHashMap(-1);
        map.put(Placeholder.hash("one"), FormatPlaceholder.VERSION);
        return map.size();
    }
}
