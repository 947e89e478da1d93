package io.seriatim.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// Pictures of what Seriatim is measured for alone.
final class OwnPlots {
    private static final int MARKER = 8;

    private OwnPlots() {}

    /// Cost by number of series: median, and in grey least and most. Null if it was not measured.
    static XYChart growth(Results results) {
        final List<Measurement> all = results.of(Part.GROWTH.id()).stream()
                .filter(each -> !each.variant().contains("segments"))
                .toList();
        if (all.isEmpty()) {
            return null;
        }
        final XYChart chart = ChartStyle.lines("Cost of an append, series in turn", "series", "ns an append");
        chart.getStyler().setMarkerSize(MARKER);
        chart.getStyler().setYAxisMin(0.0);
        // The logarithm of the count, so that one point is as far from the next everywhere.
        chart.getStyler().setXAxisTickLabelsFormattingFunction(OwnPlots::power);
        chart.getStyler().setXAxisTickMarkSpacingHint(ChartStyle.WIDTH / 10);
        add(chart, "whole series", of(all, ContenderKind.SERIATIM_WHOLE));
        add(chart, "by handle", of(all, ContenderKind.SERIATIM_HANDLE));
        return chart;
    }

    private static List<Measurement> of(List<Measurement> all, ContenderKind kind) {
        return all.stream().filter(each -> each.contender().equals(kind.id())).toList();
    }

    private static void add(XYChart chart, String name, List<Measurement> some) {
        if (some.isEmpty()) {
            return;
        }
        final TreeMap<Double, List<Measurement>> bySize =
                new TreeMap<>(some.stream().collect(Collectors.groupingBy(each -> Math.log10(each.value("series")))));
        final List<Double> x = List.copyOf(bySize.keySet());
        final List<Double> median = new ArrayList<>();
        final List<Double> error = new ArrayList<>();
        for (final List<Measurement> group : bySize.values()) {
            final double middle = Medians.of(group, "nanosPerAppend");
            median.add(middle);
            // The farther of least and most: the library draws both ways alike.
            error.add(Math.max(
                    Medians.most(group, "nanosPerAppend") - middle, middle - Medians.least(group, "nanosPerAppend")));
        }
        final XYSeries series = chart.addSeries(name, x, median, error);
        series.setMarker(SeriesMarkers.CIRCLE);
    }

    private static String power(double exponent) {
        final double count = Math.pow(10, exponent);
        return Math.abs(exponent - Math.rint(exponent)) > 0.01 ? "" : String.format(Locale.ROOT, "%,.0f", count);
    }

    /// Memory by appends. Null if it was not measured.
    static XYChart memory(Results results) {
        final List<Measurement> all = results.of(Part.MEMORY.id());
        if (all.isEmpty()) {
            return null;
        }
        final XYChart chart = ChartStyle.lines("Resident memory that belongs to no file", "million appends", "MiB");
        chart.getStyler().setYAxisMin(0.0);
        final List<Double> x =
                all.stream().map(each -> each.value("appends") / 1e6).toList();
        line(chart, "anonymous", x, all, "anonymousBytes");
        line(chart, "heap in use", x, all, "heapUsedBytes");
        return chart;
    }

    private static void line(XYChart chart, String name, List<Double> x, List<Measurement> all, String value) {
        chart.addSeries(
                        name,
                        x,
                        all.stream().map(each -> each.value(value) / (1 << 20)).toList())
                .setMarker(SeriesMarkers.NONE);
    }
}
