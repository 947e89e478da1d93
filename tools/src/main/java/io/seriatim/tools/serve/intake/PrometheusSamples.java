package io.seriatim.tools.serve.intake;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.SeriesHandle;
import java.util.concurrent.TimeUnit;

/// Takes in what both versions of remote write say alike: samples and histograms of one series. Not thread-safe.
final class PrometheusSamples {
    private static final int VALUE = 1 << Wire.TAG_BITS | Wire.FIXED64;
    private static final int TIME = 2 << Wire.TAG_BITS | Wire.VARINT;
    private static final int START = 3 << Wire.TAG_BITS | Wire.VARINT;

    private final Session session;
    private final TimeConversion times;
    private final PrometheusHistogram histogram = new PrometheusHistogram();

    PrometheusSamples(Session session) {
        this.session = session;
        this.times = session.timesFrom(TimeUnit.MILLISECONDS);
    }

    /// @return a time in the log's unit
    long time(long milliseconds) throws RejectedException {
        final long time = times.convert(milliseconds);
        if (time == TimeConversion.OUT_OF_RANGE) {
            throw new RejectedException(times.refusal() + " milliseconds=" + milliseconds);
        }
        return time;
    }

    /// @return a start in the log's unit, or [Histogram#NO_START]: 0 is none
    long start(long milliseconds) throws RejectedException {
        return milliseconds == 0 ? Histogram.NO_START : time(milliseconds);
    }

    /// Takes a sample, which the reader holds.
    ///
    /// @param created since when the series counts unless the sample says, in milliseconds, 0 if unknown
    void sample(Wire wire, Sighting series, long created) throws BadMessageException {
        double value = 0;
        long milliseconds = 0;
        long startMilliseconds = created;
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag == VALUE) {
                value = wire.fixedDouble();
            } else if (tag == TIME) {
                milliseconds = wire.varint();
            } else if (tag == START) {
                final long start = wire.varint();
                startMilliseconds = start == 0 ? created : start;
            } else {
                wire.skip(tag);
            }
        }
        try {
            final long time = time(milliseconds);
            session.describe(series, time, start(startMilliseconds), false);
            session.add(series.handle(), time, value);
        } catch (RejectedException refusal) {
            session.outcome().reject(1, refusal.getMessage());
        }
    }

    /// Takes a histogram, which the reader holds.
    void histogram(Wire wire, Sighting series, long created) throws BadMessageException {
        final SeriesHandle handle = series.handle();
        try {
            final Histogram read = histogram.read(wire);
            final long time = time(histogram.timestamp());
            final long start = histogram.startTimestamp() == 0 ? created : histogram.startTimestamp();
            read.startTimestamp(start(start));
            session.describe(series, time, Histogram.NO_START, false);
            session.add(handle, time, read);
        } catch (RejectedException refusal) {
            session.outcome().reject(1, refusal.getMessage());
        }
    }
}
