package io.seriatim.tools.store;

import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import java.util.HexFormat;

/// The fields of OTLP's histogram points and exemplars that are not the same for every point.
final class OtlpHistogram {
    private static final int TRACE_BYTES = 16;
    private static final int SPAN_BYTES = 8;
    private static final int MOST_BUCKETS = 65_536;

    private OtlpHistogram() {}

    /// OTLP writes out every bucket between the first and the last.
    ///
    /// @return false if those are too many to be honest
    static boolean isSayable(Histogram histogram) {
        return !histogram.exponential() || isNarrow(histogram.positive()) && isNarrow(histogram.negative());
    }

    private static boolean isNarrow(Histogram.Buckets buckets) {
        return buckets.size() == 0 || (long) buckets.index(buckets.size() - 1) - buckets.index(0) < MOST_BUCKETS;
    }

    /// Writes an explicit or an exponential point, without times and attributes. Counts that are doubles, which OTLP
    /// has no field for, are rounded.
    static void write(Histogram histogram, ProtoBuffer out) {
        if (histogram.exponential()) {
            exponential(histogram, out);
        } else {
            explicit(histogram, out);
        }
    }

    private static void explicit(Histogram histogram, ProtoBuffer out) {
        out.fixed(4, count(histogram, histogram.count()));
        if (histogram.hasSum()) {
            out.number(5, histogram.sum());
        }
        final Histogram.Buckets buckets = histogram.positive();
        if (buckets.size() > 0) {
            final int counts = out.begin(6);
            int at = 0;
            for (int i = 0; i <= histogram.bounds(); i++) {
                final boolean named = at < buckets.size() && buckets.index(at) == i;
                out.fixed(named ? count(histogram, buckets.count(at++)) : 0);
            }
            out.end(counts);
        }
        if (histogram.bounds() > 0) {
            final int bounds = out.begin(7);
            for (int i = 0; i < histogram.bounds(); i++) {
                out.fixed(Double.doubleToRawLongBits(histogram.bound(i)));
            }
            out.end(bounds);
        }
        if (histogram.stale()) {
            out.varint(10, 1);
        }
        if (histogram.hasMin()) {
            out.number(11, histogram.min());
        }
        if (histogram.hasMax()) {
            out.number(12, histogram.max());
        }
    }

    private static void exponential(Histogram histogram, ProtoBuffer out) {
        out.fixed(4, count(histogram, histogram.count()));
        if (histogram.hasSum()) {
            out.number(5, histogram.sum());
        }
        out.zigzag(6, histogram.scale()).fixed(7, count(histogram, histogram.zeroCount()));
        buckets(histogram, histogram.positive(), 8, out);
        buckets(histogram, histogram.negative(), 9, out);
        if (histogram.stale()) {
            out.varint(10, 1);
        }
        if (histogram.hasMin()) {
            out.number(12, histogram.min());
        }
        if (histogram.hasMax()) {
            out.number(13, histogram.max());
        }
        if (histogram.zeroThreshold() != 0) {
            out.number(14, histogram.zeroThreshold());
        }
    }

    private static void buckets(Histogram histogram, Histogram.Buckets buckets, int field, ProtoBuffer out) {
        if (buckets.size() == 0) {
            return;
        }
        final int begin = out.begin(field);
        out.zigzag(1, buckets.index(0));
        final int counts = out.begin(2);
        int next = buckets.index(0);
        for (int i = 0; i < buckets.size(); i++) {
            while (next++ < buckets.index(i)) {
                out.varint(0);
            }
            out.varint(count(histogram, buckets.count(i)));
        }
        out.end(counts).end(begin);
    }

    private static long count(Histogram histogram, long bits) {
        return histogram.floatCounts() ? Math.round(histogram.counts(bits)) : bits;
    }

    /// Writes an exemplar but for its time.
    static void exemplar(Exemplar exemplar, ProtoBuffer out) {
        final Long exact = exemplar.labels() == null
                ? null
                : OtlpDialect.number(exemplar.labels().get("exact"));
        if (exact != null) {
            out.fixed(6, exact);
        } else {
            out.fixed(3, exemplar.valueBits());
        }
        if (exemplar.labels() == null) {
            return;
        }
        exemplar.labels().forEach((name, value) -> {
            final byte[] id = switch (name) {
                case "trace_id" -> id(value, TRACE_BYTES);
                case "span_id" -> id(value, SPAN_BYTES);
                default -> null;
            };
            if (id != null) {
                out.bytes(name.equals("trace_id") ? 5 : 4, id);
            } else if (!name.equals("exact")) {
                OtlpWords.attribute(7, name, value, null, out);
            }
        });
    }

    private static byte[] id(String hex, int bytes) {
        try {
            final byte[] id = HexFormat.of().parseHex(hex);
            return id.length == bytes ? id : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
