package io.seriatim.tools.serve;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// A short message in protobuf's wire format, field after field: answers, which are too few for generated classes.
/// Not thread-safe.
final class Protobuf {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /// Adds an integer, unless it is 0, which is what an absent one means.
    Protobuf integer(int field, long value) {
        if (value != 0) {
            varint((long) field << 3 | VARINT);
            varint(value);
        }
        return this;
    }

    /// Adds a text, unless it is empty.
    Protobuf text(int field, String value) {
        return value.isEmpty() ? this : bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /// Adds a message within the message.
    Protobuf message(int field, Protobuf value) {
        return bytes(field, value.toBytes());
    }

    /// Adds bytes.
    Protobuf bytes(int field, byte[] value) {
        varint((long) field << 3 | LENGTH_DELIMITED);
        varint(value.length);
        bytes.writeBytes(value);
        return this;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    private void varint(long value) {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            bytes.write((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        bytes.write((int) left);
    }
}
