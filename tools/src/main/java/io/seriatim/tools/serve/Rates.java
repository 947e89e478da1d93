package io.seriatim.tools.serve;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// How many records a second came in, for the last minutes. Thread-safe.
final class Rates implements AutoCloseable {
    /// Seconds that are kept.
    static final int KEPT = 300;

    private final LongSupplier total;
    private final long[] perSecond = new long[KEPT];
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("rates").factory());
    private long before;
    private int next;
    private int count;

    Rates(LongSupplier total) {
        this.total = total;
    }

    void start() {
        clock.scheduleAtFixedRate(this::look, 1, 1, TimeUnit.SECONDS);
    }

    synchronized void look() {
        final long now = total.getAsLong();
        perSecond[next] = now - before;
        before = now;
        next = (next + 1) % KEPT;
        count = Math.min(count + 1, KEPT);
    }

    /// @return records a second, the oldest second first
    synchronized long[] history() {
        final long[] history = new long[count];
        for (int i = 0; i < count; i++) {
            history[i] = perSecond[(next - count + i + KEPT) % KEPT];
        }
        return history;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
