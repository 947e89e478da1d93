package io.seriatim.tools.top;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.top.Moment.State;
import io.seriatim.wal.WalIoException;
import io.seriatim.wal.mmap.WalCounters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WatchTest {
    private static final long SECOND_NS = 1_000_000_000;

    private WalCounters counters;
    private boolean alive = true;
    private long nowNs;
    private final Watch watch = new Watch(() -> Optional.ofNullable(counters), _ -> alive, () -> nowNs);

    private State lookAt(long generation) {
        counters = MadeCounters.of(generation);
        nowNs += SECOND_NS;
        return watch.look().state();
    }

    @Test
    void shouldSeeAWriterThatLives() {
        assertEquals(State.OPEN, lookAt(2));
        assertEquals(State.OPEN, lookAt(4));
        assertEquals(State.OPEN, lookAt(4), "it had nothing to say");
    }

    @Test
    void shouldSeeAWriterThatHangs() {
        lookAt(2);
        lookAt(4);
        lookAt(4);
        lookAt(4);
        assertEquals(State.SILENT, lookAt(4));
        assertEquals(State.OPEN, lookAt(6), "it goes on");
    }

    @Test
    void shouldSeeAWriterThatDied() {
        lookAt(2);
        lookAt(4);
        alive = false;
        assertEquals(State.DEAD, lookAt(4));
    }

    @Test
    void shouldSeeAWriterThatHadDiedBefore() {
        alive = false;
        assertEquals(State.DEAD, lookAt(2));
        assertEquals(State.DEAD, lookAt(2));
    }

    @Test
    void shouldBelieveCountersThatMoveWhereTheProcessCannotBeSeen() {
        alive = false; // in another container
        lookAt(2);
        assertEquals(State.OPEN, lookAt(4));
        assertEquals(State.OPEN, lookAt(4));
        lookAt(4);
        assertEquals(State.DEAD, lookAt(4));
    }

    @Test
    void shouldSeeThatALogIsClosedAndOpenedAnew() {
        lookAt(2);
        counters = MadeCounters.of(1, 4, 1_700_000_001_000L);
        assertEquals(State.CLOSED, watch.look().state());

        counters = MadeCounters.of(2, 2, 0, MadeCounters.shard(0, 10, 320, 0, 1, false));
        final Moment anew = watch.look();
        assertEquals(State.OPEN, anew.state());
        assertNull(anew.before(), "counters of another opening are no basis");
        assertTrue(Double.isNaN(anew.total().recordsPerSecond()));
    }

    @Test
    void shouldWaitWhereThereAreNoCounters() {
        lookAt(2);
        counters = null;
        assertEquals(State.ABSENT, watch.look().state());
        assertEquals(State.OPEN, lookAt(2));
    }

    @Test
    void shouldTellWhyCountersCannotBeRead() {
        final Watch unreadable = new Watch(
                () -> {
                    throw new WalIoException("read the counters", Path.of("x"), new IOException("bad"));
                },
                _ -> true,
                () -> 0);

        assertEquals(State.ABSENT, unreadable.look().state());
        assertTrue(unreadable.look().problem().contains("bad"));
    }

    @Test
    void shouldReckonRatesFromTwoLooks() {
        counters = MadeCounters.of(
                2, MadeCounters.shard(0, 100, 3_200, 0, 10, false), MadeCounters.shard(1, 0, 0, 0, 0, false));
        watch.look();
        counters = MadeCounters.of(
                6, MadeCounters.shard(0, 1_100, 35_200, 64, 20, false), MadeCounters.shard(1, 50, 1_600, 32, 0, true));

        final Moment moment = watch.look();
        final Pace total = moment.total();

        assertEquals(1.0, moment.seconds());
        assertEquals(1_050, total.recordsPerSecond());
        assertEquals(33_600, total.bytesPerSecond());
        assertEquals(10, total.forcesPerSecond());
        assertEquals(2e6, total.meanForceNanos());
        assertEquals(96, total.lagBytes());
        assertEquals(64, total.openBytes());
        assertEquals(1, total.waits());
        assertEquals(1_000, moment.pace(0).recordsPerSecond());
        assertTrue(Double.isNaN(moment.pace(1).meanForceNanos()), "no force, so no time of one");
        assertFalse(moment.pace(0).poisoned());
        assertTrue(moment.isPoisoned());
    }
}
