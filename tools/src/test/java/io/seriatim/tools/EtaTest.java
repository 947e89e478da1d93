package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EtaTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long TOTAL = 100_000;

    @Test
    void shouldBeRightWhenTheRateIsSteady() {
        final Eta eta = new Eta(7);

        assertEquals(-1, eta.restNs(50, TOTAL, 7 + SECOND / 2), "too early to tell");
        for (int second = 1; second < 1000; second++) {
            final long rest = eta.restNs(100 * second, TOTAL, 7 + second * SECOND);
            assertEquals((1000 - second) * SECOND, rest, SECOND / 100.0, "second=" + second);
        }
    }

    /// The first tenth comes from the page cache, the rest from a disk ten times slower.
    @Test
    void shouldForgetAFastStart() {
        final Eta eta = new Eta(0);
        long now = 0;
        long done = 0;
        while (done < TOTAL / 10) {
            now += SECOND / 10;
            eta.restNs(done += 1000, TOTAL, now);
        }
        while (done < TOTAL / 2) {
            now += SECOND / 10;
            eta.restNs(done += 100, TOTAL, now);
        }

        final double truth = (TOTAL - done) / 1000.0 * SECOND;
        assertEquals(truth, eta.restNs(done + 100, TOTAL, now + SECOND / 10), truth / 20);
    }

    @ParameterizedTest
    @CsvSource({"2, 50, ', 2 s left'", "100, 50, ', 1 min 40 s left'", "9000, 50, ', 2 h 30 min left'"})
    void shouldSayItInWords(long seconds, int percent, String expected) {
        final Eta eta = new Eta(0);

        assertEquals(expected, eta.text(percent, 100, seconds * SECOND));
    }

    @Test
    void shouldSayNothingWhileNothingIsDone() {
        final Eta eta = new Eta(0);

        assertEquals("", eta.text(0, 100, 50 * SECOND));
        assertTrue(eta.text(1, 100, 60 * SECOND).startsWith(", "));
    }
}
