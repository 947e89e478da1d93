package io.seriatim.tools.serve.intake;

/// Takes in number data points, of gauges and sums. Not thread-safe.
final class OtlpNumbers {
    /// Prometheus' word for "the series has ended".
    static final double STALE = Double.longBitsToDouble(0x7ff0000000000002L);

    private static final int START = 2 << Wire.TAG_BITS | Wire.FIXED64;
    private static final int TIME = 3 << Wire.TAG_BITS | Wire.FIXED64;
    private static final int AS_DOUBLE = 4 << Wire.TAG_BITS | Wire.FIXED64;
    private static final int EXEMPLAR = 5 << Wire.TAG_BITS | Wire.BYTES;
    private static final int AS_INT = 6 << Wire.TAG_BITS | Wire.FIXED64;
    private static final int ATTRIBUTE = 7 << Wire.TAG_BITS | Wire.BYTES;
    private static final int FLAGS = 8 << Wire.TAG_BITS | Wire.VARINT;

    private final Session session;
    private final OtlpPoint point;
    private final OtlpExemplars exemplars;

    OtlpNumbers(Session session, OtlpPoint point, OtlpExemplars exemplars) {
        this.session = session;
        this.point = point;
        this.exemplars = exemplars;
    }

    void take(Wire wire, MetricContext metric) throws BadMessageException, RejectedException {
        final int begin = wire.at;
        boolean hasValue = false;
        boolean hasExemplars = false;
        boolean isInteger = false;
        long bits = 0;
        while (wire.more()) {
            final int from = wire.at;
            final int tag = wire.tag();
            switch (tag) {
                case START -> point.start(wire.fixed64());
                case TIME -> point.time(wire.fixed64());
                case AS_DOUBLE, AS_INT -> {
                    bits = wire.fixed64();
                    hasValue = true;
                    isInteger = tag == AS_INT;
                }
                case FLAGS -> point.flags(wire.varint());
                case ATTRIBUTE -> {
                    wire.at = wire.end();
                    point.attribute(wire.bytes, from, wire.at);
                }
                default -> {
                    hasExemplars |= tag == EXEMPLAR;
                    wire.skip(tag);
                }
            }
        }
        if (!hasValue && !point.hasNoValue()) {
            throw new RejectedException("data point has no value and no flag that says so");
        }
        add(metric, isInteger, bits);
        if (hasExemplars) {
            wire.at = begin;
            exemplars.take(wire, EXEMPLAR, point.series(metric).handle());
        }
    }

    private void add(MetricContext metric, boolean isInteger, long bits) throws BadMessageException, RejectedException {
        final long time = point.time();
        final long start = point.start();
        final Sighting series = point.series(metric);
        final SeriesState state = series.state();
        session.describe(series, time, start, metric.delta() && start == state.lastTime());
        final double value;
        if (point.hasNoValue()) {
            value = STALE;
        } else if (isInteger) {
            value = bits;
            if (!isExact(bits, value)) {
                session.sayExactly(series, time, start, Long.toString(bits));
            }
        } else {
            value = Double.longBitsToDouble(bits);
        }
        session.add(series.handle(), time, value);
        state.lastTime(time);
        point.taken(time);
    }

    private static boolean isExact(long integer, double value) {
        return value != 0x1p63 && (long) value == integer;
    }
}
