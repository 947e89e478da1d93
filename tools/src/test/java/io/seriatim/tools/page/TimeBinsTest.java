package io.seriatim.tools.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TimeBinsTest {
    @Test
    void shouldKeepSumsAndFewBinsHoweverLongTheTime() {
        final TimeBins times = new TimeBins();
        final Random random = new Random(3);
        long records = 0;
        long largest = 0;
        for (int i = 0; i < 100_000; i++) {
            final int some = random.nextInt(1000);
            times.add(1_700_000_000_000L + 5L * i - random.nextInt(50), some, 10L * some);
            records += some;
            largest = Math.max(largest, 10L * some);
        }

        assertTrue(times.bins().size() <= 512, () -> "bins=" + times.bins().size());
        assertTrue(times.bins().size() > 200, () -> "bins=" + times.bins().size());
        assertEquals(
                records,
                times.bins().values().stream().mapToLong(TimeBins.Bin::records).sum());
        assertEquals(
                100_000,
                times.bins().values().stream().mapToLong(TimeBins.Bin::batches).sum());
        assertEquals(
                largest,
                times.bins().values().stream()
                        .mapToLong(TimeBins.Bin::maxBytes)
                        .max()
                        .orElseThrow());
    }

    @Test
    void shouldTakeAnyClock() {
        final TimeBins times = new TimeBins();
        for (final long clock : new long[] {0, Long.MAX_VALUE, Long.MIN_VALUE, -1, 1}) {
            times.add(clock, 1, 1);
        }

        assertEquals(
                5,
                times.bins().values().stream().mapToLong(TimeBins.Bin::records).sum());
    }
}
