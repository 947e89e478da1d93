package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/// From a reference to its labels, for references that mostly come in order, as series do that are logged in turn.
/// Not thread-safe.
///
/// An open hash table that keeps 64 references in a row side by side: where each has a place of its own, each
/// look-up of a hundred thousand series in turn misses the processor's caches two or three times; here few
/// do, and the processor sees them coming. Where a row goes depends on a random number, so that nobody can
/// forge references that collide: reading hostile files ends in bounded time.
final class RefTable {
    private static final int ROW_BITS = 6;
    private static final int ROW = 1 << ROW_BITS;
    private static final int MIN_CAPACITY = 4 * ROW;
    // To the next row, so that two rows in one place cost one more look and not sixteen; and to the next column, so
    // that
    // every place is reached in the end, whatever the references are.
    private static final int STEP = ROW + 1;

    private final long multiplier = ThreadLocalRandom.current().nextLong() | 1;
    private int[] refs = new int[MIN_CAPACITY];
    private Labels[] labels = new Labels[MIN_CAPACITY]; // null: the place is free
    private int size;

    /// @return the labels, or null
    Labels get(int ref) {
        return labels[find(ref)];
    }

    void put(int ref, Labels value) {
        int index = find(ref);
        if (labels[index] == null && 2 * ++size > labels.length) {
            grow();
            index = find(ref);
        }
        refs[index] = ref;
        labels[index] = value;
    }

    void clear() {
        if (size > 0) {
            Arrays.fill(labels, null);
            size = 0;
        }
    }

    /// @return where the reference is, or the free place for it
    private int find(int ref) {
        final int[] refs = this.refs;
        final Labels[] labels = this.labels;
        final int mask = labels.length - 1;
        final int row = (int) ((ref >>> ROW_BITS) * multiplier >>> Long.numberOfLeadingZeros(mask >>> ROW_BITS));
        int index = row << ROW_BITS | ref & ROW - 1;
        while (labels[index] != null && refs[index] != ref) {
            index = index + STEP & mask;
        }
        return index;
    }

    private void grow() {
        final int[] oldRefs = refs;
        final Labels[] oldLabels = labels;
        refs = new int[2 * oldRefs.length];
        labels = new Labels[refs.length];
        for (int i = 0; i < oldLabels.length; i++) {
            if (oldLabels[i] != null) {
                final int index = find(oldRefs[i]);
                refs[index] = oldRefs[i];
                labels[index] = oldLabels[i];
            }
        }
    }
}
