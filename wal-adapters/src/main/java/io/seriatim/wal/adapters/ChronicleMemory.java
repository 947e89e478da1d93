package io.seriatim.wal.adapters;

import java.nio.ByteOrder;
import java.util.Objects;
import net.openhft.chronicle.bytes.RandomDataInput;

/// A `Bytes` or `BytesStore`, as the log reads it.
final class ChronicleMemory extends Memory<RandomDataInput> {
    private static final boolean SWAPPED = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;

    @Override
    void check(long offset, long length) {
        final long start = buffer.start();
        Objects.checkFromIndexSize(offset - start, length, buffer.readLimit() - start);
    }

    @Override
    byte byteAt(long offset) {
        return buffer.readByte(offset);
    }

    @Override
    long longAt(long offset) {
        final long word = buffer.readLong(offset);
        return SWAPPED ? Long.reverseBytes(word) : word;
    }

    @Override
    public void copyTo(long offset, byte[] target, int at, int length) {
        final long copied = buffer.read(offset, target, at, length);
        if (copied != length && length > 0) {
            throw new IndexOutOfBoundsException(
                    "bytes end early: offset=" + offset + " length=" + length + " copied=" + copied);
        }
    }
}
