package io.seriatim.tools.serve.intake;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.Histogram.Buckets;

/// Takes in histograms, of explicit bounds and exponential ones. Every bucket that is sent is kept, empty ones
/// too. Not thread-safe.
final class OtlpHistograms {
    private static final int BUCKET_OFFSET = 1 << Wire.TAG_BITS | Wire.VARINT;
    private static final int BUCKET_COUNTS = 2;

    private final Session session;
    private final OtlpPoint point;
    private final OtlpExemplars exemplars;
    private final Histogram histogram = new Histogram();

    OtlpHistograms(Session session, OtlpPoint point, OtlpExemplars exemplars) {
        this.session = session;
        this.point = point;
        this.exemplars = exemplars;
    }

    void explicit(Wire wire, MetricContext metric) throws BadMessageException, RejectedException {
        final int begin = wire.at;
        histogram.clear();
        boolean hasExemplars = false;
        int buckets = 0;
        while (wire.more()) {
            final int from = wire.at;
            final int tag = wire.tag();
            switch (Wire.number(tag)) {
                case 2 -> point.start(wire.fixed64());
                case 3 -> point.time(wire.fixed64());
                case 4 -> histogram.count(wire.fixed64());
                case 5 -> histogram.sum(wire.fixedDouble());
                case 6 -> buckets = counts(wire, tag, buckets);
                case 7 -> bounds(wire, tag);
                case 9 -> attribute(wire, from);
                case 10 -> point.flags(wire.varint());
                case 11 -> histogram.min(wire.fixedDouble());
                case 12 -> histogram.max(wire.fixedDouble());
                default -> {
                    hasExemplars |= Wire.number(tag) == 8;
                    wire.skip(tag);
                }
            }
        }
        if (buckets != 0 ? buckets != histogram.bounds() + 1 : histogram.bounds() != 0) {
            throw new RejectedException("histogram has buckets that its bounds do not make: buckets=" + buckets
                    + " bounds=" + histogram.bounds());
        }
        add(wire, begin, metric, hasExemplars ? Wire.tag(8, Wire.BYTES) : 0);
    }

    void exponential(Wire wire, MetricContext metric) throws BadMessageException, RejectedException {
        final int begin = wire.at;
        histogram.clear();
        boolean hasExemplars = false;
        int scale = 0;
        long zeroCount = 0;
        double zeroThreshold = 0;
        while (wire.more()) {
            final int from = wire.at;
            final int tag = wire.tag();
            switch (Wire.number(tag)) {
                case 1 -> attribute(wire, from);
                case 2 -> point.start(wire.fixed64());
                case 3 -> point.time(wire.fixed64());
                case 4 -> histogram.count(wire.fixed64());
                case 5 -> histogram.sum(wire.fixedDouble());
                case 6 -> scale = (int) Wire.unzigzag(wire.varint());
                case 7 -> zeroCount = wire.fixed64();
                case 8 -> buckets(wire, histogram.positive());
                case 9 -> buckets(wire, histogram.negative());
                case 10 -> point.flags(wire.varint());
                case 12 -> histogram.min(wire.fixedDouble());
                case 13 -> histogram.max(wire.fixedDouble());
                case 14 -> zeroThreshold = wire.fixedDouble();
                default -> {
                    hasExemplars |= Wire.number(tag) == 11;
                    wire.skip(tag);
                }
            }
        }
        histogram.exponential(scale, zeroThreshold, zeroCount);
        add(wire, begin, metric, hasExemplars ? Wire.tag(11, Wire.BYTES) : 0);
    }

    private void attribute(Wire wire, int from) throws BadMessageException {
        wire.at = wire.end();
        point.attribute(wire.bytes, from, wire.at);
    }

    private int counts(Wire wire, int tag, int before) throws BadMessageException, RejectedException {
        final int end = Wire.type(tag) == Wire.BYTES ? wire.end() : wire.at + Long.BYTES;
        int index = before;
        while (wire.at < end) {
            HistogramLimits.check(index + 1);
            histogram.positive().add(index++, wire.fixed64());
        }
        return index;
    }

    private void bounds(Wire wire, int tag) throws BadMessageException, RejectedException {
        final int end = Wire.type(tag) == Wire.BYTES ? wire.end() : wire.at + Long.BYTES;
        while (wire.at < end) {
            HistogramLimits.check(histogram.bounds() + 1);
            histogram.addBound(wire.fixedDouble());
        }
    }

    private static void buckets(Wire wire, Buckets buckets) throws BadMessageException, RejectedException {
        final int outer = wire.limit;
        wire.limit = wire.end();
        final int begin = wire.at;
        int offset = 0;
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag == BUCKET_OFFSET) {
                offset = (int) Wire.unzigzag(wire.varint());
            } else {
                wire.skip(tag);
            }
        }
        wire.at = begin;
        long index = offset;
        while (wire.more()) {
            final int tag = wire.tag();
            if (Wire.number(tag) != BUCKET_COUNTS) {
                wire.skip(tag);
                continue;
            }
            final int end = Wire.type(tag) == Wire.BYTES ? wire.end() : wire.at + 1;
            while (wire.at < end) {
                HistogramLimits.check(buckets.size() + 1);
                buckets.add(HistogramLimits.index(index++), wire.varint());
            }
        }
        wire.limit = outer;
    }

    private void add(Wire wire, int begin, MetricContext metric, int exemplarTag)
            throws BadMessageException, RejectedException {
        final long time = point.time();
        histogram.startTimestamp(point.start());
        histogram.delta(metric.delta());
        histogram.stale(point.hasNoValue());
        final Sighting series = point.series(metric);
        session.describe(series, time, Histogram.NO_START, false);
        if (!session.add(series.handle(), time, histogram)) {
            return;
        }
        point.taken(time);
        if (exemplarTag != 0) {
            wire.at = begin;
            exemplars.take(wire, exemplarTag, series.handle());
        }
    }
}
