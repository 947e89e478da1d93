package io.seriatim.tools.serve.intake;

import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// Converts times of a protocol into the log's unit: the next earlier one where that is coarser. Immutable.
final class TimeConversion {
    /// Stands for a time that the log's unit cannot say. It is no time of a protocol: 292 million years ago, or
    /// the log's own word for "none".
    static final long OUT_OF_RANGE = Long.MIN_VALUE;

    private final TimeUnit to;
    private final long multiplier;
    private final long divisor;

    TimeConversion(TimeUnit from, TimeUnit to) {
        final long fromNs = from.toNanos(1);
        final long toNs = to.toNanos(1);
        this.to = to;
        this.multiplier = Math.max(1, fromNs / toNs);
        this.divisor = Math.max(1, toNs / fromNs);
    }

    /// @return the time in the log's unit, or [#OUT_OF_RANGE]
    long convert(long time) {
        if (multiplier == 1) {
            return divisor == 1 ? time : Math.floorDiv(time, divisor);
        }
        final long product = time * multiplier;
        return Math.multiplyHigh(time, multiplier) == product >> 63 ? product : OUT_OF_RANGE;
    }

    /// @return why a time was refused
    String refusal() {
        return "time is out of the log's range: unit=" + to.name().toLowerCase(Locale.ROOT);
    }

    /// @return this moment in the log's unit
    static long now(TimeUnit unit) {
        final Instant now = Instant.now();
        return unit.convert(now.getEpochSecond(), TimeUnit.SECONDS) + unit.convert(now.getNano(), TimeUnit.NANOSECONDS);
    }
}
