package io.seriatim.tools.serve.intake;

/// Takes in summary data points: a sample for each quantile, one for the sum and one for the count. Not
/// thread-safe.
final class OtlpSummaries {
    private static final int START = 2 << Wire.TAG_BITS | Wire.FIXED64;
    private static final int TIME = 3 << Wire.TAG_BITS | Wire.FIXED64;
    private static final int COUNT = 4 << Wire.TAG_BITS | Wire.FIXED64;
    private static final int SUM = 5 << Wire.TAG_BITS | Wire.FIXED64;
    private static final int QUANTILE = 6 << Wire.TAG_BITS | Wire.BYTES;
    private static final int ATTRIBUTE = 7 << Wire.TAG_BITS | Wire.BYTES;
    private static final int FLAGS = 8 << Wire.TAG_BITS | Wire.VARINT;
    private static final int QUANTILE_OF = 1 << Wire.TAG_BITS | Wire.FIXED64;
    private static final int VALUE_OF = 2 << Wire.TAG_BITS | Wire.FIXED64;

    private final Session session;
    private final OtlpPoint point;

    OtlpSummaries(Session session, OtlpPoint point) {
        this.session = session;
        this.point = point;
    }

    void take(Wire wire, MetricContext metric) throws BadMessageException, RejectedException {
        final int begin = wire.at;
        long count = 0;
        double sum = 0;
        while (wire.more()) {
            final int from = wire.at;
            final int tag = wire.tag();
            switch (tag) {
                case START -> point.start(wire.fixed64());
                case TIME -> point.time(wire.fixed64());
                case COUNT -> count = wire.fixed64();
                case SUM -> sum = wire.fixedDouble();
                case FLAGS -> point.flags(wire.varint());
                case ATTRIBUTE -> {
                    wire.at = wire.end();
                    point.attribute(wire.bytes, from, wire.at);
                }
                default -> wire.skip(tag);
            }
        }
        final long time = point.time();
        final long start = point.start();
        quantiles(wire, begin, metric, time, false); // first look whether each can be kept: a point is one thing
        final Sighting sums = point.series(metric, OtlpPoint.SUM, 0);
        final Sighting counts = point.series(metric, OtlpPoint.COUNT, 0);

        quantiles(wire, begin, metric, time, true);
        session.describe(sums, time, start, false);
        session.add(sums.handle(), time, point.hasNoValue() ? OtlpNumbers.STALE : sum);
        session.describe(counts, time, start, false);
        count(counts, time, start, count);
        point.taken(time);
    }

    private void count(Sighting counts, long time, long start, long count) {
        final double value = count >= 0 ? count : (count >>> 1 | count & 1) * 2.0;
        if (!point.hasNoValue() && (count < 0 || (long) value != count)) {
            session.sayExactly(counts, time, start, Long.toUnsignedString(count));
        }
        session.add(counts.handle(), time, point.hasNoValue() ? OtlpNumbers.STALE : value);
    }

    private void quantiles(Wire wire, int begin, MetricContext metric, long time, boolean add)
            throws BadMessageException, RejectedException {
        wire.at = begin;
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag != QUANTILE) {
                wire.skip(tag);
                continue;
            }
            final int outer = wire.limit;
            wire.limit = wire.end();
            double quantile = 0;
            double value = 0;
            while (wire.more()) {
                final int part = wire.tag();
                if (part == QUANTILE_OF) {
                    quantile = wire.fixedDouble();
                } else if (part == VALUE_OF) {
                    value = wire.fixedDouble();
                } else {
                    wire.skip(part);
                }
            }
            wire.limit = outer;
            final Sighting series = point.series(metric, OtlpPoint.QUANTILE, quantile);
            if (add) {
                session.describe(series, time, point.start(), false);
                session.add(series.handle(), time, point.hasNoValue() ? OtlpNumbers.STALE : value);
            }
        }
    }
}
