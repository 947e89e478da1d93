package io.seriatim.wal.mmap;

import io.seriatim.wal.format.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A private copy of part of a file. What has been checked in it stays checked, whatever happens to the file. Not
/// thread-safe; reused from file to file.
final class Window {
    private static final int ZERO_BLOCK = 64 * 1024;
    private static final byte[] ZEROS = new byte[ZERO_BLOCK];

    private final ByteBuffer word = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private byte[] bytes;
    private ByteBuffer buffer;
    private StorageFile file;
    private long start;
    private int length;
    private long loadedBytes;

    Window(int capacity) {
        allocate(capacity);
    }

    private void allocate(int capacity) {
        bytes = new byte[capacity];
        buffer = ByteBuffer.wrap(bytes);
    }

    /// Turns to another file.
    void open(StorageFile file) {
        this.file = file;
        start = 0;
        length = 0;
        loadedBytes = 0;
    }

    /// @return the copy; its content changes with the next [#at] that has to read
    byte[] bytes() {
        return bytes;
    }

    /// Makes a range of the file readable in [#bytes()].
    ///
    /// @return the index of `offset`, or -1 if the file ends before the range does
    int at(long offset, int count) throws IOException {
        final int index = indexOf(offset, count);
        return index >= 0 ? index : load(offset, count);
    }

    /// @return the index of `offset` in [#bytes()], or -1 if the copy does not hold the whole range now
    int indexOf(long offset, int count) {
        return offset >= start && offset + count <= start + length ? (int) (offset - start) : -1;
    }

    /// Forgets the copy, so that the next look reads the file again.
    void forget() {
        length = 0;
    }

    /// @return the file offset behind the copy
    long end() {
        return start + length;
    }

    /// @return bytes read from this file so far
    long loadedBytes() {
        return loadedBytes;
    }

    /// A copy that one window made for another: see [#hand] and [#take].
    static final class Copy {
        private byte[] bytes;
        private ByteBuffer buffer;
        private long start;
        private int length;

        Copy(int capacity) {
            bytes = new byte[capacity];
            buffer = ByteBuffer.wrap(bytes);
        }
    }

    /// Hands its copy on, and forgets it.
    void hand(Copy copy) {
        exchange(copy);
        length = 0;
    }

    /// Goes on with a copy that another window of the same file has handed on.
    void take(Copy copy) {
        exchange(copy);
        loadedBytes += length;
    }

    private void exchange(Copy copy) {
        final byte[] ownBytes = bytes;
        final ByteBuffer ownBuffer = buffer;
        final long ownStart = start;
        final int ownLength = length;
        bytes = copy.bytes;
        buffer = copy.buffer;
        start = copy.start;
        length = copy.length;
        copy.bytes = ownBytes;
        copy.buffer = ownBuffer;
        copy.start = ownStart;
        copy.length = ownLength;
    }

    /// Copies a range again.
    void refresh(long offset, int count) throws IOException {
        if (offset < start || offset + count > start + length) {
            forget();
            return;
        }
        final int from = (int) (offset - start);
        buffer.limit(from + count).position(from);
        while (buffer.hasRemaining() && file.read(buffer, start + buffer.position()) > 0) {
            // Short reads happen at the end of the file only, but nobody promises it.
        }
        loadedBytes += count;
    }

    private int load(long offset, int count) throws IOException {
        if (count > bytes.length) {
            allocate(Math.max(count, Math.min(2 * bytes.length, 16 << 20)));
        }
        start = offset;
        length = 0;
        buffer.clear();
        while (buffer.hasRemaining() && file.read(buffer, offset + buffer.position()) > 0) {
            // Short reads happen at the end of the file only, but nobody promises it.
        }
        length = buffer.position();
        loadedBytes += length;
        return length >= count ? 0 : -1;
    }

    /// @return the first offset in `[from, end)`, a multiple of 8 apart from `from`, whose 8 bytes are not all
    ///         zero; `end` if there is none
    long skipZeros(long from, long end) throws IOException {
        long offset = from;
        while (offset < end) {
            final int count = (int) Math.min(Math.min(end - offset, ZERO_BLOCK), bytes.length & -8);
            final int index = at(offset, count);
            if (index < 0) {
                return end;
            }
            final int mismatch = Arrays.mismatch(bytes, index, index + count, ZEROS, 0, count);
            if (mismatch >= 0) {
                return offset + (mismatch & -8);
            }
            offset += count;
        }
        return end;
    }

    /// @return the offset behind the last byte in `[from, end)` that is not zero, `from` if there is none
    long lastNonZero(long from, long end) throws IOException {
        long last = from;
        long offset = skipZeros(from, end);
        while (offset < end) {
            last = offset + 8;
            offset = skipZeros(last, end);
        }
        return Math.min(last, end);
    }

    /// Looks past the copy.
    ///
    /// @return the int that the file has at `offset` now, 0 beyond its end
    int intNow(long offset) throws IOException {
        word.clear();
        while (word.hasRemaining() && file.read(word, offset + word.position()) > 0) {
            // Short reads happen at the end of the file only, but nobody promises it.
        }
        return word.hasRemaining() ? 0 : word.getInt(0);
    }

    /// @return the int at `offset`, 0 beyond the end of the file
    int intAt(long offset) throws IOException {
        final int index = at(offset, Integer.BYTES);
        return index < 0 ? 0 : Bytes.getInt(bytes, index);
    }
}
