package io.seriatim.tools.dump;

import io.seriatim.tools.LogTime;
import io.seriatim.wal.format.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// Collects the fields of one part, one behind the other. Never reads beyond the bytes; stops by itself when
/// there are too many to look at. Not thread-safe.
final class Fields {
    private static final int MOST = 200;

    private final byte[] bytes;
    private final TimeUnit unit;
    private final List<Field> fields = new ArrayList<>();
    private int at;

    /// @param bytes of the part, or its beginning
    /// @param unit  of timestamps
    Fields(byte[] bytes, TimeUnit unit) {
        this.bytes = bytes;
        this.unit = unit;
    }

    List<Field> list() {
        return fields;
    }

    int at() {
        return at;
    }

    byte[] bytes() {
        return bytes;
    }

    boolean isFull() {
        return fields.size() >= MOST;
    }

    /// @return whether so many bytes follow
    boolean has(int length) {
        return length >= 0 && length <= bytes.length - at;
    }

    Fields add(int length, String name, String meaning) {
        if (length > 0) {
            fields.add(new Field(at, length, name, meaning));
            at += length;
        }
        return this;
    }

    int intAt() {
        return has(4) ? Bytes.getInt(bytes, at) : 0;
    }

    long longAt() {
        return has(8) ? Bytes.getLong(bytes, at) : 0;
    }

    Fields number(int length, String name) {
        return add(length, name, String.valueOf(length == 8 ? longAt() : intAt()));
    }

    Fields hexLong(String name) {
        return add(8, name, "0x" + Long.toHexString(longAt()));
    }

    Fields uuid(String name) {
        final String text = has(16) ? new UUID(Bytes.getLong(bytes, at), Bytes.getLong(bytes, at + 8)).toString() : "?";
        return add(16, name, text);
    }

    Fields wallClock(String name) {
        return add(8, name, longAt() + " = " + LogTime.text(longAt(), TimeUnit.MILLISECONDS));
    }

    Fields timestamp(String name) {
        return add(8, name, time(longAt()));
    }

    /// The time that stands for none at all is not a date.
    String time(long timestamp) {
        return timestamp == Long.MAX_VALUE || timestamp == Long.MIN_VALUE
                ? timestamp + " = none"
                : timestamp + (unit == null ? "" : " = " + LogTime.text(timestamp, unit));
    }

    Fields value(String name) {
        final double value = Double.longBitsToDouble(longAt());
        return add(8, name, Double.isNaN(value) ? "NaN 0x" + Long.toHexString(longAt()) : Double.toString(value));
    }

    Fields ascii(int length, String name) {
        int end = length;
        while (end > 0 && bytes[at + end - 1] == 0) {
            end--;
        }
        return add(length, name, '"' + text(at, end) + '"');
    }

    /// @return UTF-8 without what would do something to a terminal
    String text(int from, int length) {
        return new String(bytes, from, length, StandardCharsets.UTF_8)
                .replaceAll("[\\x00-\\x1f\\x7f-\\x9f\\ufffd]", "?");
    }

    /// @return the varint here, or -1 if there is none; see [#varintLength]
    long varint() {
        long value = 0;
        for (int i = 0; i < 10 && at + i < bytes.length; i++) {
            value |= (long) (bytes[at + i] & 127) << 7 * i;
            if (bytes[at + i] >= 0) {
                return value;
            }
        }
        return -1;
    }

    /// @return bytes that the varint here takes, or 0 if there is none
    int varintLength() {
        for (int i = 0; i < 10 && at + i < bytes.length; i++) {
            if (bytes[at + i] >= 0) {
                return i + 1;
            }
        }
        return 0;
    }

    /// What is left, up to an end, as one field.
    Fields rest(int end, String name, String meaning) {
        return add(end - at, name, meaning);
    }

    /// Bytes as bytes and as ASCII, eight a line.
    Fields raw(int end) {
        while (at < Math.min(end, bytes.length) && !isFull()) {
            final int length = Math.min(8, Math.min(end, bytes.length) - at);
            final StringBuilder ascii = new StringBuilder();
            for (int i = at; i < at + length; i++) {
                ascii.append(bytes[i] >= ' ' && bytes[i] < 127 ? (char) bytes[i] : '.');
            }
            add(length, "", ascii.toString());
        }
        return rest(end, "..", end - at + " bytes more");
    }
}
