package io.seriatim.tools.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A protobuf message in the making. Not thread-safe.
final class ProtoBuffer {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;

    private byte[] bytes;
    private int length;

    ProtoBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    ProtoBuffer clear() {
        length = 0;
        return this;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    ProtoBuffer varint(int field, long number) {
        ensure(20);
        raw(field << 3 | VARINT);
        raw(number);
        return this;
    }

    /// A `sint32` or `sint64`.
    ProtoBuffer zigzag(int field, long number) {
        return varint(field, number << 1 ^ number >> 63);
    }

    ProtoBuffer fixed(int field, long number) {
        ensure(20);
        raw(field << 3 | FIXED64);
        fixed(number);
        return this;
    }

    /// A `double`, bit for bit.
    ProtoBuffer number(int field, double number) {
        return fixed(field, Double.doubleToRawLongBits(number));
    }

    /// Eight bytes without a tag, as in a packed field.
    ProtoBuffer fixed(long number) {
        ensure(Long.BYTES);
        for (int i = 0; i < Long.BYTES; i++) {
            bytes[length++] = (byte) (number >>> 8 * i);
        }
        return this;
    }

    /// A varint without a tag, as in a packed field.
    ProtoBuffer varint(long number) {
        ensure(10);
        raw(number);
        return this;
    }

    ProtoBuffer bytes(int field, byte[] source, int from, int count) {
        ensure(20 + count);
        raw(field << 3 | BYTES);
        raw(count);
        System.arraycopy(source, from, bytes, length, count);
        length += count;
        return this;
    }

    ProtoBuffer bytes(int field, byte[] source) {
        return bytes(field, source, 0, source.length);
    }

    ProtoBuffer text(int field, String text) {
        return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Bytes that are encoded already.
    ProtoBuffer encoded(byte[] source, int from, int count) {
        ensure(count);
        System.arraycopy(source, from, bytes, length, count);
        length += count;
        return this;
    }

    /// Begins a message within this one, or a packed field.
    ///
    /// @return for [#end]
    int begin(int field) {
        ensure(11);
        raw(field << 3 | BYTES);
        return ++length; // most lengths take one byte
    }

    /// Ends what was begun.
    ProtoBuffer end(int begin) {
        final int count = length - begin;
        int more = 0;
        for (int rest = count >>> 7; rest != 0; rest >>>= 7) {
            more++;
        }
        if (more > 0) {
            ensure(more);
            System.arraycopy(bytes, begin, bytes, begin + more, count);
        }
        length = begin - 1;
        raw(count);
        length += count;
        return this;
    }

    private void raw(long number) {
        long rest = number;
        while ((rest & ~0x7fL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    private void ensure(int more) {
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), 2 * bytes.length));
        }
    }
}
