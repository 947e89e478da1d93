package io.seriatim.wal.mmap;

import java.util.concurrent.atomic.AtomicLong;

/// How much heap the labels that a replay has to remember may take, over all shards. Thread-safe.
final class LabelMemory {
    /// Whatever it takes.
    static final LabelMemory UNBOUNDED = new LabelMemory(Long.MAX_VALUE);

    private static final long OBJECT_BYTES = 64; // Labels, its array's header, rounded up
    private static final long PLACES_BYTES = 32; // in a table that is between a quarter and half full

    private final long limitBytes;
    private final AtomicLong takenBytes = new AtomicLong();

    LabelMemory(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /// Takes memory for one set of labels.
    ///
    /// @return how much, or -1 if there is not enough left
    long take(int encodedLength) {
        if (limitBytes == Long.MAX_VALUE) {
            return 0;
        }
        final long bytes = OBJECT_BYTES + PLACES_BYTES + encodedLength;
        if (takenBytes.addAndGet(bytes) <= limitBytes) {
            return bytes;
        }
        takenBytes.addAndGet(-bytes);
        return -1;
    }

    void give(long bytes) {
        takenBytes.addAndGet(-bytes);
    }
}
