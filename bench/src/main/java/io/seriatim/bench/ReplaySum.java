package io.seriatim.bench;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// What a replay read, in two numbers: how many items, and a sum that depends on every byte of every label, on each
/// timestamp and on all bits of each value. Who leaves one out, or gives a value to other labels, comes to another sum.
///
/// Neither the order of the items nor that of an item's labels counts: shards have none between them, and Seriatim
/// sorts labels by name. Not thread-safe.
final class ReplaySum {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final long SEED = 0x9E3779B97F4A7C15L;
    private static final long FACTOR = 0xBF58476D1CE4E5B9L;

    private long items;
    private long sum;

    /// @return what a label gives to the sum of its item's labels
    static long label(byte[] name, int nameAt, int nameLength, byte[] value, int valueAt, int valueLength) {
        return string(string(SEED, name, nameAt, nameLength), value, valueAt, valueLength);
    }

    private static long string(long start, byte[] source, int offset, int length) {
        long hash = mixed(start ^ length);
        final int end = offset + length;
        int at = offset;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            hash = mixed(hash ^ (long) LONG.get(source, at));
        }
        long rest = 0;
        for (; at < end; at++) {
            rest = rest << Byte.SIZE | source[at] & 0xFF;
        }
        return mixed(hash ^ rest);
    }

    private static long mixed(long value) {
        final long product = value * FACTOR;
        return product ^ product >>> 32;
    }

    /// Adds an item.
    ///
    /// @param labels what its labels gave, added up
    void add(long labels, long timestamp, long valueBits) {
        items++;
        sum += mixed(mixed(labels ^ timestamp) + valueBits);
    }

    void add(ReplaySum other) {
        items += other.items;
        sum += other.sum;
    }

    long items() {
        return items;
    }

    /// @return the sum over the first `count` items of the series, round and round
    static ReplaySum of(BenchSeries[] series, long count) {
        final ReplaySum all = new ReplaySum();
        for (int i = 0; i < series.length; i++) {
            final ReplaySum one = new ReplaySum();
            one.add(labels(series[i].strings), series[i].timestamp(0), Double.doubleToRawLongBits(series[i].value(0)));
            final long times = count / series.length + (i < count % series.length ? 1 : 0);
            all.items += times;
            all.sum += times * one.sum;
        }
        return all;
    }

    private static long labels(byte[][] strings) {
        long labels = 0;
        for (int i = 0; i < strings.length; i += 2) {
            labels += label(strings[i], 0, strings[i].length, strings[i + 1], 0, strings[i + 1].length);
        }
        return labels;
    }

    /// @throws IOException if something else was read than was written
    void require(ReplaySum written) throws IOException {
        if (items != written.items || sum != written.sum) {
            throw new IOException("replay is not what was written: items=" + items + " written=" + written.items
                    + " sum=0x" + Long.toHexString(sum) + " written=0x" + Long.toHexString(written.sum));
        }
    }
}
