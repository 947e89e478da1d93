package io.seriatim.tools.store;

import java.nio.charset.StandardCharsets;

/// Reads the fields of a small message one after the other; ends at what it cannot read.
final class ProtoReader {
    private final byte[] source;
    private final int end;
    private int position;
    private int field;
    private int type;
    private long number;
    private int at;
    private int length;

    ProtoReader(byte[] source, int from, int end) {
        this.source = source;
        this.position = from;
        this.end = end;
    }

    /// @return false at the end
    boolean next() {
        if (position >= end) {
            return false;
        }
        final long tag = varint();
        field = (int) (tag >>> 3);
        type = (int) (tag & 7);
        switch (type) {
            case 0 -> number = varint();
            case 1 -> position += 8;
            case 2 -> {
                final long count = varint();
                if (count < 0 || count > end - position) {
                    return false;
                }
                at = position;
                length = (int) count;
                position += length;
            }
            case 5 -> position += 4;
            default -> {
                return false;
            }
        }
        return position <= end;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64 && position < end; shift += 7) {
            final byte one = source[position++];
            value |= (long) (one & 0x7f) << shift;
            if (one >= 0) {
                return value;
            }
        }
        position = end + 1;
        return value;
    }

    int field() {
        return field;
    }

    boolean isBytes() {
        return type == 2;
    }

    long number() {
        return number;
    }

    int at() {
        return at;
    }

    int length() {
        return length;
    }

    String text() {
        return new String(source, at, length, StandardCharsets.UTF_8);
    }
}
