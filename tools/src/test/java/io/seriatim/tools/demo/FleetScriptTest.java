package io.seriatim.tools.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Labels;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FleetScriptTest {
    private static final int SAMPLES = 50_000;

    @Test
    void shouldFollowFromItsSeedAlone() {
        final Script script = script(1, 1, 0);
        final Script same = script(1, 1, 0);
        int differentByRound = 0;
        for (int sample = 0; sample < 1_000; sample++) {
            assertEquals(script.valueBits(3, sample), same.valueBits(3, sample));
            assertEquals(script.timestamp(3, sample), same.timestamp(3, sample));
            differentByRound += script.valueBits(3, sample) == script(1, 2, 0).valueBits(3, sample) ? 0 : 1;
        }
        assertTrue(differentByRound > 900, "differentByRound=" + differentByRound);
    }

    @Test
    void shouldHaveGrowingTimestampsByWhichSamplesAreFound() {
        final Script script = script(7, 3, 2);
        for (int sample = 0; sample < SAMPLES; sample++) {
            final long timestamp = script.timestamp(5, sample);
            assertTrue(timestamp < script.timestamp(5, sample + 1));
            assertEquals(sample, script.find(5, timestamp));
            assertNotEquals(sample, script.find(5, timestamp + 1));
        }
        assertEquals(-1, script.find(5, script(7, 2, 2).timestamp(5, 0)));
        assertEquals(-1, script.find(5, 0));
    }

    @Test
    void shouldNotLeaveOutTheValuesThatLogsGetWrong() {
        final Script script = script(7, 1, 0);
        final Set<Long> bits = new HashSet<>();
        for (int sample = 0; sample < SAMPLES; sample++) {
            bits.add(script.valueBits(0, sample));
        }

        assertTrue(bits.contains(0x7ff0000000000002L), "staleness marker");
        assertTrue(bits.contains(Double.doubleToRawLongBits(-0.0)));
        assertTrue(bits.contains(Double.doubleToRawLongBits(Double.POSITIVE_INFINITY)));
        assertTrue(bits.contains(1L), "smallest subnormal");
    }

    @Test
    void shouldNotShareSeriesBetweenProducers() {
        final Set<Labels> all = new HashSet<>();
        int series = 0;
        for (int producer = 0; producer < 4; producer++) {
            final Script script = script(7, 1, producer);
            for (int i = 0; i < script.series(); i++) {
                all.add(script.labels(i));
                series++;
            }
        }

        assertEquals(series, all.size());
    }

    private static Script script(long seed, int round, int producer) {
        return new FleetScript(seed, round, producer, "fleet", new Schedule(5));
    }
}
