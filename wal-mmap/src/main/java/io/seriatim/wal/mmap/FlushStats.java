package io.seriatim.wal.mmap;

import java.util.concurrent.atomic.AtomicLong;

/// One shard's counters, written by the flusher, read by anybody: each is right by itself.
final class FlushStats {
    final AtomicLong records = new AtomicLong();
    final AtomicLong forces = new AtomicLong();
    final AtomicLong forcedBytes = new AtomicLong();
    final AtomicLong forceNs = new AtomicLong();
    final AtomicLong lastForceNs = new AtomicLong();
    final AtomicLong maxForceNs = new AtomicLong();
    final AtomicLong stalledClaims = new AtomicLong();

    void committed(long records) {
        this.records.setRelease(this.records.getPlain() + records);
    }

    void stalled() {
        stalledClaims.setRelease(stalledClaims.getPlain() + 1);
    }

    void forced(long bytes, long durationNs) {
        forces.setRelease(forces.getPlain() + 1);
        forcedBytes.setRelease(forcedBytes.getPlain() + bytes);
        forceNs.setRelease(forceNs.getPlain() + durationNs);
        lastForceNs.setRelease(durationNs);
        maxForceNs.setRelease(Math.max(maxForceNs.getPlain(), durationNs));
    }
}
