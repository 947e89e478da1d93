package io.seriatim.bench;

import java.nio.ByteBuffer;
import org.agrona.MutableDirectBuffer;

/// An item as the rivals log it: label by label, self-contained, without a checksum. All numbers little-endian.
///
/// ```
/// int length | int labels | { int length, name, int length, value } ... | int samples | long timestamp | double value
/// ```
///
/// A W1 item is 99 or 100 bytes. The `put` methods differ in the buffer only.
final class ItemLayout {
    private static final int FIXED_BYTES = 3 * Integer.BYTES + Long.BYTES + Double.BYTES;

    private ItemLayout() {}

    /// @return the item's length in bytes, the length field included
    static int length(BenchSeries series) {
        int length = FIXED_BYTES;
        for (final byte[] string : series.strings) {
            length += Integer.BYTES + string.length;
        }
        return length;
    }

    /// Puts an item at the position of a little-endian buffer.
    static void put(ByteBuffer target, BenchSeries series, int length) {
        final byte[][] strings = series.strings;
        target.putInt(length);
        target.putInt(strings.length / 2);
        for (final byte[] string : strings) {
            target.putInt(string.length);
            target.put(string);
        }
        target.putInt(1);
        target.putLong(series.timestamp(0));
        target.putDouble(series.value(0));
    }

    /// Puts an item at an index of an Agrona buffer.
    static void put(MutableDirectBuffer target, int index, BenchSeries series, int length) {
        final byte[][] strings = series.strings;
        target.putInt(index, length);
        target.putInt(index + Integer.BYTES, strings.length / 2);
        int at = index + 2 * Integer.BYTES;
        for (final byte[] string : strings) {
            target.putInt(at, string.length);
            target.putBytes(at + Integer.BYTES, string);
            at += Integer.BYTES + string.length;
        }
        target.putInt(at, 1);
        target.putLong(at + Integer.BYTES, series.timestamp(0));
        target.putDouble(at + Integer.BYTES + Long.BYTES, series.value(0));
    }
}
