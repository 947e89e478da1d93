package io.seriatim.tools.sort;

import io.seriatim.wal.Labels;
import io.seriatim.wal.Samples;
import java.io.IOException;
import java.util.Arrays;

/// As many samples as fit a fixed piece of memory, by series. Allocates nothing once it is made, but for the
/// key of a series at its first sample. Not thread-safe.
///
/// A series is an entry found by a hash of its labels; its samples are a chain of chunks in one array, each
/// twice as long as the one before: little is wasted on a series of one sample, and little is chased for one of
/// many.
///
/// ```
/// chunks:  | next, capacity, used | timestamp | bits | timestamp | bits | ...
/// ```
final class RunBuffer {
    private static final int MOST_CHUNK_SAMPLES = 128;
    private static final int NONE = -1;
    private static final int BYTES_PER_ENTRY = 64; // six columns, two slots, and place to sort them

    private final byte[] keys;
    private final long[] chunks;
    private final SampleSort sort;
    private final int[] slots;
    private final int[] keyAt;
    private final int[] keyLength;
    private final int[] labelsAt;
    private final int[] first;
    private final int[] last;
    private final int[] count;
    private final EntrySort order;

    private int entries;
    private int keysUsed;
    private int chunksUsed;

    /// @param memoryBytes how much it takes, all together
    RunBuffer(long memoryBytes) {
        final int bytes = (int) Math.min(memoryBytes, 1 << 30);
        this.keys = new byte[Math.max(bytes / 4, 256 * 1024)];
        final int most = bytes / 8 / BYTES_PER_ENTRY;
        this.slots = new int[Integer.highestOneBit(2 * most - 1)];
        this.keyAt = new int[most];
        this.keyLength = new int[most];
        this.labelsAt = new int[most];
        this.first = new int[most];
        this.last = new int[most];
        this.count = new int[most];
        this.order = new EntrySort(most);
        this.sort = new SampleSort(bytes / 4);
        this.chunks = new long[bytes / 8 * 3 / Long.BYTES];
        clear();
    }

    void clear() {
        Arrays.fill(slots, NONE);
        entries = 0;
        keysUsed = 0;
        chunksUsed = 0;
    }

    boolean isEmpty() {
        return entries == 0;
    }

    /// Adds samples of a series from one on, as many as there is room for.
    ///
    /// @return the index of the first that it has no room for; -1 if it has not even room for the series
    int add(Labels series, Samples samples, int from) {
        final int entry = entry((int) (series.hash64() ^ series.hash64() >>> 32), null, series);
        if (entry == NONE) {
            return NONE;
        }
        int i = from;
        while (i < samples.count() && add(entry, samples.timestamp(i), samples.valueBits(i))) {
            i++;
        }
        return i;
    }

    /// Adds one sample under any key.
    ///
    /// @return false if there is no room
    boolean add(byte[] key, long timestamp, long bits) {
        final int entry = entry(Arrays.hashCode(key), key, null);
        return entry != NONE && add(entry, timestamp, bits);
    }

    /// @return the entry of a series, or of a key; -1 if there is no room for another
    private int entry(int hash, byte[] key, Labels series) {
        final int mask = slots.length - 1;
        int slot = hash * 0x9E3779B9 >>> 7 & mask;
        for (; slots[slot] != NONE; slot = slot + 1 & mask) {
            final int entry = slots[slot];
            final int labels = labelsAt[entry];
            final int end = keyAt[entry] + keyLength[entry];
            final boolean same = series == null
                    ? Arrays.equals(keys, keyAt[entry], end, key, 0, key.length)
                    : labels >= 0 && series.encodedEquals(keys, labels, end - labels);
            if (same) {
                return entry;
            }
        }
        final byte[] added = series == null ? key : SortKey.of(series);
        if (entries == count.length || entries >= slots.length * 3 / 4 || added.length > keys.length - keysUsed) {
            return NONE;
        }
        System.arraycopy(added, 0, keys, keysUsed, added.length);
        keyAt[entries] = keysUsed;
        keyLength[entries] = added.length;
        labelsAt[entries] = series == null ? NONE : keysUsed + added.length - series.encodedLength();
        first[entries] = NONE;
        last[entries] = NONE;
        count[entries] = 0;
        keysUsed += added.length;
        slots[slot] = entries;
        return entries++;
    }

    private boolean add(int entry, long timestamp, long bits) {
        if (count[entry] == sort.mostSamples()) {
            return false;
        }
        if (last[entry] == NONE || used(last[entry]) == capacity(last[entry])) {
            if (!addChunk(entry)) {
                return false;
            }
        }
        final int chunk = last[entry];
        final int at = chunk + 1 + 2 * used(chunk);
        chunks[at] = timestamp;
        chunks[at + 1] = bits;
        chunks[chunk]++;
        count[entry]++;
        return true;
    }

    private boolean addChunk(int entry) {
        final int before = last[entry];
        final int capacity = before == NONE ? 1 : Math.min(2 * capacity(before), MOST_CHUNK_SAMPLES);
        final int longs = 1 + 2 * capacity;
        if (longs > chunks.length - chunksUsed) {
            return false;
        }
        chunks[chunksUsed] = header(NONE, capacity, 0);
        if (before == NONE) {
            first[entry] = chunksUsed;
        } else {
            chunks[before] = header(chunksUsed, capacity(before), used(before));
        }
        last[entry] = chunksUsed;
        chunksUsed += longs;
        return true;
    }

    private static long header(int next, int capacity, int used) {
        return (long) next << 32 | capacity << 16 | used;
    }

    private int next(int chunk) {
        return (int) (chunks[chunk] >> 32);
    }

    private int capacity(int chunk) {
        return (int) chunks[chunk] >>> 16;
    }

    private int used(int chunk) {
        return (int) chunks[chunk] & 0xffff;
    }

    /// Writes everything, series by series in the order of their keys, the samples of each in the order of
    /// their times.
    void writeTo(RunWriter run) throws IOException {
        order.sort(entries, this::compare);
        for (int i = 0; i < entries; i++) {
            final int entry = order.at(i);
            run.series(keys, keyAt[entry], keyLength[entry], count[entry]);
            sort.clear();
            for (int chunk = first[entry]; chunk != NONE; chunk = next(chunk)) {
                sort.add(chunks, chunk + 1, used(chunk));
            }
            sort.sortByTime();
            for (int s = 0; s < sort.samples(); s++) {
                run.sample(sort.timestamp(s), sort.bits(s));
            }
        }
    }

    private int compare(int a, int b) {
        return Arrays.compareUnsigned(keys, keyAt[a], keyAt[a] + keyLength[a], keys, keyAt[b], keyAt[b] + keyLength[b]);
    }
}
