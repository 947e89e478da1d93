package io.seriatim.tools;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;

/// Labels and histograms as `replay` writes them.
final class JsonDetails {
    private JsonDetails() {}

    static JsonBuffer labels(JsonBuffer line, Labels labels) {
        line.ascii('{');
        final int start = line.length();
        labels.forEach((name, value) -> {
            if (line.length() > start) {
                line.ascii(',');
            }
            line.string(name).ascii(':').string(value);
        });
        return line.ascii('}');
    }

    /// What is not said is false, absent or empty.
    static void histogram(JsonBuffer line, Histogram histogram) {
        if (histogram.startTimestamp() != Histogram.NO_START) {
            line.ascii(",\"start\":").number(histogram.startTimestamp());
        }
        line.ascii(histogram.floatCounts() ? ",\"floatCounts\":true" : "")
                .ascii(histogram.delta() ? ",\"delta\":true" : "")
                .ascii(histogram.stale() ? ",\"stale\":true" : "");
        if (histogram.reset() != Histogram.Reset.UNKNOWN) {
            line.ascii(",\"reset\":").string(histogram.reset().name());
        }
        count(line.ascii(",\"count\":"), histogram, histogram.count());
        if (histogram.hasSum()) {
            decimal(line.ascii(",\"sum\":"), histogram.sum());
        }
        if (histogram.hasMin()) {
            decimal(line.ascii(",\"min\":"), histogram.min());
        }
        if (histogram.hasMax()) {
            decimal(line.ascii(",\"max\":"), histogram.max());
        }
        if (histogram.exponential()) {
            line.ascii(",\"scale\":").number(histogram.scale());
            decimal(line.ascii(",\"zeroThreshold\":"), histogram.zeroThreshold());
            count(line.ascii(",\"zeroCount\":"), histogram, histogram.zeroCount());
        } else {
            line.ascii(",\"bounds\":[");
            for (int i = 0; i < histogram.bounds(); i++) {
                decimal(line.ascii(i == 0 ? "" : ","), histogram.bound(i));
            }
            line.ascii(']');
        }
        buckets(line.ascii(",\"positive\":["), histogram, histogram.positive());
        if (histogram.negative().size() > 0) {
            buckets(line.ascii(",\"negative\":["), histogram, histogram.negative());
        }
    }

    private static void buckets(JsonBuffer line, Histogram histogram, Histogram.Buckets buckets) {
        for (int i = 0; i < buckets.size(); i++) {
            line.ascii(i == 0 ? "[" : ",[").number(buckets.index(i)).ascii(',');
            count(line, histogram, buckets.count(i));
            line.ascii(']');
        }
        line.ascii(']');
    }

    private static void count(JsonBuffer line, Histogram histogram, long count) {
        if (histogram.floatCounts()) {
            line.value(count);
        } else {
            line.ascii(Long.toUnsignedString(count));
        }
    }

    private static void decimal(JsonBuffer line, double value) {
        line.value(Double.doubleToRawLongBits(value));
    }
}
