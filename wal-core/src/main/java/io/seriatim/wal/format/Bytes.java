package io.seriatim.wal.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Little-endian numbers in a `byte[]`, at any offset.
///
/// Frames are encoded into and decoded from arrays, never a mapping: the CRC32C intrinsic then takes no scope (a
/// checksum through a buffer of a shared arena costs two compare-and-sets), and a file truncated underneath cannot
/// end the JVM.
public final class Bytes {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private Bytes() {}

    /// @return the 4 bytes at `offset`
    public static int getInt(byte[] source, int offset) {
        return (int) INT.get(source, offset);
    }

    /// Stores 4 bytes.
    public static void putInt(byte[] target, int offset, int value) {
        INT.set(target, offset, value);
    }

    /// @return the 8 bytes at `offset`
    public static long getLong(byte[] source, int offset) {
        return (long) LONG.get(source, offset);
    }

    /// Stores 8 bytes.
    public static void putLong(byte[] target, int offset, long value) {
        LONG.set(target, offset, value);
    }
}
