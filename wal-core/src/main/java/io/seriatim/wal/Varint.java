package io.seriatim.wal;

/// Unsigned little-endian base-128 numbers of at most 63 bits, always in their shortest form.
final class Varint {
    private Varint() {}

    /// @return bytes that `value`, not negative, takes: 1 to 9
    static int length(long value) {
        return (63 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
    }

    /// @return the offset behind what was written
    static int put(byte[] target, int offset, long value) {
        int at = offset;
        long rest = value;
        while (rest > 127) {
            target[at++] = (byte) (rest | 128);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
        return at;
    }

    /// @return the number at `offset`, or -1 if the bytes end first, or it is not in its shortest form
    static long get(byte[] source, int offset, int end) {
        long value = 0;
        for (int at = offset, shift = 0; at < end && shift < 63; at++, shift += 7) {
            final byte b = source[at];
            value |= (long) (b & 127) << shift;
            if (b >= 0) {
                return b == 0 && shift > 0 ? -1 : value;
            }
        }
        return -1;
    }
}
