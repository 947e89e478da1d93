package io.seriatim.wal.mmap;

import java.util.concurrent.atomic.AtomicLong;

/// The bytes of all segments of a log, under its cap. Any thread.
final class DiskUse {
    private final AtomicLong bytes = new AtomicLong();
    private final long cap;

    /// @param cap in bytes; 0: none
    DiskUse(long cap) {
        this.cap = cap;
    }

    /// Counts bytes that are there already, cap or not.
    void add(long more) {
        bytes.addAndGet(more);
    }

    /// Counts bytes to come.
    ///
    /// @return false if they would exceed the cap; then they are not counted
    boolean tryReserve(long more) {
        final long after = bytes.addAndGet(more);
        if (cap > 0 && after > cap) {
            bytes.addAndGet(-more);
            return false;
        }
        return true;
    }

    void release(long less) {
        bytes.addAndGet(-less);
    }

    long bytes() {
        return bytes.get();
    }

    @Override
    public String toString() {
        return "bytes=" + bytes + " maxBytes=" + cap;
    }
}
