package io.seriatim.tools.ingest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The parts of a line of the line protocol that name a series: `measurement,tag=value` and the key of a field. A
/// backslash takes the meaning from a comma, a blank and an equals sign; elsewhere it stands for itself. Not
/// thread-safe.
final class LineProtocolSeries {
    private static final byte[] NAME = "__name__".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUE = "value".getBytes(StandardCharsets.US_ASCII);

    private final ByteArrayOutputStream unescaped = new ByteArrayOutputStream();
    private final List<byte[]> parts = new ArrayList<>();

    /// @return where measurement and tags end: at the first blank that means one, or at `to`
    static int end(byte[] bytes, int from, int to) {
        return find(bytes, from, to, ' ', ' ');
    }

    /// @return where the key of a field ends: at an equals sign or a comma that means one, or at `to`
    static int keyEnd(byte[] bytes, int from, int to) {
        return find(bytes, from, to, '=', ',');
    }

    private static int find(byte[] bytes, int from, int to, char one, char other) {
        int at = from;
        while (at < to && bytes[at] != one && bytes[at] != other) {
            at += isEscape(bytes, at, to) ? 2 : 1;
        }
        return at;
    }

    private static boolean isEscape(byte[] bytes, int at, int to) {
        return bytes[at] == '\\'
                && at + 1 < to
                && (bytes[at + 1] == ',' || bytes[at + 1] == ' ' || bytes[at + 1] == '=');
    }

    /// Parses `measurement,tag=value field`.
    ///
    /// @param seriesEnd where the blank before the field is
    /// @return names and values in turn
    /// @throws IllegalArgumentException saying what is wrong
    byte[][] parse(byte[] bytes, int from, int seriesEnd, int end) {
        parts.clear();
        int at = find(bytes, from, seriesEnd, ',', ',');
        if (at == from) {
            throw new IllegalArgumentException("no measurement");
        }
        parts.add(NAME);
        parts.add(name(bytes, from, at, seriesEnd + 1, end));
        while (at < seriesEnd) {
            final int key = at + 1;
            final int keyEnd = find(bytes, key, seriesEnd, '=', ',');
            if (keyEnd == key || keyEnd == seriesEnd || bytes[keyEnd] == ',') {
                throw new IllegalArgumentException("tag without a name or value");
            }
            final int value = keyEnd + 1;
            at = find(bytes, value, seriesEnd, ',', ',');
            if (at == value) {
                throw new IllegalArgumentException("tag without a value");
            }
            parts.add(unescape(bytes, key, keyEnd));
            parts.add(unescape(bytes, value, at));
        }
        return parts.toArray(byte[][]::new);
    }

    private byte[] name(byte[] bytes, int from, int measurementEnd, int field, int fieldEnd) {
        unescaped.reset();
        append(bytes, from, measurementEnd, false);
        final int measured = unescaped.size();
        unescaped.write('_');
        append(bytes, field, fieldEnd, true);
        final byte[] name = unescaped.toByteArray();
        final boolean plain = java.util.Arrays.equals(name, measured + 1, name.length, VALUE, 0, VALUE.length);
        return plain ? java.util.Arrays.copyOf(name, measured) : name;
    }

    private byte[] unescape(byte[] bytes, int from, int to) {
        unescaped.reset();
        append(bytes, from, to, true);
        return unescaped.toByteArray();
    }

    /// @param equals whether an equals sign is escaped here: in a measurement it needs no escape
    private void append(byte[] bytes, int from, int to, boolean equals) {
        for (int at = from; at < to; at++) {
            if (isEscape(bytes, at, to) && (equals || bytes[at + 1] != '=')) {
                at++;
            }
            unescaped.write(bytes[at]);
        }
    }
}
