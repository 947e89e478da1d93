package io.seriatim.tools.ingest;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.concurrent.TimeUnit;

/// Converts timestamps of an input into the log's unit: exactly, or not at all. Not thread-safe.
///
/// The result is a field, since every long is a legal timestamp: `if (scale.convert(t)) use(scale.timestamp())`.
final class TimeScale {
    private static final int LONGEST_TEXT = 400;
    private static final long MILLIS = 1000;
    private static final long[] POWERS = new long[19];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = 10 * POWERS[i - 1];
        }
    }

    private final TimeUnit from;
    private final TimeUnit to;
    private final long multiplier;
    private final long divisor;
    private final boolean round;

    // By the number of decimals: what digits are multiplied with, or divided by, to become a timestamp; 0 where that
    // takes more than one of the two. Divisions are dear, and there is one timestamp for each sample.
    private final long[] factors = new long[POWERS.length];
    private final long[] divisors = new long[POWERS.length];

    private long timestamp;
    private long rounded;

    /// @param round whether to take the next earlier timestamp where the log's unit is too coarse
    TimeScale(TimeUnit from, TimeUnit to, boolean round) {
        final long fromNs = from.toNanos(1);
        final long toNs = to.toNanos(1);
        this.from = from;
        this.to = to;
        this.multiplier = Math.max(1, fromNs / toNs); // one unit is a whole number of the other
        this.divisor = Math.max(1, toNs / fromNs);
        this.round = round;
        for (int decimals = 0; decimals < POWERS.length; decimals++) {
            final long power = POWERS[decimals];
            if (multiplier % power == 0 && divisor == 1) {
                factors[decimals] = multiplier / power;
            } else if (power % multiplier == 0 && power / multiplier <= Long.MAX_VALUE / divisor) {
                divisors[decimals] = power / multiplier * divisor;
            }
        }
    }

    /// Converts a whole number.
    ///
    /// @return whether the log can say it
    boolean convert(long time) {
        if (multiplier > 1) {
            final long product = time * multiplier;
            timestamp = product;
            return Math.multiplyHigh(time, multiplier) == product >> 63;
        }
        return divide(time, divisor);
    }

    /// Converts a number with decimals or an exponent.
    ///
    /// @return whether the log can say it
    boolean convert(Decimal time) {
        final int exponent = time.exponent();
        if (time.isExact() && exponent <= 0 && exponent > -POWERS.length) {
            final long digits = time.mantissa();
            final long factor = factors[-exponent];
            if (factor > 0) {
                final long product = digits * factor;
                timestamp = product;
                return Math.multiplyHigh(digits, factor) == product >> 63;
            }
            final long by = divisors[-exponent];
            if (by > 0) {
                return digits % by != 0 && isHairAside(time) || divide(digits, by);
            }
        }
        // More digits than that are an attack, not a time.
        return time.length() + Math.abs(exponent) < LONGEST_TEXT && convertLong(time);
    }

    /// Prometheus multiplies by 1000 and cuts. Where a product comes out a hair below its millisecond, as that of 1.001
    /// does, `replay` writes the double behind it, 1.0010000000000001: that is this millisecond, and no other time.
    private boolean isHairAside(Decimal time) {
        if (from != TimeUnit.SECONDS || multiplier % MILLIS != 0) {
            return false;
        }
        final double written = time.toDouble();
        final long millis = Math.round(written * 1e3);
        final double seconds = millis / 1e3;
        if (Math.abs(millis) >= 1L << 52
                || (long) (seconds * 1e3) == millis
                || written != (millis < 0 ? Math.nextDown(seconds) : Math.nextUp(seconds))) {
            return false;
        }
        final long factor = multiplier / MILLIS;
        timestamp = millis * factor;
        return Math.multiplyHigh(millis, factor) == timestamp >> 63;
    }

    private boolean convertLong(Decimal time) {
        final BigDecimal[] parts = time.toBigDecimal()
                .multiply(BigDecimal.valueOf(multiplier))
                .divideAndRemainder(BigDecimal.valueOf(divisor));
        final boolean whole =
                parts[1].signum() == 0 && parts[0].stripTrailingZeros().scale() <= 0;
        if (!whole && isHairAside(time)) {
            return true;
        }
        final BigInteger quotient = parts[0].toBigInteger();
        final BigInteger floor = parts[1].signum() < 0 ? quotient.subtract(BigInteger.ONE) : quotient;
        if (floor.bitLength() >= Long.SIZE || !whole && !round) {
            return false;
        }
        rounded += whole ? 0 : 1;
        timestamp = floor.longValue();
        return true;
    }

    private boolean divide(long time, long by) {
        if (by == 1) {
            timestamp = time;
            return true;
        }
        final long quotient = Math.floorDiv(time, by);
        timestamp = quotient;
        if (quotient * by == time) {
            return true;
        }
        rounded += round ? 1 : 0;
        return round;
    }

    /// @return what was converted last
    long timestamp() {
        return timestamp;
    }

    /// @return how many timestamps were rounded
    long rounded() {
        return rounded;
    }

    /// @return why a timestamp was refused, and what to do about it
    String refusal() {
        return divisor > 1 || !round && from == to
                ? "timestamp is no whole number of the log's " + TimeUnits.name(to) + " (a new log may have a finer"
                        + " --unit; --round takes the one before)"
                : "timestamp is too large, or no whole number of the log's " + TimeUnits.name(to);
    }
}
