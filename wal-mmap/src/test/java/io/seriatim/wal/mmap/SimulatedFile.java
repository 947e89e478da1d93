package io.seriatim.wal.mmap;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/// A file in memory: what everybody sees (the page cache), what the kernel takes for written back (`clean`), what
/// the device holds, and every version that a sector has had since the device got it. [SimulatedStorage] locks.
///
/// Stores to a mapping happen unobserved, so a version is what [#note()] finds changed: it is called at every call
/// of the storage, and by whoever knows of a good moment, such as the middle of an append.
///
/// `clean` and `device` differ only where a force has failed: the pages are clean then, though the device never got
/// them, and the next force passes them over. Storing to them, the same bytes too, makes them dirty again: a store
/// through [#write] is seen here, one through the mapping only if it changes a byte.
final class SimulatedFile {
    /// Stands for a directory.
    static final SimulatedFile DIRECTORY = new SimulatedFile();

    static final int SECTOR_BYTES = 512;

    private static final int WORD_BYTES = 8;
    private static final int MOST_VERSIONS = 6;
    private static final byte[][] NONE = {};

    private MemorySegment current = MemorySegment.ofArray(new long[0]);
    private byte[] clean = new byte[0];
    private byte[] device = new byte[0];
    private byte[] noted = new byte[0];
    private boolean shared; // the arrays belong to an image as well: copied before they are changed

    // Per sector, oldest first; those of a force under way are the device's when it returns.
    private byte[][][] versions = {};
    private byte[][][] beingForced = {};

    private int length;
    private int deviceLength;
    private int[] lengths = {}; // every length since the device got one
    private final BitSet stored = new BitSet();
    private final BitSet forced = new BitSet();
    private final BitSet written = new BitSet();
    private byte[] stale; // what the device's blocks held before they were this file's, or null
    private Arena arena;

    /// A new file in the blocks of one that was deleted.
    ///
    /// @param stale their content, null for zeros
    static SimulatedFile over(byte[] stale) {
        final SimulatedFile file = new SimulatedFile();
        file.stale = stale;
        return file;
    }

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

    byte[] deviceBytes() {
        return device.clone();
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
        thaw();
        grow(to);
        MemorySegment.copy(MemorySegment.ofBuffer(source), 0, current, from, source.remaining());
        source.position(source.limit());
        setLength(Math.max(length, to));
        if (to > from) {
            written.set(from, to);
            stored.set(from / SECTOR_BYTES, (to - 1) / SECTOR_BYTES + 1);
            note(from / SECTOR_BYTES, (to - 1) / SECTOR_BYTES + 1);
        }
    }

    /// Cuts the file off, as opening it anew for writing does.
    void truncate() {
        thaw();
        current.fill((byte) 0);
        note(0, clean.length / SECTOR_BYTES);
        setLength(0);
    }

    private void setLength(int next) {
        if (next != length) {
            length = next;
            lengths = Arrays.copyOf(lengths, lengths.length + 1);
            lengths[lengths.length - 1] = next;
        }
    }

    private void thaw() {
        if (shared) {
            shared = false;
            clean = clean.clone();
            device = device.clone();
            noted = noted.clone();
            if (arena == null) {
                current = copyOfCurrent();
            }
        }
    }

    private MemorySegment copyOfCurrent() {
        final MemorySegment copy = MemorySegment.ofArray(new long[clean.length / WORD_BYTES]);
        MemorySegment.copy(current, 0, copy, 0, clean.length);
        return copy;
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
        noted = Arrays.copyOf(noted, capacity);
        versions = Arrays.copyOf(versions, capacity / SECTOR_BYTES);
        beingForced = Arrays.copyOf(beingForced, capacity / SECTOR_BYTES);
    }

    MemorySegment map(long wanted) throws IOException {
        if (arena != null || wanted != length) {
            throw new IOException("mapped already or of another length: length=" + length + " wanted=" + wanted);
        }
        thaw();
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
        note();
        current = copyOfCurrent();
        arena.close();
        arena = null;
    }

    /// Takes what has been stored to the mapping since the last time for a version.
    void note() {
        if (arena != null) {
            note(0, clean.length / SECTOR_BYTES);
        }
    }

    private void note(int from, int to) {
        final MemorySegment before = MemorySegment.ofArray(noted);
        final long end = (long) to * SECTOR_BYTES;
        for (long at = (long) from * SECTOR_BYTES; at < end; ) {
            final long mismatch = MemorySegment.mismatch(current, at, end, before, at, end);
            if (mismatch < 0) {
                return;
            }
            thaw();
            final int sector = (int) (at + mismatch) / SECTOR_BYTES;
            at = (long) (sector + 1) * SECTOR_BYTES;
            copyTo(noted, sector);
            versions[sector] = withVersion(versions[sector], sector(sector));
            if (before.heapBase().orElseThrow() != noted) {
                note(sector + 1, to);
                return;
            }
        }
    }

    /// The first is kept, which is what the start of an append looks like, and the newest ones.
    private static byte[][] withVersion(byte[][] versions, byte[] version) {
        if (versions == null) {
            return new byte[][] {version};
        }
        if (versions.length == MOST_VERSIONS) {
            final byte[][] kept = versions.clone();
            System.arraycopy(kept, 2, kept, 1, MOST_VERSIONS - 2);
            kept[MOST_VERSIONS - 1] = version;
            return kept;
        }
        final byte[][] more = Arrays.copyOf(versions, versions.length + 1);
        more[versions.length] = version;
        return more;
    }

    private byte[] sector(int sector) {
        final byte[] bytes = new byte[SECTOR_BYTES];
        MemorySegment.copy(current, ValueLayout.JAVA_BYTE, (long) sector * SECTOR_BYTES, bytes, 0, SECTOR_BYTES);
        return bytes;
    }

    /// Forces everything, the length too.
    void forceAll() {
        endForce(beginForce(0, length));
        deviceLength = length;
        lengths = new int[0];
    }

    /// A force is called: what it will have made durable is what its sectors hold now.
    ///
    /// @return the sectors' content, per sector of the file, null for those that it does not concern
    byte[][] beginForce(long from, long to) {
        note();
        final byte[][] taken = new byte[clean.length / SECTOR_BYTES][];
        for (int sector = (int) from / SECTOR_BYTES; sector * SECTOR_BYTES < to; sector++) {
            if (isDirty(sector)) {
                taken[sector] = sector(sector);
                beingForced[sector] = versions[sector];
                versions[sector] = null;
                stored.clear(sector);
            }
        }
        return taken;
    }

    /// The force returns.
    void endForce(byte[][] taken) {
        thaw();
        for (int sector = 0; sector < taken.length; sector++) {
            if (taken[sector] != null) {
                System.arraycopy(taken[sector], 0, clean, sector * SECTOR_BYTES, SECTOR_BYTES);
                System.arraycopy(taken[sector], 0, device, sector * SECTOR_BYTES, SECTOR_BYTES);
                beingForced[sector] = null;
                forced.set(sector);
            }
        }
    }

    /// The device refuses: the kernel drops the dirty flags all the same.
    void forceFails(long from, long to) {
        note();
        thaw();
        for (int sector = (int) from / SECTOR_BYTES; sector * SECTOR_BYTES < to; sector++) {
            copyTo(clean, sector);
            stored.clear(sector);
        }
    }

    private boolean isDirty(int sector) {
        final long from = (long) sector * SECTOR_BYTES;
        final long to = from + SECTOR_BYTES;
        return stored.get(sector)
                || MemorySegment.mismatch(current, from, to, MemorySegment.ofArray(clean), from, to) >= 0;
    }

    private void copyTo(byte[] target, int sector) {
        final int from = sector * SECTOR_BYTES;
        MemorySegment.copy(current, ValueLayout.JAVA_BYTE, from, target, from, SECTOR_BYTES);
    }

    /// What a crash decides on: the length if it is not the device's, and each sector that has had versions.
    ///
    /// @return how many versions each has beside the device's
    int[] choices() {
        note();
        int[] choices = new int[8];
        int count = 0;
        if (lengths.length > 0) {
            choices[count++] = lengths.length;
        }
        for (int sector = 0; sector < versions.length; sector++) {
            final int sectorVersions = versions(sector).length;
            if (sectorVersions > 0) {
                choices = count == choices.length ? Arrays.copyOf(choices, 2 * count) : choices;
                choices[count++] = sectorVersions;
            }
        }
        return Arrays.copyOf(choices, count);
    }

    private byte[][] versions(int sector) {
        final byte[][] old = beingForced[sector];
        final byte[][] young = versions[sector];
        if (old == null && young == null) {
            // Written, the same as before as far as readers saw, and not forced: the device may hold older blocks.
            return stale != null && stored.get(sector) && !forced.get(sector) ? new byte[][] {sector(sector)} : NONE;
        }
        if (old == null || young == null) {
            return old == null ? young : old;
        }
        final byte[][] both = Arrays.copyOf(old, old.length + young.length);
        System.arraycopy(young, 0, both, old.length, young.length);
        return both;
    }

    /// @param first item number of the first of the [#choices()]
    /// @return the file that the device holds after a power loss
    SimulatedFile crash(CrashPolicy policy, int first, int items) {
        final SimulatedFile after = new SimulatedFile();
        int item = first;
        after.length = deviceLength;
        if (lengths.length > 0) {
            if ((policy.survivors(item, items) & 1) != 0) {
                after.length = lengths[policy.version(item, lengths.length) - 1];
            }
            item++;
        }
        byte[] bytes = null;
        for (int sector = 0; sector < versions.length; sector++) {
            final byte[][] choices = versions(sector);
            if (choices.length > 0) {
                bytes = bytes == null ? device.clone() : bytes;
                crash(policy, item++, items, choices, sector, bytes);
            }
        }
        if (bytes == null) {
            shared = true;
            bytes = device;
        }
        if (after.length < bytes.length && bytes != device) {
            Arrays.fill(bytes, after.length, bytes.length, (byte) 0);
        }
        after.device = bytes;
        after.clean = bytes;
        after.noted = bytes;
        after.shared = true;
        after.current = MemorySegment.ofArray(bytes);
        after.versions = new byte[bytes.length / SECTOR_BYTES][][];
        after.beingForced = new byte[bytes.length / SECTOR_BYTES][][];
        after.deviceLength = after.length;
        after.forced.set(0, after.versions.length);
        after.written.or(written);
        return after;
    }

    private void crash(CrashPolicy policy, int item, int items, byte[][] choices, int sector, byte[] target) {
        final int at = sector * SECTOR_BYTES;
        if (policy.stale() && stale != null && !forced.get(sector) && at + SECTOR_BYTES <= stale.length) {
            System.arraycopy(stale, at, target, at, SECTOR_BYTES);
        }
        final long survivors = policy.survivors(item, items);
        if (survivors == 0) {
            return;
        }
        final byte[] chosen = choices[policy.version(item, choices.length) - 1];
        if (survivors == -1) {
            System.arraycopy(chosen, 0, target, at, SECTOR_BYTES);
            return;
        }
        final int beneath = policy.beneath(item, choices.length);
        if (beneath > 0) {
            System.arraycopy(choices[beneath - 1], 0, target, at, SECTOR_BYTES);
        }
        for (int word = 0; word < Long.SIZE; word++) {
            if ((survivors >>> word & 1) != 0) {
                System.arraycopy(chosen, word * WORD_BYTES, target, at + word * WORD_BYTES, WORD_BYTES);
            }
        }
    }

    /// @return the file as the next process finds it
    SimulatedFile copy() {
        note();
        final SimulatedFile copy = new SimulatedFile();
        copy.current = copyOfCurrent();
        copy.length = length;
        shared = true;
        copy.shared = true;
        copy.clean = clean;
        copy.device = device;
        copy.noted = noted;
        copy.versions = versions.clone();
        copy.beingForced = new byte[versions.length][][];
        for (int sector = 0; sector < versions.length; sector++) {
            final byte[][] all = versions(sector); // a force that nobody waits for any more has made nothing durable
            copy.versions[sector] = all.length == 0 ? null : all;
            if (beingForced[sector] != null) {
                copy.stored.set(sector);
            }
        }
        copy.deviceLength = deviceLength;
        copy.lengths = lengths;
        copy.stored.or(stored);
        copy.forced.or(forced);
        copy.written.or(written);
        copy.stale = stale;
        return copy;
    }
}
