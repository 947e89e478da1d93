package io.seriatim.tools.ingest;

import io.seriatim.tools.SeriesCache;
import io.seriatim.wal.SeriesHandle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/// Reads the comma-separated values that `replay` writes: the series as Prometheus writes it, in quotes, a timestamp in
/// the log's own unit unless the user says another, a value.
///
/// ```
/// series,timestamp,value
/// "up{job=""api""}",1700000000000,1.5
/// ```
final class CsvReader implements Reader, LineReader.Handler {
    static final String HEADER = "series,timestamp,value";

    private final Session session;
    private final SeriesCache<SeriesHandle> cache;
    private final TimeScale scale;
    private final LineReader lines = new LineReader(LineReader.ONE_SAMPLE);
    private final Decimal number = new Decimal();
    private final ExpositionSeries series = new ExpositionSeries();
    private final ByteArrayOutputStream unquoted = new ByteArrayOutputStream();

    CsvReader(Session session, int seriesLimit) {
        this.session = session;
        this.cache = new SeriesCache<>(seriesLimit);
        this.scale = session.options().scale(session.options().logUnit());
    }

    @Override
    public long read(Input input, Source source) throws IOException {
        final long roundedBefore = scale.rounded();
        final long count = lines.read(input, this);
        session.countRounded(scale.rounded() - roundedBefore);
        return count;
    }

    @Override
    public void tooLong(byte[] bytes, int from, int to, long line) {
        session.rejectLine(line, bytes, from, to, "line is longer than " + lines.longest() + " bytes");
    }

    @Override
    public void progress() {
        session.progress();
    }

    @Override
    public void line(byte[] bytes, int from, int to, long line, boolean terminated) {
        if (from == to || line == 1 && HEADER.equals(Rejects.excerpt(bytes, from, to))) {
            return;
        }
        if (!terminated) {
            session.tornLine(line, bytes, from, to, "text behind the last line feed");
            return;
        }
        final String reason = take(bytes, from, to);
        if (reason != null) {
            session.rejectLine(line, bytes, from, to, reason);
        }
    }

    /// @return why the line cannot be taken, or null
    private String take(byte[] bytes, int from, int to) {
        final int end = seriesEnd(bytes, from, to);
        if (end < 0 || end >= to || bytes[end] != ',') {
            return "no series in quotes";
        }
        final int timeEnd = number.scan(bytes, end + 1, to);
        if (timeEnd < 0 || timeEnd >= to || bytes[timeEnd] != ',' || !number.isInteger() || !number.isExact()) {
            return "timestamp is no whole number";
        }
        if (!scale.convert(number.mantissa())) {
            return scale.refusal();
        }
        final int value = timeEnd + 1;
        final double parsed;
        if (number.scan(bytes, value, to) == to) {
            parsed = number.toDouble();
            if (Double.isInfinite(parsed)) {
                return "value is larger than any double";
            }
        } else {
            final long bits = NotFinite.bits(bytes, value, to);
            if (bits == NotFinite.NONE) {
                return "value is no number";
            }
            parsed = Double.longBitsToDouble(bits);
        }
        SeriesHandle handle = cache.find(bytes, from, end);
        if (handle == null) {
            try {
                handle = session.series(labels(bytes, from, end));
            } catch (IllegalArgumentException failure) {
                return failure.getMessage();
            }
            cache.put(bytes, from, end, handle);
        }
        session.appender().add(handle, scale.timestamp(), parsed);
        return null;
    }

    /// @return the position behind the quote that ends the series, or -1; two quotes stand for one
    private static int seriesEnd(byte[] bytes, int from, int to) {
        if (bytes[from] != '"') {
            return -1;
        }
        for (int at = from + 1; at < to; at++) {
            if (bytes[at] == '"') {
                if (at + 1 == to || bytes[at + 1] != '"') {
                    return at + 1;
                }
                at++;
            }
        }
        return -1;
    }

    private byte[][] labels(byte[] bytes, int from, int end) {
        unquoted.reset();
        for (int at = from + 1; at < end - 1; at++) {
            unquoted.write(bytes[at]);
            at += bytes[at] == '"' ? 1 : 0;
        }
        final byte[] text = unquoted.toByteArray();
        if (ExpositionSeries.end(text, 0, text.length) != text.length) {
            throw new IllegalArgumentException("no series in quotes");
        }
        return series.parse(text, 0, text.length);
    }
}
