package io.seriatim.tools.stat;

import io.seriatim.tools.ByteSize;
import io.seriatim.tools.Findings;
import io.seriatim.tools.LogTime;
import io.seriatim.tools.Table;
import io.seriatim.wal.ReplayReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/// What is in a log, for people.
final class StatText {
    private static final int STEPS_SHOWN = 24;

    private final Statistics figures;
    private final StringBuilder text = new StringBuilder();

    private StatText(Statistics figures) {
        this.figures = figures;
    }

    static String of(Path log, Statistics figures) {
        final StatText text = new StatText(figures);
        text.overview(log);
        text.shards();
        text.series("samples", figures.bySamples());
        text.series("bytes", figures.byBytes());
        text.labels();
        text.steps();
        text.howGood();
        return text.text.toString();
    }

    private void line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private void overview(Path log) {
        final ReplayReport report = figures.report();
        line(
                "%s: %,d samples of %s series, %s",
                log, report.samples(), Figures.estimate(figures.series()), Findings.state(report.state()));
        if (report.state() != ReplayReport.State.SOUND) {
            line("What is missing is in no figure here; all about it: seriatim verify %s", log);
        }
        text.append('\n');
        if (figures.first() <= figures.last()) {
            final Statistics.Step busiest = figures.busiest();
            line(
                    "time          %s to %s, %s",
                    time(figures.first()),
                    time(figures.last()),
                    Figures.span(figures.seconds((double) figures.last() - figures.first())));
            line(
                    "rate          %s samples/s, most in the step from %s: %s",
                    Figures.rate(figures.samplesPerSecond()),
                    time(busiest.start()),
                    Figures.rate(busiest.samples() / figures.seconds(figures.stepWidth())));
        }
        line(
                "disk          %s in %,d segments%s, opened %,d times",
                ByteSize.text(figures.diskBytes()),
                figures.segments(),
                figures.skipped() == 0 ? "" : String.format(Locale.ROOT, " and %,d not read", figures.skipped()),
                figures.epochs());
        line(
                "frames        %s, %s bytes/sample: %s samples and labels, %s in %,d opaque records, %s around them",
                ByteSize.text(figures.frameBytes()),
                perSample(figures.frameBytes(), report.samples()),
                ByteSize.text(figures.seriesBytes()),
                ByteSize.text(figures.opaqueBytes()),
                figures.opaqueRecords(),
                ByteSize.text(figures.frameBytes() - figures.seriesBytes() - figures.opaqueBytes()));
        if (figures.details() > 0) {
            line("details       %,d records are histograms, exemplars and metadata", figures.details());
        }
        line(
                "out of order  %s samples%s",
                Figures.estimate(figures.outOfOrder()),
                report.samples() == 0
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                " (%.3g %%)",
                                100.0 * figures.outOfOrder().value() / report.samples()));
        if (report.orphans() > 0) {
            line("orphans       %,d samples without labels, in no other figure", report.orphans());
        }
    }

    private String time(long timestamp) {
        return LogTime.text(timestamp, figures.unit());
    }

    private static String perSample(long bytes, long samples) {
        return samples == 0 ? "-" : String.format(Locale.ROOT, "%.1f", (double) bytes / samples);
    }

    private void shards() {
        final Table table =
                new Table("shard", "segments", "epochs", "bytes", "records", "samples", "bytes/sample", "samples/s");
        for (final ReplayReport.Shard shard : figures.report().shards()) {
            table.row(
                    Figures.number(shard.shard()),
                    Figures.number(shard.segments()),
                    Figures.number(shard.epochs()),
                    Figures.number(shard.bytes()),
                    Figures.number(shard.records()),
                    Figures.number(shard.samples()),
                    perSample(shard.bytes(), shard.samples()),
                    Figures.rate(figures.perSecond(shard.samples(), shard.minTimestamp(), shard.maxTimestamp())));
        }
        text.append('\n').append(table);
    }

    private void series(String what, List<TopSeries> top) {
        if (top.isEmpty()) {
            return;
        }
        final Table table = new Table("most " + what);
        final List<String> names = new ArrayList<>(List.of("series"));
        for (final TopSeries each : top) {
            table.row(Figures.estimate(each.amount()));
            names.add(Figures.plain(each.labels().toString()) + (each.cut() ? " and more" : ""));
        }
        beside(table, names);
    }

    private void labels() {
        if (figures.labels().isEmpty()) {
            return;
        }
        final Table table = new Table("label", "values", "series");
        final List<String> values = new ArrayList<>(List.of("most series have"));
        for (final Statistics.LabelName label : figures.labels()) {
            table.row(Figures.plain(label.name()), Figures.estimate(label.values()), Figures.estimate(label.series()));
            final List<String> shown = label.top().stream()
                    .limit(3)
                    .map(value -> Figures.plain(value.value()) + " (" + Figures.estimate(value.series()) + ")")
                    .toList();
            values.add(String.join(", ", shown));
        }
        beside(table, values);
        if (figures.labelNames().value() > figures.labels().size()) {
            line("... of %s label names", Figures.estimate(figures.labelNames()));
        }
    }

    /// A column of words behind the table's numbers.
    private void beside(Table table, List<String> words) {
        text.append('\n');
        final Iterator<String> each = words.iterator();
        table.toString().lines().forEach(line -> line("%s  %s", line, each.next()));
    }

    private void steps() {
        final List<Statistics.Step> steps = figures.steps();
        if (steps.isEmpty()) {
            return;
        }
        final Table table = new Table("from", "samples", "samples/s", "active", "appeared", "ended");
        for (final Statistics.Step step : steps.subList(Math.max(0, steps.size() - STEPS_SHOWN), steps.size())) {
            table.row(
                    time(step.start()),
                    Figures.number(step.samples()),
                    Figures.rate(step.samples() / figures.seconds(figures.stepWidth())),
                    Figures.estimate(step.active()),
                    Figures.estimate(step.appeared()),
                    step.ended() == null ? "-" : Figures.estimate(step.ended()));
        }
        text.append('\n');
        line(
                "series in steps of %s",
                figures.unit() == null
                        ? figures.stepWidth() + " units"
                        : Figures.span(figures.seconds(figures.stepWidth())));
        text.append(table);
        if (steps.size() > STEPS_SHOWN) {
            line("... and %,d steps before: --json has all", steps.size() - STEPS_SHOWN);
        }
    }

    private void howGood() {
        if (text.indexOf("~") >= 0) {
            text.append('\n');
            line("~ marks estimates: the true figure lies within the bounds in 95 of 100 logs. All others are exact.");
        }
    }
}
