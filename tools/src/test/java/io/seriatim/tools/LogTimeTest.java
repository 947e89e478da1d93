package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.DateTimeException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTimeTest {
    @ParameterizedTest
    @CsvSource({
        "2023-11-14T22:13:20Z, MILLISECONDS, 1700000000000, 1700000000000",
        "2023-11-14T23:13:20+01:00, SECONDS, 1700000000, 1700000000",
        "2023-11-14 22:13:20.5Z, SECONDS, 1700000001, 1700000000",
        "2023-11-14T22:13:20.000000001Z, NANOSECONDS, 1700000000000000001, 1700000000000000001",
        "2023-11-14T22:13:20.0009Z, MILLISECONDS, 1700000000001, 1700000000000",
        "1969-12-31T23:59:59.5Z, SECONDS, 0, -1",
        "1969-12-31T23:59:59Z, DAYS, 0, -1"
    })
    void shouldRoundTowardsTheRangeWhereTheUnitIsCoarser(String text, TimeUnit unit, long from, long until) {
        assertEquals(from, LogTime.parse(text, unit, true));
        assertEquals(until, LogTime.parse(text, unit, false));
    }

    @Test
    void shouldRefuseWhatIsNoTimestamp() {
        assertThrows(DateTimeException.class, () -> LogTime.parse("yesterday", TimeUnit.SECONDS, true));
        assertThrows(DateTimeException.class, () -> LogTime.parse("2023-11-14T22:13:20", TimeUnit.SECONDS, true));
        assertThrows(
                ArithmeticException.class, () -> LogTime.parse("2300-01-01T00:00:00Z", TimeUnit.NANOSECONDS, true));
    }

    @ParameterizedTest
    @CsvSource({
        "1700000000000, MILLISECONDS, 2023-11-14T22:13:20Z",
        "-1, SECONDS, 1969-12-31T23:59:59Z",
        "-1, NANOSECONDS, 1969-12-31T23:59:59.999999999Z",
        "9223372036854775807, DAYS, 9223372036854775807",
        "5, , 5"
    })
    void shouldWriteDatesWhereThereAreSome(long timestamp, TimeUnit unit, String text) {
        assertEquals(text, LogTime.text(timestamp, unit));
    }
}
