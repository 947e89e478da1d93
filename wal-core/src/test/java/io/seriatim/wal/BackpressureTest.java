package io.seriatim.wal;

import static io.seriatim.wal.Failures.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackpressureTest {
    @Test
    void shouldSayWhatToDo() {
        assertEquals(
                new Backpressure(Backpressure.Kind.BLOCK, Duration.ofSeconds(3)),
                Backpressure.block(Duration.ofSeconds(3)));
        assertEquals(new Backpressure(Backpressure.Kind.FAIL, Duration.ZERO), Backpressure.fail());
        assertEquals(new Backpressure(Backpressure.Kind.DROP, Duration.ZERO), Backpressure.drop());
    }

    @Test
    void shouldAcceptNoTimeAtAllAndAYear() {
        assertEquals(Duration.ZERO, Backpressure.block(Duration.ZERO).timeout());
        assertEquals(
                Duration.ofDays(365), Backpressure.block(Duration.ofDays(365)).timeout());
    }

    @Test
    void shouldRefuseWhenTheTimeoutIsNegative() {
        assertRefused(() -> Backpressure.block(Duration.ofMillis(-1)), "not be negative", "timeout=PT-0.001S");
    }

    /// It would not fit into nanoseconds, and fail in the first append that has to wait.
    @Test
    void shouldRefuseWhenTheTimeoutIsLongerThanAYear() {
        assertRefused(
                () -> Backpressure.block(Duration.ofDays(365).plusNanos(1)), "at most 365 days", "PT8760H0.000000001S");
        assertRefused(() -> Backpressure.block(Duration.ofSeconds(Long.MAX_VALUE)), "at most 365 days");
    }

    @Test
    void shouldRefuseATimeoutWhereNobodyWaits() {
        assertRefused(
                () -> new Backpressure(Backpressure.Kind.DROP, Duration.ofSeconds(1)),
                "zero unless kind is BLOCK",
                "kind=DROP",
                "timeout=PT1S");
    }

    @Test
    void shouldNameThePartWhenItIsNull() {
        assertEquals(
                "timeout",
                assertThrows(NullPointerException.class, () -> Backpressure.block(null))
                        .getMessage());
        assertEquals(
                "kind",
                assertThrows(NullPointerException.class, () -> new Backpressure(null, Duration.ZERO))
                        .getMessage());
    }
}
