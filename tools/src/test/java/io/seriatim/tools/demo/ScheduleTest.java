package io.seriatim.tools.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void shouldNumberSamplesAsAProducerAppendsThem(int hosts) {
        final Schedule schedule = new Schedule(hosts);
        final long[] samples = new long[schedule.series()];

        for (long append = 0; append < 3L * schedule.steps(); append++) {
            for (int series = 0; series < samples.length; series++) {
                assertEquals(samples[series], schedule.samples(series, append), "append=" + append);
            }
            final int step = (int) (append % schedule.steps());
            final Schedule.Manner manner = schedule.manner(step);
            final int first = schedule.series(step);
            final int last = first + (manner == Schedule.Manner.BATCH ? Schedule.SERIES_PER_HOST : 1);
            for (int series = first; series < last; series++) {
                assertEquals(samples[series] % Schedule.SAMPLES_PER_CYCLE, schedule.firstSample(step));
                for (int i = 0; i < (manner == Schedule.Manner.WHOLE ? Schedule.SAMPLES_PER_WHOLE : 1); i++) {
                    assertEquals(append, schedule.append(series, samples[series]++));
                }
            }
        }
    }
}
