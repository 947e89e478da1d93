package io.seriatim.wal.adapters;

import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.Wal;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Finds series by the bytes of their labels where they lie. Only a series that is met for the first time is copied.
/// Open addressing, at most half full. Not thread-safe.
final class InPlaceSeries {
    private static final int INITIAL_SLOTS = 64;
    private static final long MIX = 0x9E3779B97F4A7C15L;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private final Wal wal;
    private long[] hashes = new long[INITIAL_SLOTS];
    private Known[] known = new Known[INITIAL_SLOTS];
    private int size;

    /// A series and its encoded labels.
    private record Known(byte[] encoded, SeriesHandle handle) {}

    InPlaceSeries(Wal wal) {
        this.wal = wal;
    }

    /// @throws IllegalArgumentException if the bytes are no encoded labels
    SeriesHandle find(Memory<?> memory, long offset, int length) {
        final long hash = hash(memory, offset, length);
        int slot = slot(hash);
        for (; known[slot] != null; slot = slot + 1 & known.length - 1) {
            if (hashes[slot] == hash && isAt(memory, offset, length, known[slot].encoded)) {
                return known[slot].handle;
            }
        }
        return add(hash, slot, memory, offset, length);
    }

    private SeriesHandle add(long hash, int slot, Memory<?> memory, long offset, int length) {
        final byte[] encoded = new byte[Math.min(length, Labels.MAX_ENCODED_BYTES + 1)];
        memory.copyTo(offset, encoded, 0, encoded.length);
        final SeriesHandle handle = wal.series(Labels.decode(encoded, 0, encoded.length));
        hashes[slot] = hash;
        known[slot] = new Known(encoded, handle);
        size++;
        if (2 * size > known.length) {
            grow();
        }
        return handle;
    }

    private void grow() {
        final long[] oldHashes = hashes;
        final Known[] old = known;
        hashes = new long[2 * old.length];
        known = new Known[2 * old.length];
        for (int i = 0; i < old.length; i++) {
            if (old[i] != null) {
                int slot = slot(oldHashes[i]);
                while (known[slot] != null) {
                    slot = slot + 1 & known.length - 1;
                }
                hashes[slot] = oldHashes[i];
                known[slot] = old[i];
            }
        }
    }

    private int slot(long hash) {
        return (int) hash & known.length - 1;
    }

    private static long hash(Memory<?> memory, long offset, int length) {
        long hash = length * MIX;
        int at = 0;
        for (; at <= length - Long.BYTES; at += Long.BYTES) {
            hash = mix(hash ^ memory.longAt(offset + at));
        }
        for (; at < length; at++) {
            hash = mix(hash ^ memory.byteAt(offset + at));
        }
        return hash;
    }

    private static long mix(long word) {
        final long product = word * MIX;
        return product ^ product >>> 32;
    }

    private static boolean isAt(Memory<?> memory, long offset, int length, byte[] encoded) {
        if (encoded.length != length) {
            return false;
        }
        int at = 0;
        for (; at <= length - Long.BYTES; at += Long.BYTES) {
            if ((long) LONG.get(encoded, at) != memory.longAt(offset + at)) {
                return false;
            }
        }
        for (; at < length; at++) {
            if (encoded[at] != memory.byteAt(offset + at)) {
                return false;
            }
        }
        return true;
    }

    void clear() {
        hashes = new long[INITIAL_SLOTS];
        known = new Known[INITIAL_SLOTS];
        size = 0;
    }
}
