package io.seriatim.tools.serve.intake;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.Histogram.Buckets;
import io.seriatim.wal.Histogram.Reset;

/// Reads Prometheus' native histogram, which both versions of remote write send. Spans and deltas become buckets;
/// the schema of custom buckets becomes explicit bounds. Mutable and reused. Not thread-safe.
final class PrometheusHistogram {
    private static final int CUSTOM_BUCKETS = -53;
    private static final int NEGATIVE_SPANS = 8;
    private static final int NEGATIVE_DELTAS = 9;
    private static final int NEGATIVE_COUNTS = 10;
    private static final int POSITIVE_SPANS = 11;
    private static final int POSITIVE_DELTAS = 12;
    private static final int POSITIVE_COUNTS = 13;
    private static final int CUSTOM_VALUES = 16;
    private static final long STALE_BITS = 0x7ff0000000000002L;

    private final Histogram histogram = new Histogram();
    private final BucketCounts counts = new BucketCounts();
    private int schema;
    private boolean floats;
    private boolean integers;
    private long zeroCount;
    private double zeroThreshold;
    private double sum;
    private long timestamp;
    private long startTimestamp;

    /// Reads what lies before the reader's limit.
    ///
    /// @return valid until the next one is read; without its start
    Histogram read(Wire wire) throws BadMessageException, RejectedException {
        final int begin = wire.at;
        histogram.clear();
        schema = 0;
        floats = false;
        integers = false;
        zeroCount = 0;
        zeroThreshold = 0;
        sum = 0;
        timestamp = 0;
        startTimestamp = 0;
        while (wire.more()) {
            scalar(wire, wire.tag());
        }
        histogram.floatCounts(floats);
        histogram.sum(sum);
        histogram.stale(Double.doubleToRawLongBits(sum) == STALE_BITS);
        buckets(wire, begin);
        return histogram;
    }

    private void scalar(Wire wire, int tag) throws BadMessageException, RejectedException {
        switch (Wire.number(tag)) {
            case 1 -> {
                histogram.count(wire.varint());
                floats = false;
            }
            case 2 -> {
                histogram.count(wire.fixed64());
                floats = true;
            }
            case 3 -> sum = wire.fixedDouble();
            case 4 -> schema = (int) Wire.unzigzag(wire.varint());
            case 5 -> zeroThreshold = wire.fixedDouble();
            case 6 -> {
                zeroCount = wire.varint();
                integers = true;
            }
            case 7 -> {
                zeroCount = wire.fixed64();
                integers = false;
            }
            case 14 -> reset((int) wire.varint());
            case 15 -> timestamp = wire.varint();
            case 17 -> startTimestamp = wire.varint();
            default -> wire.skip(tag);
        }
    }

    private void reset(int hint) throws RejectedException {
        histogram.reset(
                switch (hint) {
                    case 0 -> Reset.UNKNOWN;
                    case 1 -> Reset.RESET;
                    case 2 -> Reset.CONTINUED;
                    case 3 -> Reset.GAUGE;
                    default ->
                        throw new RejectedException("histogram has a reset hint that is not known: hint=" + hint);
                });
    }

    private void buckets(Wire wire, int begin) throws BadMessageException, RejectedException {
        if (zeroCount != 0 && integers == floats) {
            throw new RejectedException(
                    "histogram counts zeros in integers and all in doubles, or the other way round");
        }
        if (schema == CUSTOM_BUCKETS) {
            if (zeroCount != 0 || zeroThreshold != 0) {
                throw new RejectedException("histogram of custom buckets has a zero bucket");
            }
            customValues(wire, begin);
            fill(wire, begin, POSITIVE_SPANS, POSITIVE_DELTAS, POSITIVE_COUNTS, histogram.positive(), 0);
            fill(wire, begin, NEGATIVE_SPANS, NEGATIVE_DELTAS, NEGATIVE_COUNTS, histogram.negative(), 0);
            return;
        }
        histogram.exponential(schema, zeroThreshold, zeroCount);
        // Prometheus numbers a bucket by its upper bound, OpenTelemetry by its lower one.
        fill(wire, begin, POSITIVE_SPANS, POSITIVE_DELTAS, POSITIVE_COUNTS, histogram.positive(), -1);
        fill(wire, begin, NEGATIVE_SPANS, NEGATIVE_DELTAS, NEGATIVE_COUNTS, histogram.negative(), -1);
    }

    private void customValues(Wire wire, int begin) throws BadMessageException, RejectedException {
        wire.at = begin;
        while (wire.more()) {
            final int tag = wire.tag();
            if (Wire.number(tag) != CUSTOM_VALUES) {
                wire.skip(tag);
                continue;
            }
            final int end = Wire.type(tag) == Wire.BYTES ? wire.end() : wire.at + Long.BYTES;
            while (wire.at < end) {
                HistogramLimits.check(histogram.bounds() + 1);
                histogram.addBound(wire.fixedDouble());
            }
        }
    }

    private void fill(Wire wire, int begin, int spans, int deltas, int doubles, Buckets buckets, int shift)
            throws BadMessageException, RejectedException {
        counts.read(wire, begin, floats ? doubles : deltas, floats);
        if (counts.contains(wire, begin, floats ? deltas : doubles)) {
            throw new RejectedException(
                    "histogram counts all in integers and its buckets in doubles, or the other" + " way round");
        }
        wire.at = begin;
        long index = shift;
        int next = 0;
        while (wire.more()) {
            final int tag = wire.tag();
            if (Wire.number(tag) != spans) {
                wire.skip(tag);
                continue;
            }
            final int outer = wire.limit;
            wire.limit = wire.end();
            long length = 0;
            while (wire.more()) {
                final int part = wire.tag();
                switch (Wire.number(part)) {
                    case 1 -> index += (int) Wire.unzigzag(wire.varint());
                    case 2 -> length = wire.varint() & 0xffffffffL;
                    default -> wire.skip(part);
                }
            }
            wire.limit = outer;
            if (length > counts.size() - next) {
                throw new RejectedException("histogram's spans are longer than its buckets: buckets=" + counts.size());
            }
            for (; length > 0; length--) {
                add(buckets, index++, counts.count(next++));
            }
        }
        if (next != counts.size()) {
            throw new RejectedException(
                    "histogram's spans are shorter than its buckets: spans=" + next + " buckets=" + counts.size());
        }
    }

    private static void add(Buckets buckets, long index, long count) throws RejectedException {
        final int bucket = HistogramLimits.index(index);
        final int size = buckets.size();
        if (size > 0 && bucket <= buckets.index(size - 1)) {
            throw new RejectedException("histogram's spans overlap: index=" + index);
        }
        buckets.add(bucket, count);
    }

    /// @return its time in milliseconds
    long timestamp() {
        return timestamp;
    }

    /// @return since when it counts in milliseconds, 0 if unknown
    long startTimestamp() {
        return startTimestamp;
    }
}
