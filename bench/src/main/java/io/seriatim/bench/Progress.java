package io.seriatim.bench;

import java.time.Duration;

/// Tells on stderr what is done and how long the rest will take, by what the done part took against its estimate.
final class Progress {
    private final long startNs = System.nanoTime();
    private final long estimatedSeconds;
    private long doneSeconds;

    Progress(long estimatedSeconds) {
        this.estimatedSeconds = estimatedSeconds;
    }

    void show(String what) {
        final double elapsedSeconds = (System.nanoTime() - startNs) / 1e9;
        final double factor = doneSeconds == 0 ? 1 : elapsedSeconds / doneSeconds;
        final Duration left = Duration.ofSeconds((long) ((estimatedSeconds - doneSeconds) * factor));
        System.err.printf(
                "%3d %%  %d:%02d:%02d left  %s%n",
                estimatedSeconds == 0 ? 100 : 100 * doneSeconds / estimatedSeconds,
                left.toHours(),
                left.toMinutesPart(),
                left.toSecondsPart(),
                what);
    }

    /// Tells how long everything took, so that the estimates can be put right.
    void finished() {
        final Duration took = Duration.ofNanos(System.nanoTime() - startNs);
        System.err.printf(
                "took %d:%02d:%02d, estimated for an idle machine: %d:%02d:%02d%n",
                took.toHours(),
                took.toMinutesPart(),
                took.toSecondsPart(),
                estimatedSeconds / 3600,
                estimatedSeconds / 60 % 60,
                estimatedSeconds % 60);
    }

    void done(long seconds) {
        doneSeconds += seconds;
    }
}
