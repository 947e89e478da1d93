package io.seriatim.wal.format;

import io.seriatim.wal.Histogram;
import java.util.Random;
import java.util.StringJoiner;

/// Histograms for tests: at random, and as text that shows all of one.
final class Histograms {
    private Histograms() {}

    static Histogram random(Random random, long timestamp) {
        final Histogram histogram = new Histogram()
                .floatCounts(random.nextInt(4) == 0)
                .delta(random.nextBoolean())
                .stale(random.nextInt(20) == 0)
                .reset(Histogram.Reset.values()[random.nextInt(4)])
                .count(number(random));
        if (random.nextBoolean()) {
            histogram.startTimestamp(timestamp - (random.nextBoolean() ? random.nextInt(100_000) : random.nextLong()));
        }
        if (random.nextBoolean()) {
            histogram.sum(random.nextGaussian());
        }
        if (random.nextBoolean()) {
            histogram.min(Double.longBitsToDouble(random.nextLong()));
        }
        if (random.nextBoolean()) {
            histogram.max(random.nextInt());
        }
        if (random.nextBoolean()) {
            histogram.exponential(random.nextInt(31) - 10, random.nextDouble(), number(random));
            buckets(histogram.positive(), random, random.nextInt(), Integer.MAX_VALUE);
            buckets(histogram.negative(), random, random.nextBoolean() ? Integer.MIN_VALUE : -5, Integer.MAX_VALUE);
        } else {
            final int bounds = random.nextInt(20);
            for (int i = 0; i < bounds; i++) {
                histogram.addBound(i + random.nextDouble());
            }
            buckets(histogram.positive(), random, 0, bounds);
        }
        return histogram;
    }

    private static void buckets(Histogram.Buckets target, Random random, int from, int last) {
        long index = from;
        for (int left = random.nextInt(30); left > 0 && index <= last; left--) {
            target.add((int) index, number(random));
            index += random.nextInt(4) == 0 ? 1 + random.nextInt(random.nextBoolean() ? 10 : 1 << 30) : 1;
        }
    }

    private static long number(Random random) {
        return random.nextLong() >>> random.nextInt(64);
    }

    static String text(Histogram histogram) {
        final StringBuilder text = new StringBuilder();
        if (histogram.exponential()) {
            text.append("scale ")
                    .append(histogram.scale())
                    .append(" zero ")
                    .append(histogram.zeroThreshold())
                    .append(' ')
                    .append(Long.toUnsignedString(histogram.zeroCount()));
        } else {
            final StringJoiner bounds = new StringJoiner(", ", "bounds [", "]");
            for (int i = 0; i < histogram.bounds(); i++) {
                bounds.add(Double.toString(histogram.bound(i)));
            }
            text.append(bounds);
        }
        text.append(histogram.floatCounts() ? " floats" : "")
                .append(histogram.delta() ? " delta" : "")
                .append(histogram.stale() ? " stale" : "")
                .append(histogram.reset() == Histogram.Reset.UNKNOWN ? "" : " " + histogram.reset());
        if (histogram.startTimestamp() != Histogram.NO_START) {
            text.append(" start ").append(histogram.startTimestamp());
        }
        text.append(" count ").append(Long.toUnsignedString(histogram.count()));
        text.append(histogram.hasSum() ? " sum " + histogram.sum() : "")
                .append(histogram.hasMin() ? " min " + histogram.min() : "")
                .append(histogram.hasMax() ? " max " + histogram.max() : "");
        return text + " positive " + text(histogram.positive()) + " negative " + text(histogram.negative());
    }

    private static String text(Histogram.Buckets buckets) {
        final StringJoiner text = new StringJoiner(", ", "{", "}");
        for (int i = 0; i < buckets.size(); i++) {
            text.add(buckets.index(i) + "=" + Long.toUnsignedString(buckets.count(i)));
        }
        return text.toString();
    }
}
