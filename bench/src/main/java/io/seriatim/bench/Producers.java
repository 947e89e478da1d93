package io.seriatim.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/// Threads that do the same thing at once.
final class Producers {
    private Producers() {}

    interface Work {
        void run(int thread) throws Exception;
    }

    /// Runs the work in so many threads and waits for all. One works in the calling thread.
    ///
    /// @return nanoseconds from the moment when all could begin
    static long run(int threads, Work work) throws Exception {
        if (threads == 1) {
            final long startNs = System.nanoTime();
            work.run(0);
            return System.nanoTime() - startNs;
        }
        final CountDownLatch go = new CountDownLatch(1);
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final List<Thread> started = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            final int index = i;
            started.add(Thread.ofPlatform().name("producer-" + index).daemon().start(() -> {
                try {
                    go.await();
                    work.run(index);
                } catch (Throwable thrown) {
                    failure.compareAndSet(null, thrown);
                }
            }));
        }
        final long startNs = System.nanoTime();
        go.countDown();
        for (final Thread each : started) {
            each.join();
        }
        final long nanos = System.nanoTime() - startNs;
        switch (failure.get()) {
            case null -> {
                return nanos;
            }
            case UnsupportedOperationException refused -> throw refused;
            case Throwable thrown -> throw new IllegalStateException("a producer failed", thrown);
        }
    }
}
