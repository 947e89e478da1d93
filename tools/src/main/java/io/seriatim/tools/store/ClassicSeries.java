package io.seriatim.tools.store;

import io.seriatim.tools.JsonBuffer;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import java.util.Map;
import java.util.TreeMap;

/// The series that an explicit histogram becomes, as in Prometheus' text format: `NAME_bucket` with `le`, `NAME_sum`,
/// `NAME_count`.
final class ClassicSeries {
    private final double[] bounds;
    private final RemoteSeries[] buckets;
    private final RemoteSeries sum;
    private final RemoteSeries count;

    ClassicSeries(Labels series, Histogram histogram) {
        final Map<String, String> labels = new TreeMap<>();
        series.forEach(labels::put);
        final String name = labels.get("__name__");
        bounds = new double[histogram.bounds()];
        buckets = new RemoteSeries[bounds.length + 1];
        sum = series(labels, name + "_sum");
        count = series(labels, name + "_count");
        for (int i = 0; i < buckets.length; i++) {
            if (i < bounds.length) {
                bounds[i] = histogram.bound(i);
            }
            labels.put("le", i < bounds.length ? bound(bounds[i]) : "+Inf");
            buckets[i] = series(labels, name + "_bucket");
        }
    }

    /// The shortest digits that say it.
    private static String bound(double bound) {
        if (Double.isInfinite(bound)) {
            return bound > 0 ? "+Inf" : "-Inf";
        }
        return Double.isNaN(bound) ? "NaN" : new JsonBuffer().finite(bound).toString();
    }

    private static RemoteSeries series(Map<String, String> labels, String name) {
        labels.put("__name__", name);
        final Labels all = Labels.of(labels);
        return new RemoteSeries(
                RemoteWriteDialect.labels(all, new ProtoBuffer(256)).toByteArray(), null);
    }

    boolean fits(Histogram histogram) {
        if (histogram.bounds() != bounds.length) {
            return false;
        }
        for (int i = 0; i < bounds.length; i++) {
            if (Double.compare(histogram.bound(i), bounds[i]) != 0) {
                return false;
            }
        }
        return true;
    }

    /// @return how many bounds; there is one bucket more
    int bounds() {
        return bounds.length;
    }

    RemoteSeries bucket(int index) {
        return buckets[index];
    }

    RemoteSeries bucketOf(double value) {
        int index = 0;
        while (index < bounds.length && !(value <= bounds[index])) {
            index++;
        }
        return buckets[index];
    }

    RemoteSeries sum() {
        return sum;
    }

    RemoteSeries count() {
        return count;
    }
}
