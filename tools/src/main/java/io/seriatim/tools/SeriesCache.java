package io.seriatim.tools;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Arrays;

/// Handles of series, or what else is known about them, by the bytes that stand for them in the input being read,
/// so that labels are parsed once and not with every sample. A look-up allocates nothing. Bounded: when it is full
/// it forgets everything. Not thread-safe.
///
/// Input repeats itself: scrape follows scrape, or sample follows sample of one series. So each entry remembers
/// which one came after it, and [#predicted] tries that one, and then the same again, before anything is searched
/// or hashed.
///
/// @param <T> what the bytes stand for
public final class SeriesCache<T> {
    private static final int INITIAL_PLACES = 1024;

    private final int limit;
    private final Hasher64 hasher = Hashing.xxh3_64(System.nanoTime()); // nobody can prepare names that collide
    private int[] places = new int[INITIAL_PLACES]; // entry + 1, or 0
    private long[] hashes = new long[INITIAL_PLACES / 2];
    private byte[][] keys = new byte[INITIAL_PLACES / 2][];
    private Object[] handles = new Object[INITIAL_PLACES / 2];
    private int[] successors = new int[INITIAL_PLACES / 2];
    private int size;
    private int last;

    /// @param limit the most series to keep
    public SeriesCache(int limit) {
        this.limit = limit;
    }

    /// Guesses which series comes next: one whose bytes the text from `from` on starts with.
    ///
    /// @return where those bytes end, or -1; the series is then [#handle]
    public int predicted(byte[] bytes, int from, int to) {
        if (size == 0) {
            return -1;
        }
        final int successor = successors[last];
        if (startsWith(bytes, from, to, keys[successor])) {
            last = successor;
            return from + keys[successor].length;
        }
        return startsWith(bytes, from, to, keys[last]) ? from + keys[last].length : -1;
    }

    private static boolean startsWith(byte[] bytes, int from, int to, byte[] key) {
        final int end = from + key.length;
        return end <= to && Arrays.equals(bytes, from, end, key, 0, key.length);
    }

    /// @return the series predicted, found or put last
    @SuppressWarnings("unchecked") // only put stores there
    public T handle() {
        return (T) handles[last];
    }

    /// @return the series that exactly these bytes stand for, or null
    public T find(byte[] bytes, int from, int to) {
        if (predicted(bytes, from, to) == to) {
            return handle();
        }
        final int mask = places.length - 1;
        final long hash = hasher.hashBytesToLong(bytes, from, to - from);
        for (int place = (int) hash & mask; places[place] != 0; place = place + 1 & mask) {
            final int entry = places[place] - 1;
            if (hashes[entry] == hash) {
                final byte[] key = keys[entry];
                if (Arrays.equals(bytes, from, to, key, 0, key.length)) {
                    follow(entry);
                    return handle();
                }
            }
        }
        return null;
    }

    /// Remembers a series that was not found.
    ///
    /// @return true if everything else had to be forgotten for it
    public boolean put(byte[] bytes, int from, int to, T handle) {
        final boolean full = size == limit;
        if (full) {
            clear();
        }
        if (size == keys.length) {
            grow();
        }
        final int entry = size++;
        keys[entry] = Arrays.copyOfRange(bytes, from, to);
        hashes[entry] = hasher.hashBytesToLong(bytes, from, to - from);
        handles[entry] = handle;
        successors[entry] = entry;
        occupy(entry);
        follow(entry);
        return full;
    }

    private void follow(int entry) {
        successors[last] = entry;
        last = entry;
    }

    private void occupy(int entry) {
        final int mask = places.length - 1;
        int place = (int) hashes[entry] & mask;
        while (places[place] != 0) {
            place = place + 1 & mask;
        }
        places[place] = entry + 1;
    }

    private void grow() {
        final int length = 2 * size;
        hashes = Arrays.copyOf(hashes, length);
        keys = Arrays.copyOf(keys, length);
        handles = Arrays.copyOf(handles, length);
        successors = Arrays.copyOf(successors, length);
        places = new int[2 * length];
        for (int entry = 0; entry < size; entry++) {
            occupy(entry);
        }
    }

    /// Forgets everything.
    public void clear() {
        Arrays.fill(places, 0);
        Arrays.fill(keys, null);
        Arrays.fill(handles, null);
        Arrays.fill(successors, 0);
        size = 0;
        last = 0;
    }

    int size() {
        return size;
    }
}
