package io.seriatim.tools.serve.intake;

import java.util.Arrays;

/// Bytes that grow, and the few of protobuf's encodings that are written here. Not thread-safe.
final class Buffer {
    private static final int KEPT_BYTES = 1024 * 1024;

    /// A length of this many bytes can be filled in afterwards: a varint may be longer than it must.
    private static final int LENGTH_BYTES = 5;

    private byte[] bytes = new byte[1024];
    private int length;

    void clear() {
        length = 0;
    }

    /// Gives back what one large message took.
    void shrink() {
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[1024];
        }
        length = 0;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /// Goes back to an earlier length.
    void cut(int length) {
        this.length = length;
    }

    void put(byte one) {
        ensure(1);
        bytes[length++] = one;
    }

    void put(byte[] source, int from, int to) {
        final int count = to - from;
        ensure(count);
        System.arraycopy(source, from, bytes, length, count);
        length += count;
    }

    void put(byte[] source) {
        put(source, 0, source.length);
    }

    void putVarint(long number) {
        ensure(10);
        long rest = number;
        while ((rest & ~0x7fL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    void putLong(long number) {
        ensure(Long.BYTES);
        for (int i = 0; i < Long.BYTES; i++) {
            bytes[length++] = (byte) (number >>> 8 * i);
        }
    }

    /// Leaves room for a length.
    ///
    /// @return where, for [#endLength]
    int beginLength() {
        ensure(LENGTH_BYTES);
        length += LENGTH_BYTES;
        return length;
    }

    /// Fills in the length of everything put since.
    void endLength(int begin) {
        int rest = length - begin;
        for (int i = LENGTH_BYTES; i > 1; i--) {
            bytes[begin - i] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[begin - 1] = (byte) rest;
    }

    private void ensure(int more) {
        if (more > bytes.length - length) {
            final long wanted = Math.max((long) length + more, 2L * bytes.length);
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8, wanted));
        }
    }
}
