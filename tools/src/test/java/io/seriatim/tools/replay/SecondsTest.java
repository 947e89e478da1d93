package io.seriatim.tools.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.JsonBuffer;
import java.math.BigDecimal;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecondsTest {
    @ParameterizedTest
    @CsvSource({
        "MILLISECONDS, 1700000000123, 1700000000.123",
        "MILLISECONDS, 1700000000100, 1700000000.1",
        "MILLISECONDS, 1700000000000, 1700000000",
        "MILLISECONDS, -1, -0.001",
        "MILLISECONDS, -1500, -1.5",
        "MILLISECONDS, 0, 0",
        "SECONDS, 1700000000, 1700000000",
        "SECONDS, -9223372036854775808, -9223372036854775808",
        "NANOSECONDS, 1700000000000000001, 1700000000.000000001",
        "MICROSECONDS, 9223372036854775807, 9223372036854.775807",
        "NANOSECONDS, -9223372036854775808, -9223372036.854775808"
    })
    void shouldWriteEveryDigit(TimeUnit unit, long timestamp, String expected) {
        assertEquals(expected, text(unit, timestamp));
    }

    /// The arithmetic of Prometheus: seconds as a double, times 1000, cut.
    @Property
    void shouldComeBackAsTheSameMillisecondFromPrometheus(
            @ForAll @LongRange(min = -(1L << 44), max = 1L << 44) long millis) {
        final String text = text(TimeUnit.MILLISECONDS, millis);

        assertEquals(millis, (long) (Double.parseDouble(text) * 1000), text);
        final BigDecimal away =
                new BigDecimal(text).subtract(BigDecimal.valueOf(millis, 3)).abs();
        assertTrue(away.compareTo(BigDecimal.valueOf(1, 5)) < 0, text);
    }

    @ParameterizedTest
    @CsvSource({"1077949071922", "272862663483", "2157664003174", "-1077949071922"})
    void shouldStepAHairAsideWherePrometheusWouldCutAMillisecondOff(long millis) {
        assertTrue((long) (millis / 1e3 * 1e3) != millis, "no such case");
        assertEquals(millis, (long) (Double.parseDouble(text(TimeUnit.MILLISECONDS, millis)) * 1000));
    }

    private static String text(TimeUnit unit, long timestamp) {
        final JsonBuffer buffer = new JsonBuffer();
        new Seconds(unit).append(buffer, timestamp);
        return buffer.toString();
    }
}
