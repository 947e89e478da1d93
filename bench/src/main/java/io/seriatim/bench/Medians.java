package io.seriatim.bench;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/// Figures of many repetitions of one thing.
final class Medians {
    private Medians() {}

    /// @return the median over JVMs of the median over each one's repetitions; NaN for none
    static double of(List<Measurement> measurements, String value) {
        final Map<Integer, List<Measurement>> byRound =
                measurements.stream().collect(Collectors.groupingBy(Measurement::round));
        return median(byRound.values().stream()
                .mapToDouble(round -> median(round.stream().mapToDouble(each -> each.value(value)))));
    }

    static double least(List<Measurement> measurements, String value) {
        return measurements.stream()
                .mapToDouble(each -> each.value(value))
                .min()
                .orElse(Double.NaN);
    }

    static double most(List<Measurement> measurements, String value) {
        return measurements.stream()
                .mapToDouble(each -> each.value(value))
                .max()
                .orElse(Double.NaN);
    }

    private static double median(DoubleStream values) {
        final double[] sorted = values.sorted().toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
