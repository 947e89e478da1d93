package io.seriatim.tools.anatomy;

/// Bytes by class. Not thread-safe.
public final class ByteSums {
    private final long[] bytes = new long[ByteClass.values().length];

    ByteSums add(ByteClass kind, long count) {
        bytes[kind.ordinal()] += count;
        return this;
    }

    void add(ByteSums other) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] += other.bytes[i];
        }
    }

    /// @return bytes of a class
    public long of(ByteClass kind) {
        return bytes[kind.ordinal()];
    }

    /// @return bytes of all classes
    public long total() {
        long total = 0;
        for (final long each : bytes) {
            total += each;
        }
        return total;
    }
}
