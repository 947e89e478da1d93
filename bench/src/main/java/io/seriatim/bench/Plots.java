package io.seriatim.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// A run's pictures, as SVG.
final class Plots {
    private static final int STEPS_PER_HALVING = 5;

    /// The curves end here: beyond are single values.
    private static final double LAST_PERCENTILE = 99.999;

    private final Results results;
    private final Path directory;
    private final List<String> written = new ArrayList<>();

    /// @param directory where the pictures go
    Plots(Results results, Path directory) {
        this.results = results;
        this.directory = directory;
    }

    /// @return the names of the files written
    List<String> draw() throws IOException {
        Files.createDirectories(directory);
        for (final Part part : new Part[] {Part.W1, Part.W2, Part.DISTINCT, Part.SCRAPE}) {
            bars(part, "itemsPerSecond", 1e-6, part.title, "million items/s", "throughput-" + part.id());
        }
        bars(Part.W1, "bytesPerItem", 1, "Bytes for an item of about 100", "bytes", "bytes-w1");
        bars(Part.SCRAPE, "bytesPerItem", 1, "Bytes for a sample, scraped with 999 others", "bytes", "bytes-scrape");
        bars(Part.W1, "allocatedBytesPerItem", 1, "Allocation by the producer, each append", "bytes", "allocation");
        bars(replays(), "itemsPerSecond", 1e-6, "Replay, every label and sample read", "million items/s", "replay");
        save(OwnPlots.growth(results), "growth");
        bars(
                segments(),
                "nanosPerAppend",
                1,
                "Cost of an append by segments of 1 MiB on the disk",
                "ns an append",
                "growth-segments");
        save(OwnPlots.memory(results), "memory");
        curves("response", "Latency from the scheduled time", "latency-response");
        curves("service", "Time of the call alone", "latency-service");
        durable(1, "acknowledgementsPerSecond", "Durable acknowledgements, each for one item", "durable-1");
        durable(1000, "itemsPerSecond", "Durable items, acknowledged by the thousand", "durable-1000");
        return written;
    }

    /// Median as a bar, least and most of all repetitions as marks.
    private void bars(Part part, String value, double factor, String title, String unit, String name)
            throws IOException {
        bars(results.of(part.id()), value, factor, title, unit, name);
    }

    /// One bar for each way of reading, not only for each contender. Short names: a long one is not drawn.
    private List<Measurement> replays() {
        return results.of(Part.REPLAY.id()).stream()
                .map(each -> each.in(each.part(), shortName(each), each.round()))
                .toList();
    }

    private List<Measurement> segments() {
        return results.of(Part.GROWTH.id()).stream()
                .filter(each -> each.variant().contains("segments"))
                .map(each -> each.in(
                        each.part(), each.contender() + each.variant().replaceAll(".* series", ""), each.round()))
                .toList();
    }

    private static String shortName(Measurement replay) {
        final String way = replay.variant()
                .replaceAll("1 thread(, )?", "")
                .replace(" threads", "t")
                .replace(" shards", "s")
                .replace("known labels", "known");
        return replay.contender().replace("-whole", "") + (way.isEmpty() ? "" : ", " + way);
    }

    private void bars(List<Measurement> all, String value, double factor, String title, String unit, String name)
            throws IOException {
        if (all.isEmpty()) {
            return;
        }
        final List<String> ids = ids(all);
        final List<Double> ours = new ArrayList<>();
        final List<Double> theirs = new ArrayList<>();
        final List<Double> least = new ArrayList<>();
        final List<Double> most = new ArrayList<>();
        for (final String id : ids) {
            final List<Measurement> some = of(all, id);
            final double median = Medians.of(some, value) * factor;
            final boolean isOurs = id.startsWith("seriatim");
            ours.add(isOurs ? median : 0);
            theirs.add(isOurs ? 0 : median);
            least.add(Medians.least(some, value) * factor);
            most.add(Medians.most(some, value) * factor);
        }
        final CategoryChart chart = ChartStyle.bars(title, unit);
        chart.getStyler().setOverlapped(true);
        chart.addSeries("Seriatim", ids, ours).setFillColor(ChartStyle.OURS);
        chart.addSeries("rivals", ids, theirs).setFillColor(ChartStyle.THEIRS);
        mark(chart.addSeries("least", ids, least));
        mark(chart.addSeries("most", ids, most));
        chart.getStyler().setYAxisMin(0.0);
        save(chart, name);
    }

    private static void mark(CategorySeries series) {
        series.setChartCategorySeriesRenderStyle(CategorySeriesRenderStyle.Scatter);
        series.setMarker(series.getName().equals("least") ? SeriesMarkers.TRIANGLE_UP : SeriesMarkers.TRIANGLE_DOWN);
        series.setMarkerColor(Color.GRAY);
    }

    private void durable(int perSync, String value, String title, String name) throws IOException {
        final List<Measurement> all = results.of(Part.DURABLE.id()).stream()
                .filter(each -> each.variant().endsWith(" " + perSync + " per sync"))
                .toList();
        if (all.isEmpty()) {
            return;
        }
        final List<String> ids = ids(all);
        final CategoryChart chart = ChartStyle.bars(title, "a second, logarithmic");
        chart.getStyler().setYAxisLogarithmic(true);
        // Points: a bar would have to begin at zero, which a logarithmic axis has not.
        chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Scatter);
        chart.getStyler().setMarkerSize(10);
        final Set<String> variants =
                all.stream().map(Measurement::variant).collect(Collectors.toCollection(LinkedHashSet::new));
        for (final String variant : variants) {
            final List<Double> rates = ids.stream()
                    .map(id -> Math.max(
                            1,
                            Medians.of(
                                    of(all, id).stream()
                                            .filter(each -> each.variant().equals(variant))
                                            .toList(),
                                    value)))
                    .toList();
            chart.addSeries(variant.substring(0, variant.indexOf(',')), ids, rates);
        }
        save(chart, name);
    }

    /// Percentile curves of all rounds together, and in grey the same loop into plain memory.
    private void curves(String histogram, String title, String name) throws IOException {
        final List<Measurement> all = results.of(Part.LATENCY.id());
        if (all.isEmpty()) {
            return;
        }
        final XYChart chart = ChartStyle.lines(title + ", 200,000 items/s", "percentile", "microseconds, logarithmic");
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setXAxisTickLabelsFormattingFunction(Plots::percentile);
        for (final String id : ids(all)) {
            final XYSeries series = curve(chart, id, merged(of(all, id), histogram));
            series.setLineStyle(new BasicStroke(id.startsWith("seriatim") ? 3f : 1.5f));
        }
        final String memory = "memory" + Character.toUpperCase(histogram.charAt(0)) + histogram.substring(1);
        final XYSeries plain = curve(chart, "plain memory", merged(all, memory));
        plain.setLineColor(Color.GRAY);
        plain.setLineStyle(
                new BasicStroke(3f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {6, 4}, 0f));
        save(chart, name);
    }

    private static XYSeries curve(XYChart chart, String name, Histogram histogram) {
        final List<Double> x = new ArrayList<>();
        final List<Double> y = new ArrayList<>();
        for (final HistogramIterationValue value : histogram.percentiles(STEPS_PER_HALVING)) {
            final double percentile = value.getPercentileLevelIteratedTo();
            if (percentile > LAST_PERCENTILE) {
                break;
            }
            x.add(-Math.log10(1 - percentile / 100));
            y.add(Math.max(0.01, value.getValueIteratedTo() / 1e3));
        }
        final XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(SeriesMarkers.NONE);
        return series;
    }

    private static Histogram merged(List<Measurement> measurements, String name) {
        final Histogram sum =
                Histograms.decode(measurements.getFirst().histograms().get(name));
        measurements.stream()
                .skip(1)
                .forEach(each -> sum.add(Histograms.decode(each.histograms().get(name))));
        return sum;
    }

    /// @param nines 1 for 90 %, 2 for 99 %, and so on
    private static String percentile(double nines) {
        final String text = String.format(Locale.ROOT, "%.4f", 100 * (1 - Math.pow(10, -nines)));
        return text.replaceAll("\\.?0+$", "").isEmpty() ? "0" : text.replaceAll("\\.?0+$", "");
    }

    private static List<String> ids(List<Measurement> measurements) {
        return measurements.stream().map(Measurement::contender).distinct().toList();
    }

    private static List<Measurement> of(List<Measurement> measurements, String contender) {
        return measurements.stream()
                .filter(each -> each.contender().equals(contender))
                .toList();
    }

    private void save(org.knowm.xchart.internal.chartpart.IChart chart, String name) throws IOException {
        if (chart == null) {
            return;
        }
        ChartStyle.save(chart, directory.resolve(name + ".svg"));
        written.add(name + ".svg");
    }
}
