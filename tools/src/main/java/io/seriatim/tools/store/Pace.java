package io.seriatim.tools.store;

import java.util.concurrent.TimeUnit;

/// Lets only so many samples a second pass. Used by one thread at a time.
final class Pace {
    private final double perSecond;
    private final long startNs = System.nanoTime();
    private double dueNs;

    /// @param perSecond 0: as many as can
    Pace(double perSecond) {
        this.perSecond = perSecond;
    }

    /// Waits until what passed before is paid for.
    void await(int samples) throws InterruptedException {
        if (perSecond <= 0) {
            return;
        }
        final double nowNs = System.nanoTime() - startNs;
        dueNs = Math.max(dueNs, nowNs - TimeUnit.SECONDS.toNanos(1)); // what was not used is soon forgotten
        if (dueNs > nowNs) {
            TimeUnit.NANOSECONDS.sleep((long) (dueNs - nowNs));
        }
        dueNs += samples * 1e9 / perSecond;
    }
}
