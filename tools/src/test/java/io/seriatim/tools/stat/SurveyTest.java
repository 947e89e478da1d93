package io.seriatim.tools.stat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayReport;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SurveyTest {
    private static final long HOUR = 3_600_000;
    private static final Labels UP = Labels.of("__name__", "up", "job", "api");
    private static final Labels CPU = Labels.of("__name__", "cpu", "job", "api", "mode", "user");

    @Test
    void shouldCountExactlyWhileEverySeriesFits() {
        final Survey survey = new Survey(HOUR);
        survey.onSamples(UP, new Fed(40, 10, 30, 20)); // 20 is late
        survey.onSamples(CPU, new Fed(70, HOUR + 5));
        survey.onSamples(UP, new Fed(32, 25)); // late
        survey.onSamples(UP, new Fed(32, 30)); // no later than the latest, but no earlier
        survey.onSamples(UP, new Fed(32, 2 * HOUR));
        survey.onSamples(Labels.of("__name__", "named"), new Fed(20)); // without samples

        final Statistics found = summary(survey, 7);

        assertEquals(Estimate.exact(3), found.series());
        assertEquals(Estimate.exact(2), found.outOfOrder());
        assertEquals(226, found.seriesBytes());
        assertEquals(
                List.of(
                        new TopSeries(UP, false, Estimate.exact(6)),
                        new TopSeries(CPU, false, Estimate.exact(1)),
                        new TopSeries(Labels.of("__name__", "named"), false, Estimate.exact(0))),
                found.bySamples());
        assertEquals(
                List.of(136L, 70L, 20L),
                found.byBytes().stream().map(each -> each.amount().value()).toList());
        assertEquals(
                List.of(
                        new Statistics.Step(0, 5, Estimate.exact(1), Estimate.exact(1), Estimate.exact(0)),
                        new Statistics.Step(HOUR, 1, Estimate.exact(1), Estimate.exact(1), Estimate.exact(1)),
                        new Statistics.Step(2 * HOUR, 1, Estimate.exact(1), Estimate.exact(0), null)),
                found.steps());
        assertFalse(found.isEstimated());
    }

    @Test
    void shouldCountLabelNamesAndValues() {
        final Survey survey = new Survey(HOUR);
        for (int i = 0; i < 30; i++) {
            survey.onSamples(
                    Labels.of("__name__", "up", "instance", "host-" + i, "zone", i < 20 ? "a" : ""), new Fed(32, i));
        }

        final Statistics found = summary(survey, 2);

        assertEquals(Estimate.exact(3), found.labelNames());
        assertEquals(
                List.of("instance", "zone"),
                found.labels().stream().map(Statistics.LabelName::name).toList());
        assertEquals(
                new Statistics.LabelName(
                        "zone",
                        Estimate.exact(2),
                        Estimate.exact(30),
                        List.of(
                                new Statistics.LabelValue("a", Estimate.exact(20)),
                                new Statistics.LabelValue("", Estimate.exact(10)))),
                found.labels().get(1));
        assertEquals(Estimate.exact(30), found.labels().getFirst().values());
    }

    @Test
    void shouldKeepEstimatesWithinTheirBoundsWhenSeriesDoNotFit() {
        final int count = 200_000;
        final Survey survey = new Survey(HOUR, 1 << 13, 1 << 20);
        final SplittableRandom random = new SplittableRandom(7);
        long samples = 0;
        long late = 0;
        for (int i = 0; i < count; i++) {
            final Labels labels = labels(i);
            final int more = i < 5 ? 20_000 * (5 - i) : 1 + random.nextInt(3);
            final boolean isLate = i >= 5 && random.nextInt(4) == 0;
            for (int s = 0; s < more; s++) {
                survey.onSamples(labels, new Fed(32, i % 2 * HOUR + (isLate && s > 0 ? 1000 - s : 1000 + s)));
            }
            samples += more;
            late += isLate ? more - 1 : 0;
        }

        final Statistics found = summary(survey, 5, samples);

        assertTrue(found.isEstimated());
        assertBetween(count, found.series(), 0.15);
        assertBetween(late, found.outOfOrder(), 0.25);
        for (int i = 0; i < 5; i++) {
            assertEquals(labels(i), found.bySamples().get(i).labels());
            assertBetween(20_000L * (5 - i), found.bySamples().get(i).amount(), 0.05);
            assertEquals(labels(i), found.byBytes().get(i).labels());
            assertBetween(32L * 20_000 * (5 - i), found.byBytes().get(i).amount(), 0.05);
        }
        final Map<String, Statistics.LabelName> names = found.labels().stream()
                .collect(java.util.stream.Collectors.toMap(Statistics.LabelName::name, each -> each));
        assertBetween(count / 2, names.get("pair").values(), 0.15);
        assertBetween(count, names.get("pair").series(), 0.15);
        assertBetween(10, names.get("digit").values(), 0.001);
        for (final Statistics.LabelValue value : names.get("digit").top()) {
            assertBetween(count / 10, value.series(), 0.25);
        }
        assertEquals(2, found.steps().size());
        assertBetween(count / 2, found.steps().get(0).active(), 0.15);
        assertBetween(count / 2, found.steps().get(1).appeared(), 0.15);
        assertNull(found.steps().get(1).ended());
        assertEquals(
                samples,
                found.steps().stream().mapToLong(Statistics.Step::samples).sum());
    }

    @Test
    void shouldCountTheSameWhicheverSeriesComeInBetween() {
        // More series than there are slots, in turn: every sample meets another series in its slot.
        final int count = 10_000;
        final Survey survey = new Survey(HOUR);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < count; i++) {
                survey.onSamples(labels(i), new Fed(32, round));
            }
        }

        final Statistics found = summary(survey, 3);

        assertEquals(Estimate.exact(count), found.series());
        found.bySamples().forEach(each -> assertEquals(Estimate.exact(3), each.amount()));
        assertEquals(Estimate.exact(0), found.outOfOrder());
    }

    @Test
    void shouldKeepLittleOfLongLabels() {
        final Survey survey = new Survey(HOUR, 1 << 13, 1 << 20);
        for (int i = 0; i < 200; i++) {
            survey.onSamples(
                    Labels.of("a", "short-" + i, "b", "x".repeat(30_000), "c", "y".repeat(30_000)), new Fed(60_000, i));
        }

        final Statistics found = summary(survey, 3);

        assertTrue(found.isEstimated());
        assertBetween(200, found.series(), 2);
        assertTrue(found.byBytes().getFirst().cut());
        assertEquals(1, found.byBytes().getFirst().labels().count());
        assertTrue(found.byBytes().getFirst().labels().get("a").startsWith("short-"));
        assertEquals(60_000, found.byBytes().getFirst().amount().value());
        assertBetween(200, label(found, "a").values(), 0.02);
    }

    private static Statistics.LabelName label(Statistics found, String name) {
        return found.labels().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Labels labels(int i) {
        return Labels.of("__name__", "m", "id", "" + i, "pair", "" + i / 2, "digit", "" + i % 10);
    }

    /// @param slack how wide the bounds may be, as a share of the true figure
    private static void assertBetween(long truth, Estimate estimate, double slack) {
        assertTrue(estimate.low() <= truth && truth <= estimate.high(), truth + " is not within " + estimate);
        assertTrue(estimate.low() <= estimate.value() && estimate.value() <= estimate.high(), "bounds of " + estimate);
        assertTrue(estimate.high() - estimate.low() <= slack * truth, "too wide for " + truth + ": " + estimate);
    }

    private static Statistics summary(Survey survey, int top) {
        return summary(survey, top, 0);
    }

    private static Statistics summary(Survey survey, int top, long samples) {
        final ReplayReport.Shard shard =
                new ReplayReport.Shard(0, 1, 0, 1, 0, 0, samples, 0, 0, 0, 2 * HOUR, 0, 0, true);
        final ReplayReport report = new ReplayReport(List.of(shard), List.of(), 0, true);
        return Summary.of(survey, report, TimeUnit.MILLISECONDS, 0, top);
    }
}
