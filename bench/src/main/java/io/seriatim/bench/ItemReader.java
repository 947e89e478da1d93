package io.seriatim.bench;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Reads items back that are laid out as [ItemLayout] says. Trusts its input.
final class ItemReader {
    // Stays in the second cache between read and parse.
    private static final int CHUNK_BYTES = 256 * 1024;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private ItemReader() {}

    /// Reads a file of items, one behind the other. Zeros end it, as they do in a file that is longer than its items.
    static ReplaySum readFile(Path file) throws IOException {
        final ReplaySum sum = new ReplaySum();
        final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        try (FileChannel channel = FileChannel.open(file)) {
            while (channel.read(chunk) >= 0) {
                final int read = readItems(chunk.array(), chunk.position(), sum);
                if (read == 0) {
                    break;
                }
                chunk.flip().position(read);
                chunk.compact();
            }
        }
        return sum;
    }

    /// @return the end of the last whole item
    private static int readItems(byte[] source, int end, ReplaySum sum) {
        int at = 0;
        while (at + Integer.BYTES <= end) {
            final int length = (int) INT.get(source, at);
            if (length == 0 || length > end - at) {
                break;
            }
            readBody(source, at + Integer.BYTES, sum);
            at += length;
        }
        return at;
    }

    /// Reads an item's body.
    static void readBody(byte[] source, int offset, ReplaySum sum) {
        final int count = (int) INT.get(source, offset);
        long labels = 0;
        int at = offset + Integer.BYTES;
        for (int i = 0; i < count; i++) {
            final int nameLength = (int) INT.get(source, at);
            final int name = at + Integer.BYTES;
            final int valueLength = (int) INT.get(source, name + nameLength);
            final int value = name + nameLength + Integer.BYTES;
            labels += ReplaySum.label(source, name, nameLength, source, value, valueLength);
            at = value + valueLength;
        }
        final int samples = (int) INT.get(source, at);
        at += Integer.BYTES;
        for (int i = 0; i < samples; i++) {
            sum.add(labels, (long) LONG.get(source, at), (long) LONG.get(source, at + Long.BYTES));
            at += Long.BYTES + Double.BYTES;
        }
    }

    /// The same with the numbers the other way round, as Artemis writes them.
    static void readBigEndianBody(byte[] source, int offset, ReplaySum sum) {
        final int count = bigEndianInt(source, offset);
        long labels = 0;
        int at = offset + Integer.BYTES;
        for (int i = 0; i < count; i++) {
            final int nameLength = bigEndianInt(source, at);
            final int name = at + Integer.BYTES;
            final int valueLength = bigEndianInt(source, name + nameLength);
            final int value = name + nameLength + Integer.BYTES;
            labels += ReplaySum.label(source, name, nameLength, source, value, valueLength);
            at = value + valueLength;
        }
        final int samples = bigEndianInt(source, at);
        at += Integer.BYTES;
        for (int i = 0; i < samples; i++) {
            sum.add(labels, bigEndianLong(source, at), bigEndianLong(source, at + Long.BYTES));
            at += Long.BYTES + Double.BYTES;
        }
    }

    private static int bigEndianInt(byte[] source, int at) {
        return Integer.reverseBytes((int) INT.get(source, at));
    }

    private static long bigEndianLong(byte[] source, int at) {
        return Long.reverseBytes((long) LONG.get(source, at));
    }
}
