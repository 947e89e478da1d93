package io.seriatim.tools.replay;

import io.seriatim.tools.JsonBuffer;
import java.util.concurrent.TimeUnit;

/// A log's timestamps as decimal seconds, to the last digit.
final class Seconds {
    private static final long MILLIS = 1000;

    private final long unitsPerSecond;

    Seconds(TimeUnit unit) {
        this.unitsPerSecond = Math.max(1, unit.convert(1, TimeUnit.SECONDS));
        if (unit.toSeconds(1) > 1) {
            throw new IllegalArgumentException("unit longer than a second: unit=" + unit);
        }
    }

    /// Adds a timestamp: `1700000000.123`, no zeros at the end.
    ///
    /// Prometheus multiplies by 1000 and cuts off what is behind the point. Where the product comes out a hair
    /// below the millisecond, as at 1077949071.922, that would be the millisecond before; so the next double is
    /// written there.
    void append(JsonBuffer buffer, long timestamp) {
        if (unitsPerSecond == MILLIS && (long) (timestamp / 1e3 * 1e3) != timestamp && isExact(timestamp)) {
            final double seconds = timestamp / 1e3;
            buffer.ascii(Double.toString(timestamp < 0 ? Math.nextDown(seconds) : Math.nextUp(seconds)));
            return;
        }
        final long whole = timestamp / unitsPerSecond;
        long rest = Math.abs(timestamp % unitsPerSecond);
        if (whole == 0 && timestamp < 0) {
            buffer.ascii('-');
        }
        buffer.number(whole);
        if (rest == 0) {
            return;
        }
        buffer.ascii('.');
        for (long digit = unitsPerSecond / 10; rest != 0; digit /= 10) {
            buffer.ascii((char) ('0' + rest / digit));
            rest %= digit;
        }
    }

    /// Farther away doubles no longer tell milliseconds apart, and nothing helps.
    private static boolean isExact(long timestamp) {
        return Math.abs(timestamp) < 1L << 52;
    }
}
