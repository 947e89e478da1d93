package io.seriatim.tools.stat;

import io.seriatim.wal.Labels;
import java.util.ArrayList;
import java.util.List;
import org.apache.datasketches.frequencies.ErrorType;
import org.apache.datasketches.frequencies.FrequentItemsSketch;

/// The series with most samples and most bytes, when there are too many to count each. Not thread-safe.
///
/// Which one has more than a five-thousandth of all is known for certain, and each figure is off by no more than that.
final class HeavySeries {
    private static final int MAP_SIZE = 1 << 14;

    private final FrequentItemsSketch<SeriesName> samples = new FrequentItemsSketch<>(MAP_SIZE);
    private final FrequentItemsSketch<SeriesName> bytes = new FrequentItemsSketch<>(MAP_SIZE);

    /// Adds to what a series has.
    void add(Labels labels, long moreSamples, long moreBytes) {
        final SeriesName name = SeriesName.of(labels);
        samples.update(name, moreSamples);
        bytes.update(name, moreBytes);
    }

    List<TopSeries> topBySamples(int most) {
        return top(samples, most);
    }

    List<TopSeries> topByBytes(int most) {
        return top(bytes, most);
    }

    private static List<TopSeries> top(FrequentItemsSketch<SeriesName> sketch, int most) {
        final List<TopSeries> top = new ArrayList<>();
        for (final FrequentItemsSketch.Row<SeriesName> row : sketch.getFrequentItems(0, ErrorType.NO_FALSE_NEGATIVES)) {
            if (top.size() == most) {
                break;
            }
            final Estimate estimate = new Estimate(row.getEstimate(), row.getLowerBound(), row.getUpperBound());
            top.add(new TopSeries(row.getItem().labels(), row.getItem().isCut(), estimate));
        }
        return top;
    }
}
