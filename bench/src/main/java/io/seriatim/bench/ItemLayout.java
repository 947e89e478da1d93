package io.seriatim.bench;

import java.nio.ByteBuffer;
import net.openhft.chronicle.bytes.Bytes;
import org.agrona.MutableDirectBuffer;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;

/// An item as the rivals log it: label by label, self-contained, without a checksum. All numbers little-endian, but for
/// Artemis, whose buffers are not.
///
/// ```
/// int length | int labels | { int length, name, int length, value } ... | int samples | long timestamp | double value
/// ```
///
/// A W1 item is 99 or 100 bytes. Its body is what follows the length: for a rival that frames its records itself.
/// Methods
/// of one name differ in the buffer only.
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

    static int bodyLength(BenchSeries series) {
        return length(series) - Integer.BYTES;
    }

    /// Puts an item at the position of a little-endian buffer.
    static void put(ByteBuffer target, BenchSeries series, int length) {
        target.putInt(length);
        putBody(target, series);
    }

    static void putBody(ByteBuffer target, BenchSeries series) {
        final byte[][] strings = series.strings;
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
        target.putInt(index, length);
        putBody(target, index + Integer.BYTES, series);
    }

    static void putBody(MutableDirectBuffer target, int index, BenchSeries series) {
        final byte[][] strings = series.strings;
        target.putInt(index, strings.length / 2);
        int at = index + Integer.BYTES;
        for (final byte[] string : strings) {
            target.putInt(at, string.length);
            target.putBytes(at + Integer.BYTES, string);
            at += Integer.BYTES + string.length;
        }
        target.putInt(at, 1);
        target.putLong(at + Integer.BYTES, series.timestamp(0));
        target.putDouble(at + Integer.BYTES + Long.BYTES, series.value(0));
    }

    /// Puts an item at the write position of a Chronicle buffer.
    static void put(Bytes<?> target, BenchSeries series, int length) {
        target.writeInt(length);
        putBody(target, series);
    }

    static void putBody(Bytes<?> target, BenchSeries series) {
        final byte[][] strings = series.strings;
        target.writeInt(strings.length / 2);
        for (final byte[] string : strings) {
            target.writeInt(string.length);
            target.write(string);
        }
        target.writeInt(1);
        target.writeLong(series.timestamp(0));
        target.writeDouble(series.value(0));
    }

    /// Puts an item's body at the write position of an Artemis buffer.
    static void putBody(ActiveMQBuffer target, BenchSeries series) {
        final byte[][] strings = series.strings;
        target.writeInt(strings.length / 2);
        for (final byte[] string : strings) {
            target.writeInt(string.length);
            target.writeBytes(string);
        }
        target.writeInt(1);
        target.writeLong(series.timestamp(0));
        target.writeDouble(series.value(0));
    }
}
