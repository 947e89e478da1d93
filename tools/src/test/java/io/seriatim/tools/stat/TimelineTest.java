package io.seriatim.tools.stat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {
    @Test
    void shouldPutTimestampsIntoSteps() {
        final Timeline timeline = new Timeline(100);
        for (final long timestamp : new long[] {0, 99, 100, -1, -100, -101, 50}) {
            timeline.at(timestamp).samples++;
        }

        final List<Timeline.Step> steps = timeline.steps();

        assertEquals(
                List.of(-2L, -1L, 0L, 1L),
                steps.stream().map(step -> step.index).toList());
        assertEquals(
                List.of(1L, 2L, 3L, 1L),
                steps.stream().map(step -> step.samples).toList());
        assertEquals(-200, timeline.start(-2));
    }

    @Test
    void shouldWidenStepsWhenThereAreTooMany() {
        final Timeline timeline = new Timeline(10);
        final int count = 5 * Timeline.MAX_STEPS;
        for (int i = 0; i < count; i++) {
            final Timeline.Step step = timeline.at(10L * i);
            step.samples++;
            step.active.update((long) i);
            step.active.update(-1L); // active throughout
        }

        assertEquals(80, timeline.width());
        assertEquals(count / 8, timeline.steps().size());
        for (final Timeline.Step step : timeline.steps()) {
            assertEquals(8, step.samples);
            assertEquals(9, Math.round(step.active.getEstimate()));
        }
    }

    @Test
    void shouldTakeAnyTimestamp() {
        final Timeline timeline = new Timeline(3_600_000_000_000L);
        for (int i = 0; i < 4096; i++) {
            timeline.at(i * (Long.MAX_VALUE / 2048) + Long.MIN_VALUE).samples++;
        }
        timeline.at(Long.MAX_VALUE).samples++;
        timeline.at(Long.MIN_VALUE).samples++;

        assertTrue(timeline.steps().size() <= Timeline.MAX_STEPS);
        assertEquals(
                4098, timeline.steps().stream().mapToLong(step -> step.samples).sum());
        assertEquals(Long.MIN_VALUE, timeline.start(timeline.index(Long.MIN_VALUE)));
    }

    @Test
    void shouldKeepItsWidthWhenStepsLieFarApart() {
        final Timeline timeline = new Timeline(10);

        timeline.at(0).samples++;
        timeline.at(1L << 50).samples++;

        assertEquals(10, timeline.width());
    }
}
