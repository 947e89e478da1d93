package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final int SEGMENT_BYTES = 64 << 20;

    private final FlushStats stats = new FlushStats();
    private final Pace pace = new Pace(stats, SEGMENT_BYTES, false);
    private long nowNs = System.nanoTime() + TimeUnit.DAYS.toNanos(1);

    /// A second in which so many forces of so many bytes each are made.
    private void second(int forces, long bytes) {
        pace.look(nowNs);
        for (int i = 0; i < forces; i++) {
            stats.forced(bytes, 1);
        }
        nowNs += TimeUnit.SECONDS.toNanos(1);
        pace.look(nowNs);
    }

    @Test
    void shouldWriteShortAndKeepTwoReadyWhenNothingIsKnown() {
        pace.look(nowNs);

        assertEquals(Pace.LEAST_ZERO_BYTES, pace.zeroBytes());
        assertEquals(2, pace.ahead());
    }

    @Test
    void shouldWriteShortWhenForcesAreSmallHoweverManyThereAre() {
        second(20_000, 32 << 10);

        assertEquals(Pace.LEAST_ZERO_BYTES, pace.zeroBytes());
        assertEquals(3, pace.ahead()); // 640 MiB a second
    }

    @Test
    void shouldWriteLongWhenForcesAreLarge() {
        second(10, 1 << 20);
        assertEquals(128 << 10, pace.zeroBytes());
        second(200, 3 << 20);
        assertEquals(Pace.MAX_ZERO_BYTES, pace.zeroBytes());
    }

    @Test
    void shouldWriteShortAgainWhenForcesBecomeSmall() {
        second(200, 3 << 20);
        second(200, 4096);

        assertEquals(Pace.LEAST_ZERO_BYTES, pace.zeroBytes());
        assertEquals(2, pace.ahead());
    }

    @Test
    void shouldRememberWhenNothingWasForcedMeanwhile() {
        second(200, 3 << 20);
        second(0, 0);

        assertEquals(Pace.MAX_ZERO_BYTES, pace.zeroBytes());
    }

    @Test
    void shouldKeepOneReadyWhenTheLogIsCapped() {
        assertEquals(1, new Pace(stats, SEGMENT_BYTES, true).ahead());
    }
}
