package io.seriatim.wal.mmap;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/// A file in memory, three times: what everybody sees (the page cache), what the kernel takes for written back
/// (`clean`), and what the device holds. [SimulatedStorage] locks.
///
/// The last two differ only where a force has failed: the pages are clean then, though the device never got them,
/// and the next force passes them over. Storing to them, the same bytes too, makes them dirty again: a store
/// through [#write] is seen here, one through the mapping only if it changes a byte.
final class SimulatedFile {
    /// Stands for a directory.
    static final SimulatedFile DIRECTORY = new SimulatedFile();

    static final int SECTOR_BYTES = 512;

    private static final int WORD_BYTES = 8;

    private MemorySegment current = MemorySegment.ofArray(new long[0]);
    private int length;
    private byte[] clean = new byte[0];
    private byte[] device = new byte[0];
    private int deviceLength;
    private final BitSet stored = new BitSet();
    private final BitSet written = new BitSet();
    private Arena arena;

    int length() {
        return length;
    }

    /// @return true if every byte was given a value by [#write], so that a real file system has a block for it
    boolean isWhole() {
        return written.nextClearBit(0) >= length;
    }

    byte[] bytes() {
        return current.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    int read(ByteBuffer target, long offset) {
        if (offset >= length) {
            return -1;
        }
        final int count = (int) Math.min(target.remaining(), length - offset);
        MemorySegment.copy(current, offset, MemorySegment.ofBuffer(target), 0, count);
        target.position(target.position() + count);
        return count;
    }

    void write(ByteBuffer source, long offset) {
        final int from = (int) offset;
        final int to = from + source.remaining();
        grow(to);
        MemorySegment.copy(MemorySegment.ofBuffer(source), 0, current, from, source.remaining());
        source.position(source.limit());
        length = Math.max(length, to);
        if (to > from) {
            written.set(from, to);
            stored.set(from / SECTOR_BYTES, (to - 1) / SECTOR_BYTES + 1);
        }
    }

    private void grow(int wanted) {
        if (wanted <= clean.length) {
            return;
        }
        if (arena != null) {
            throw new IllegalStateException("a mapped file grows: length=" + length + " wanted=" + wanted);
        }
        final int capacity = Math.max(wanted, 2 * clean.length) + SECTOR_BYTES - 1 & -SECTOR_BYTES;
        final MemorySegment grown = MemorySegment.ofArray(new long[capacity / WORD_BYTES]);
        MemorySegment.copy(current, 0, grown, 0, clean.length);
        current = grown;
        clean = Arrays.copyOf(clean, capacity);
        device = Arrays.copyOf(device, capacity);
    }

    MemorySegment map(long wanted) throws IOException {
        if (arena != null || wanted != length) {
            throw new IOException("mapped already or of another length: length=" + length + " wanted=" + wanted);
        }
        arena = Arena.ofShared();
        final MemorySegment mapped = arena.allocate(clean.length, 4096);
        MemorySegment.copy(current, 0, mapped, 0, clean.length);
        current = mapped;
        return mapped.asSlice(0, length);
    }

    void unmap() {
        if (arena == null) {
            return;
        }
        final MemorySegment kept = MemorySegment.ofArray(new long[clean.length / WORD_BYTES]);
        MemorySegment.copy(current, 0, kept, 0, clean.length);
        current = kept;
        arena.close();
        arena = null;
    }

    void forceAll() {
        force(0, length);
        deviceLength = length;
    }

    /// The sectors of a range reach the device as they are now, if the kernel knows that they are dirty.
    void force(long from, long to) {
        for (int sector = (int) from / SECTOR_BYTES; sector * SECTOR_BYTES < to; sector++) {
            if (isDirty(sector)) {
                copyTo(clean, sector);
                copyTo(device, sector);
                stored.clear(sector);
            }
        }
    }

    /// The device refuses: the kernel drops the dirty flags all the same.
    void forceFails(long from, long to) {
        for (int sector = (int) from / SECTOR_BYTES; sector * SECTOR_BYTES < to; sector++) {
            copyTo(clean, sector);
            stored.clear(sector);
        }
    }

    private boolean isDirty(int sector) {
        return stored.get(sector) || differs(clean, sector);
    }

    private boolean differs(byte[] other, int sector) {
        final long from = (long) sector * SECTOR_BYTES;
        final long to = from + SECTOR_BYTES;
        return MemorySegment.mismatch(current, from, to, MemorySegment.ofArray(other), from, to) >= 0;
    }

    private void copyTo(byte[] target, int sector) {
        final int from = sector * SECTOR_BYTES;
        MemorySegment.copy(current, ValueLayout.JAVA_BYTE, from, target, from, SECTOR_BYTES);
    }

    /// @return how many sectors, and length if it changed, the device does not have as they are
    int unforced() {
        int count = length == deviceLength ? 0 : 1;
        if (current.mismatch(MemorySegment.ofArray(device)) < 0) {
            return count;
        }
        for (int sector = 0; sector * SECTOR_BYTES < clean.length; sector++) {
            count += differs(device, sector) ? 1 : 0;
        }
        return count;
    }

    /// @param first item number of the first of the [#unforced()]
    /// @return the file that the device holds after a power loss
    SimulatedFile crash(CrashPolicy policy, int first, int items) {
        final SimulatedFile after = new SimulatedFile();
        int item = first;
        after.length = deviceLength;
        if (length != deviceLength && (policy.survivors(item++, items) & 1) != 0) {
            after.length = length;
        }
        after.device = device.clone();
        for (int sector = 0; sector * SECTOR_BYTES < clean.length; sector++) {
            if (differs(device, sector)) {
                final long survivors = policy.survivors(item++, items);
                for (int word = 0; word < Long.SIZE; word++) {
                    if ((survivors >>> word & 1) != 0) {
                        final int at = sector * SECTOR_BYTES + word * WORD_BYTES;
                        MemorySegment.copy(current, ValueLayout.JAVA_BYTE, at, after.device, at, WORD_BYTES);
                    }
                }
            }
        }
        Arrays.fill(after.device, Math.min(after.length, after.device.length), after.device.length, (byte) 0);
        after.clean = after.device.clone();
        after.current = MemorySegment.ofArray(new long[clean.length / WORD_BYTES]);
        MemorySegment.copy(after.device, 0, after.current, ValueLayout.JAVA_BYTE, 0, after.device.length);
        after.deviceLength = after.length;
        after.written.or(written);
        return after;
    }

    /// @return the file as the next process finds it
    SimulatedFile copy() {
        final SimulatedFile copy = new SimulatedFile();
        copy.current = MemorySegment.ofArray(new long[clean.length / WORD_BYTES]);
        MemorySegment.copy(current, 0, copy.current, 0, clean.length);
        copy.length = length;
        copy.clean = clean.clone();
        copy.device = device.clone();
        copy.deviceLength = deviceLength;
        copy.stored.or(stored);
        copy.written.or(written);
        return copy;
    }
}
