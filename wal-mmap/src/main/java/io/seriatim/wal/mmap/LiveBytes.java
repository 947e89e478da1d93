package io.seriatim.wal.mmap;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Plain little-endian access to a mapped segment, at aligned offsets.
final class LiveBytes {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private LiveBytes() {}

    static int getInt(MemorySegment memory, long offset) {
        return memory.get(INT, offset);
    }

    static long getLong(MemorySegment memory, long offset) {
        return memory.get(LONG, offset);
    }

    static void putInt(MemorySegment memory, long offset, int value) {
        memory.set(INT, offset, value);
    }

    static void putLong(MemorySegment memory, long offset, long value) {
        memory.set(LONG, offset, value);
    }

    static void put(MemorySegment memory, long offset, byte[] source, int from, int length) {
        MemorySegment.copy(source, from, memory, ValueLayout.JAVA_BYTE, offset, length);
    }
}
