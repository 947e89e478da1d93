package io.seriatim.tools.stat;

import io.seriatim.wal.ReplayReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.agrona.collections.Long2LongCounterMap;

/// Makes figures of what a survey has counted.
final class Summary {
    private static final int DEVIATIONS = 2;

    private final Survey survey;
    private final int level;
    private final int top;

    private Summary(Survey survey, int top) {
        this.survey = survey;
        this.level = survey.table.level();
        this.top = top;
    }

    /// @param top how long the lists of what there is most of are at most
    static Statistics of(Survey survey, ReplayReport report, TimeUnit unit, long diskBytes, int top) {
        survey.finish();
        final Summary summary = new Summary(survey, top);
        return new Statistics(
                unit,
                report,
                diskBytes,
                Estimate.ofSample(survey.table.states().size(), summary.level),
                survey.seriesBytes,
                survey.details,
                survey.opaqueRecords,
                survey.opaqueBytes,
                summary.outOfOrder(report.samples()),
                survey.heavy != null ? survey.heavy.topBySamples(top) : summary.most(state -> state.samples),
                survey.heavy != null ? survey.heavy.topByBytes(top) : summary.most(state -> state.bytes),
                survey.names.count(),
                survey.names.top(top).stream().map(summary::label).toList(),
                survey.timeline.width(),
                summary.steps());
    }

    private List<TopSeries> most(ToLongFunction<SeriesState> amount) {
        final Comparator<SeriesState> order =
                Comparator.comparingLong(amount).reversed().thenComparing(state -> state.labels.toString());
        // The worst of the best at its head: only who beats that is worth a comparison of labels.
        final PriorityQueue<SeriesState> best = new PriorityQueue<>(order.reversed());
        for (final SeriesState state : survey.table.states()) {
            if (best.size() < top) {
                best.add(state);
            } else if (order.compare(state, best.peek()) < 0) {
                best.poll();
                best.add(state);
            }
        }
        return best.stream()
                .sorted(order)
                .map(state -> new TopSeries(state.labels, false, Estimate.exact(amount.applyAsLong(state))))
                .toList();
    }

    /// Two ways to go from the sample's series to all: by their number, or by their number of samples. Which one is
    /// closer depends on how the series differ, and shows in the sample.
    private Estimate outOfOrder(long samples) {
        long late = 0;
        long all = 0;
        for (final SeriesState state : survey.table.states()) {
            late += state.outOfOrder;
            all += state.samples;
        }
        if (level == 0) {
            return Estimate.exact(late);
        }
        final double share = Math.scalb(1.0, -level);
        final double lateShare = all == 0 ? 0 : (double) late / all;
        double bySeries = 0;
        double bySamples = 0;
        for (final SeriesState state : survey.table.states()) {
            final double off = state.outOfOrder - lateShare * state.samples;
            bySeries += (double) state.outOfOrder * state.outOfOrder;
            bySamples += off * off;
        }
        // None seen among so many series may still be a few among all.
        bySeries = DEVIATIONS * Math.sqrt(Math.max(1, bySeries) * (1 - share)) / share;
        bySamples = all == 0 ? samples : DEVIATIONS * Math.sqrt(Math.max(1, bySamples) * (1 - share)) / all * samples;
        return bySeries <= bySamples
                ? within(late / share, bySeries, late, samples)
                : within(lateShare * samples, bySamples, late, samples);
    }

    private static Estimate within(double value, double spread, long least, long most) {
        return new Estimate(
                Math.clamp(Math.round(value), least, most),
                Math.clamp(Math.round(value - spread), least, most),
                Math.clamp(Math.round(value + spread), least, most));
    }

    private Statistics.LabelName label(String name) {
        final Map<String, long[]> counts = new HashMap<>();
        long series = 0;
        for (final SeriesState state : survey.table.states()) {
            final String value = state.labels.get(name);
            if (value != null) {
                series++;
                counts.computeIfAbsent(value, _ -> new long[1])[0]++;
            }
        }
        final List<Statistics.LabelValue> values = counts.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, long[]> each) -> each.getValue()[0])
                        .reversed()
                        .thenComparing(Map.Entry::getKey))
                .limit(top)
                .map(each -> new Statistics.LabelValue(each.getKey(), Estimate.ofSample(each.getValue()[0], level)))
                .toList();
        return new Statistics.LabelName(
                name,
                level == 0 ? Estimate.exact(counts.size()) : survey.names.values(name),
                Estimate.ofSample(series, level),
                values);
    }

    private List<Statistics.Step> steps() {
        final Timeline timeline = survey.timeline;
        final Long2LongCounterMap appeared = new Long2LongCounterMap(0);
        final Long2LongCounterMap ended = new Long2LongCounterMap(0);
        for (final SeriesState state : survey.table.states()) {
            if (state.first <= state.last) {
                appeared.incrementAndGet(timeline.index(state.first));
                ended.incrementAndGet(timeline.index(state.last));
            }
        }
        final List<Timeline.Step> steps = timeline.steps();
        final List<Statistics.Step> result = new ArrayList<>();
        for (final Timeline.Step step : steps) {
            result.add(new Statistics.Step(
                    timeline.start(step.index),
                    step.samples,
                    Estimate.of(step.active),
                    Estimate.ofSample(appeared.get(step.index), level),
                    step == steps.getLast() ? null : Estimate.ofSample(ended.get(step.index), level)));
        }
        return result;
    }
}
