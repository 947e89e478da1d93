package io.seriatim.wal.adapters;

import java.nio.ByteOrder;
import java.util.Objects;
import org.agrona.DirectBuffer;

/// A `DirectBuffer`, as the log reads it.
final class AgronaMemory extends Memory<DirectBuffer> {
    @Override
    void check(long offset, long length) {
        // Agrona's own checks can be switched off.
        Objects.checkFromIndexSize(offset, length, (long) buffer.capacity());
    }

    @Override
    byte byteAt(long offset) {
        return buffer.getByte((int) offset);
    }

    @Override
    long longAt(long offset) {
        return buffer.getLong((int) offset, ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void copyTo(long offset, byte[] target, int at, int length) {
        buffer.getBytes((int) offset, target, at, length);
    }
}
