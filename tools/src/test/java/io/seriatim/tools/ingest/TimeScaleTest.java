package io.seriatim.tools.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeScaleTest {
    @ParameterizedTest
    @CsvSource({
        "1700000000.123, SECONDS, MILLISECONDS, 1700000000123",
        "1700000000.123000000000, SECONDS, MILLISECONDS, 1700000000123",
        "1.7e9, SECONDS, MILLISECONDS, 1700000000000",
        "1.726839813016397e+09, SECONDS, MICROSECONDS, 1726839813016397",
        "1700000000.123456789, SECONDS, NANOSECONDS, 1700000000123456789",
        "-0.001, SECONDS, MILLISECONDS, -1",
        "0.000, SECONDS, SECONDS, 0",
        "120.000, SECONDS, MINUTES, 2",
        "9223372036854775807, MILLISECONDS, MILLISECONDS, 9223372036854775807",
        "-9223372036854775808, MILLISECONDS, MILLISECONDS, -9223372036854775808",
        "1700000000000000000, NANOSECONDS, MILLISECONDS, 1700000000000",
        // What Prometheus would cut to the millisecond before is written a hair aside.
        "1.0010000000000001, SECONDS, MILLISECONDS, 1001",
        "-1.0010000000000001, SECONDS, MILLISECONDS, -1001",
        "1077949071.9220001, SECONDS, MILLISECONDS, 1077949071922",
        "1.0010000000000001, SECONDS, MICROSECONDS, 1001000",
        "1.00100000000000011102230246251565404236316680908203125, SECONDS, MILLISECONDS, 1001",
        "1077949071.9220001, SECONDS, NANOSECONDS, 1077949071922000100"
    })
    void shouldConvertExactly(String text, TimeUnit from, TimeUnit to, long expected) {
        final TimeScale scale = new TimeScale(from, to, false);

        assertTrue(scale.convert(decimal(text)));
        assertEquals(expected, scale.timestamp());
        assertEquals(0, scale.rounded());
    }

    @ParameterizedTest
    @CsvSource({
        "1700000000.1234, SECONDS, MILLISECONDS, 1700000000123",
        "1.0010000000000003, SECONDS, MILLISECONDS, 1001",
        "1.0020000000000002, SECONDS, MILLISECONDS, 1002",
        "-0.0001, SECONDS, MILLISECONDS, -1",
        "0.00000000000000000000000001, SECONDS, MILLISECONDS, 0",
        "61, SECONDS, MINUTES, 1",
        "1700000000000000001, NANOSECONDS, MILLISECONDS, 1700000000000"
    })
    void shouldRefuseOrRoundDownWhenTheUnitIsTooCoarse(String text, TimeUnit from, TimeUnit to, long rounded) {
        assertFalse(new TimeScale(from, to, false).convert(decimal(text)));

        final TimeScale scale = new TimeScale(from, to, true);
        assertTrue(scale.convert(decimal(text)));
        assertEquals(rounded, scale.timestamp());
        assertEquals(1, scale.rounded());
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775808, MILLISECONDS, MILLISECONDS",
        "9223372036854775807, SECONDS, MILLISECONDS",
        "1e300, SECONDS, SECONDS",
        "1e999999999, SECONDS, SECONDS"
    })
    void shouldRefuseWhatNoTimestampCanSay(String text, TimeUnit from, TimeUnit to) {
        assertFalse(new TimeScale(from, to, true).convert(decimal(text)));
    }

    @Test
    void shouldRefuseManyDigitsInShortTime() {
        final TimeScale scale = new TimeScale(TimeUnit.SECONDS, TimeUnit.MILLISECONDS, true);

        assertFalse(scale.convert(decimal("1".repeat(500_000))));
        assertFalse(scale.convert(decimal("1e-999999999")));
    }

    @Property
    void shouldDoAsExactArithmeticDoes(
            @ForAll long digits,
            @ForAll @IntRange(min = -18, max = 3) int exponent,
            @ForAll TimeUnit from,
            @ForAll TimeUnit to) {
        final BigDecimal exact = BigDecimal.valueOf(digits)
                .scaleByPowerOfTen(exponent)
                .multiply(BigDecimal.valueOf(from.toNanos(1)))
                .divide(BigDecimal.valueOf(to.toNanos(1)), 60, RoundingMode.FLOOR);
        final BigDecimal floor = exact.setScale(0, RoundingMode.FLOOR);
        final boolean fits = floor.toBigInteger().bitLength() < Long.SIZE;
        final TimeScale strict = new TimeScale(from, to, false);
        final TimeScale rounding = new TimeScale(from, to, true);
        final Decimal decimal = decimal(digits + "e" + exponent);

        assertEquals(fits && exact.compareTo(floor) == 0, strict.convert(decimal));
        assertEquals(fits, rounding.convert(decimal));
        if (fits) {
            assertEquals(floor.longValueExact(), rounding.timestamp());
        }
    }

    private static Decimal decimal(String text) {
        final Decimal decimal = new Decimal();
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        assertEquals(bytes.length, decimal.scan(bytes, 0, bytes.length));
        return decimal;
    }
}
