package io.seriatim.tools.store;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// How long to wait before a request is sent again: twice as long each time, give or take a fifth, so that many who
/// failed together do not come back together.
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final Duration MOST_ASKED = Duration.ofMinutes(5);
    private static final double SPREAD = 0.2;

    private Duration next = FIRST;

    /// @param asked what the store asked for, or null; no store is waited for longer than five minutes at a time
    Duration next(Duration asked) {
        final double factor = 1 + SPREAD * (2 * ThreadLocalRandom.current().nextDouble() - 1);
        final Duration own = Duration.ofNanos((long) (next.toNanos() * factor));
        next = next.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : next.multipliedBy(2);
        if (asked == null || asked.compareTo(own) < 0) {
            return own;
        }
        return asked.compareTo(MOST_ASKED) > 0 ? MOST_ASKED : asked;
    }
}
