package io.seriatim.wal.mmap;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/// Lends reusable objects to any thread without a lock. Leased rather than kept per thread: a callback may append
/// while its caller is appending, and virtual threads come by the million.
///
/// At most as many objects exist as were out at once; of those, [#SLOTS] are kept.
final class Pool<T> {
    private static final int SLOTS = 64;
    private static final int STRIDE = 16; // slots this far apart share no cache line

    private final AtomicReferenceArray<T> slots = new AtomicReferenceArray<>(SLOTS * STRIDE);
    private final Supplier<T> maker;

    Pool(Supplier<T> maker) {
        this.maker = maker;
    }

    T lease() {
        final int start = slotOfThread();
        for (int i = 0; i < SLOTS; i++) {
            final int slot = (start + i) % SLOTS * STRIDE;
            if (slots.getOpaque(slot) != null) {
                final T found = slots.getAndSet(slot, null);
                if (found != null) {
                    return found;
                }
            }
        }
        return maker.get();
    }

    void release(T object) {
        final int start = slotOfThread();
        for (int i = 0; i < SLOTS; i++) {
            final int slot = (start + i) % SLOTS * STRIDE;
            if (slots.getOpaque(slot) == null && slots.compareAndSet(slot, null, object)) {
                return;
            }
        }
    }

    private static int slotOfThread() {
        return (int) Thread.currentThread().threadId() & SLOTS - 1;
    }
}
