package io.seriatim.tools.ingest;

import io.seriatim.tools.SeriesCache;
import io.seriatim.wal.SeriesHandle;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// Reads InfluxDB's line protocol. Each field that is a number is a series: the measurement and the field's name are
/// its
/// name, the tags are its labels. The name of a field called `value` is left out, as Telegraf does it.
///
/// ```
/// cpu,host=a user=1.5,system=2i 1700000000000000000   ->  cpu_user{host="a"} 1.5, cpu_system{host="a"} 2
/// temperature,room=1 value=21                         ->  temperature{room="1"} 21
/// ```
final class LineProtocolReader implements Reader, LineReader.Handler {
    private static final String NO_VALUE = "field without a value";

    private final Session session;
    private final SeriesCache<SeriesHandle> cache;
    private final TimeScale scale;
    private final LineReader lines = new LineReader(LineReader.ONE_SAMPLE);
    private final Decimal number = new Decimal();
    private final LastTime lastTime = new LastTime();
    private final LineProtocolSeries series = new LineProtocolSeries();
    private byte[] key = new byte[1024];
    private int keyed;
    private SeriesHandle[] handles = new SeriesHandle[16];
    private double[] values = new double[16];
    private int fields;
    private int at;
    private double value;
    private boolean kept;
    private String fieldReason;

    LineProtocolReader(Session session, int seriesLimit) {
        this.session = session;
        this.cache = new SeriesCache<>(seriesLimit);
        this.scale = session.options().scale(TimeUnit.NANOSECONDS);
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

    /// The way of most lines: one field of a series that was expected, a number, a timestamp, the end.
    @Override
    public int lineAt(byte[] bytes, int from, int to) {
        int end = cache.predicted(bytes, from, to);
        if (end < 0 || end >= to || bytes[end] != '=' || (end = number.scan(bytes, end + 1, to)) < 0 || end >= to) {
            return -1;
        }
        if (bytes[end] == 'i' && number.isInteger() && number.isExact() && Math.abs(number.mantissa()) <= 1L << 53) {
            end++;
        }
        final double value = number.toDouble();
        if (end >= to || bytes[end] != ' ' || Double.isInfinite(value)) {
            return -1;
        }
        int next = lastTime.repeated(bytes, end + 1, to);
        if (next < 0 && (next = timeAt(bytes, end + 1, to)) < 0) {
            return -1;
        }
        session.appender().add(cache.handle(), lastTime.timestamp(), value);
        return next;
    }

    /// @return the position behind the timestamp and its line feed, or -1 if that is not what is there
    private int timeAt(byte[] bytes, int from, int to) {
        final int end = number.scan(bytes, from, to);
        final long roundedBefore = scale.rounded();
        if (end < 0
                || end >= to
                || bytes[end] != '\n'
                || !number.isInteger()
                || !number.isExact()
                || !scale.convert(number.mantissa())) {
            return -1;
        }
        lastTime.remember(bytes, from, scale.rounded() == roundedBefore ? end + 1 : from, scale.timestamp());
        return end + 1;
    }

    @Override
    public void line(byte[] bytes, int from, int to, long line, boolean terminated) {
        at = from;
        skipBlanks(bytes, to);
        if (at == to || bytes[at] == '#') {
            return;
        }
        fieldReason = null;
        final String reason = take(bytes, at, to);
        if (reason != null) {
            session.rejectLine(line, bytes, from, to, reason);
        } else if (fieldReason != null) {
            session.rejectLine(line, bytes, from, to, fieldReason + " (the other fields were taken)");
        }
    }

    /// @return why nothing of the line can be taken, or null
    private String take(byte[] bytes, int from, int to) {
        final int seriesEnd = LineProtocolSeries.end(bytes, from, to);
        at = seriesEnd;
        skipBlanks(bytes, to);
        if (seriesEnd == from || at == to) {
            return "no fields";
        }
        fields = 0;
        keyed = 0;
        for (; ; at++) {
            final String reason = field(bytes, from, seriesEnd, to);
            if (reason != null) {
                return reason;
            }
            if (at == to || bytes[at] == ' ') {
                break;
            }
            if (bytes[at] != ',') {
                return "text behind a field";
            }
        }
        return timed(bytes, to);
    }

    /// Reads the timestamp, if there is one, and logs the fields.
    private String timed(byte[] bytes, int to) {
        skipBlanks(bytes, to);
        if (at == to) {
            add(session.options().now());
            for (int i = 0; i < fields; i++) {
                session.countStamped();
            }
            return null;
        }
        final int end = number.scan(bytes, at, to);
        if (end < 0 || !number.isInteger() || !number.isExact()) {
            return "timestamp is no whole number";
        }
        at = end;
        skipBlanks(bytes, to);
        if (at < to) {
            return "text behind the timestamp";
        }
        if (!scale.convert(number.mantissa())) {
            return scale.refusal();
        }
        add(scale.timestamp());
        return null;
    }

    private void add(long timestamp) {
        for (int i = 0; i < fields; i++) {
            session.appender().add(handles[i], timestamp, values[i]);
        }
    }

    /// Reads one field, up to the comma or blank behind it.
    private String field(byte[] bytes, int seriesFrom, int seriesEnd, int to) {
        final int keyFrom = at;
        final int keyEnd = LineProtocolSeries.keyEnd(bytes, at, to);
        if (keyEnd == keyFrom || keyEnd == to || bytes[keyEnd] != '=') {
            return "field without a name or value";
        }
        at = keyEnd + 1;
        if (at < to && bytes[at] == '"') {
            return text(bytes, to);
        }
        final int valueFrom = at;
        while (at < to && bytes[at] != ',' && bytes[at] != ' ') {
            at++;
        }
        if (at == valueFrom) {
            return NO_VALUE;
        }
        final String reason = value(bytes, valueFrom);
        if (reason != null || !kept) {
            return reason;
        }
        if (fields == values.length) {
            handles = Arrays.copyOf(handles, 2 * fields);
            values = Arrays.copyOf(values, 2 * fields);
        }
        values[fields] = value;
        try {
            handles[fields++] = series(bytes, seriesFrom, seriesEnd, keyFrom, keyEnd);
        } catch (IllegalArgumentException failure) {
            return failure.getMessage();
        }
        return null;
    }

    /// Reads the value from `from` to [#at] into the fields.
    private String value(byte[] bytes, int from) {
        final int end = number.scan(bytes, from, at);
        if (end >= 0) {
            final String reason = suffix(bytes, end, at);
            value = number.toDouble();
            kept = reason == null && isExact(value, end < at);
            return reason;
        }
        final int truth = truth(bytes, from, at);
        value = truth;
        kept = true;
        return truth < 0 ? "field is neither a number, a truth value nor a text in quotes" : null;
    }

    /// @return why what follows the number makes it none, or null; `i` and `u` mark whole numbers
    private String suffix(byte[] bytes, int end, int to) {
        if (end == to || end + 1 == to && number.isInteger() && (bytes[end] == 'i' || bytes[end] == 'u')) {
            return null;
        }
        return "field is no number";
    }

    /// Whether the log can keep a number as it is written.
    private boolean isExact(double value, boolean whole) {
        if (Double.isInfinite(value)) {
            fieldReason = "a field is larger than any double";
            return false;
        }
        if (whole && !number.isEqualTo(value)) {
            if (!session.options().round()) {
                fieldReason = "a whole number has no double that equals it (--round takes the nearest)";
                return false;
            }
            session.countRounded(1);
        }
        return true;
    }

    private String text(byte[] bytes, int to) {
        while (++at < to && bytes[at] != '"') {
            if (bytes[at] == '\\') {
                at++;
            }
        }
        if (at >= to) {
            return "a quote is missing (a text that goes on in the next line is not read)";
        }
        at++;
        session.leftOut().data("text field");
        return null;
    }

    /// @return 1, 0, or -1 if it is neither
    private static int truth(byte[] bytes, int from, int to) {
        return switch (Rejects.excerpt(bytes, from, to)) {
            case "t", "T", "true", "True", "TRUE" -> 1;
            case "f", "F", "false", "False", "FALSE" -> 0;
            default -> -1;
        };
    }

    private SeriesHandle series(byte[] bytes, int seriesFrom, int seriesEnd, int keyFrom, int keyEnd) {
        if (keyFrom == seriesEnd + 1) {
            // The first field: its key and what names the series lie together.
            return find(bytes, seriesFrom, seriesEnd, keyEnd);
        }
        final int prefix = seriesEnd - seriesFrom + 1;
        final int length = prefix + keyEnd - keyFrom;
        if (key.length < length) {
            key = new byte[2 * length];
            keyed = 0;
        }
        if (keyed == 0) {
            System.arraycopy(bytes, seriesFrom, key, 0, prefix - 1);
            key[prefix - 1] = ' ';
            keyed = prefix;
        }
        System.arraycopy(bytes, keyFrom, key, prefix, keyEnd - keyFrom);
        return find(key, 0, prefix - 1, length);
    }

    private SeriesHandle find(byte[] source, int from, int seriesEnd, int end) {
        final SeriesHandle known = cache.find(source, from, end);
        if (known != null) {
            return known;
        }
        final SeriesHandle handle = session.series(series.parse(source, from, seriesEnd, end));
        cache.put(source, from, end, handle);
        return handle;
    }

    private void skipBlanks(byte[] bytes, int to) {
        while (at < to && bytes[at] == ' ') {
            at++;
        }
    }
}
