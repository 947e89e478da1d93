package io.seriatim.wal.mmap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// The three words of a shard that threads meet at, each on cache lines of its own: producers hammer `tail`, the
/// flusher alone writes `committed` and `durable`.
final class Frontiers {
    private static final VarHandle WORD =
            MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    // 16 longs are two cache lines, which is what the adjacent-line prefetcher pulls together.
    private static final int TAIL = 16;
    private static final int COMMITTED = 32;
    private static final int DURABLE = 48;

    private final long[] words = new long[64];

    Frontiers(long tail, long position) {
        words[TAIL] = tail;
        words[COMMITTED] = position;
        words[DURABLE] = position;
    }

    long tailVolatile() {
        return (long) WORD.getVolatile(words, TAIL);
    }

    long tailGetAndAdd(long units) {
        return (long) WORD.getAndAdd(words, TAIL, units);
    }

    long tailGetAndOr(long flags) {
        return (long) WORD.getAndBitwiseOr(words, TAIL, flags);
    }

    boolean tailCompareAndSet(long expected, long next) {
        return WORD.compareAndSet(words, TAIL, expected, next);
    }

    long committedAcquire() {
        return (long) WORD.getAcquire(words, COMMITTED);
    }

    void committedRelease(long position) {
        WORD.setRelease(words, COMMITTED, position);
    }

    long durableVolatile() {
        return (long) WORD.getVolatile(words, DURABLE);
    }

    void durableVolatile(long position) {
        WORD.setVolatile(words, DURABLE, position);
    }
}
