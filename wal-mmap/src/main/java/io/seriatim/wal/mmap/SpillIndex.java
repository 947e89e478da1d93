package io.seriatim.wal.mmap;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ThreadLocalRandom;

/// From references to places in a file, in 16 bytes a place outside of the heap. Not thread-safe.
///
/// ```
/// place:  long ref, as it is unsigned, plus 1 (0: free) | long position
/// ```
///
/// As in [RefTable] a random number decides where a reference goes, so that nobody can forge some that collide.
final class SpillIndex implements AutoCloseable {
    private static final int PLACE_BYTES = 2 * Long.BYTES;
    private static final long MIN_PLACES = 1024;

    private final long multiplier = ThreadLocalRandom.current().nextLong() | 1;
    private Arena arena = Arena.ofShared();
    private MemorySegment places = arena.allocate(MIN_PLACES * PLACE_BYTES, Long.BYTES);
    private long capacity = MIN_PLACES;
    private long size;

    /// @return the position, or -1
    long get(int ref) {
        final long place = find(places, capacity, ref);
        return key(places, place) == 0 ? -1 : position(places, place);
    }

    /// Adds a reference that is not there.
    void put(int ref, long position) {
        if (3 * ++size > 2 * capacity) {
            grow();
        }
        store(places, find(places, capacity, ref), ref, position);
    }

    private long find(MemorySegment places, long capacity, int ref) {
        final long key = Integer.toUnsignedLong(ref) + 1;
        long place = key * multiplier >>> Long.numberOfLeadingZeros(capacity - 1);
        while (key(places, place) != 0 && key(places, place) != key) {
            place = place + 1 & capacity - 1;
        }
        return place;
    }

    private static long key(MemorySegment places, long place) {
        return places.get(ValueLayout.JAVA_LONG, place * PLACE_BYTES);
    }

    private static long position(MemorySegment places, long place) {
        return places.get(ValueLayout.JAVA_LONG, place * PLACE_BYTES + Long.BYTES);
    }

    private static void store(MemorySegment places, long place, int ref, long position) {
        places.set(ValueLayout.JAVA_LONG, place * PLACE_BYTES, Integer.toUnsignedLong(ref) + 1);
        places.set(ValueLayout.JAVA_LONG, place * PLACE_BYTES + Long.BYTES, position);
    }

    private void grow() {
        final Arena larger = Arena.ofShared();
        final long twice = 2 * capacity;
        final MemorySegment moved = larger.allocate(twice * PLACE_BYTES, Long.BYTES);
        for (long place = 0; place < capacity; place++) {
            if (key(places, place) != 0) {
                final int ref = (int) (key(places, place) - 1);
                store(moved, find(moved, twice, ref), ref, position(places, place));
            }
        }
        arena.close();
        arena = larger;
        places = moved;
        capacity = twice;
    }

    @Override
    public void close() {
        arena.close();
    }
}
