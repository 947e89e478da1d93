package io.seriatim.tools.ingest;

import io.seriatim.tools.SeriesCache;
import io.seriatim.wal.SeriesHandle;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// Reads OpenMetrics and the Prometheus text format, which differ in the unit of timestamps and in how they end.
///
/// ```
/// # TYPE http_requests_total counter
/// http_requests_total{method="post",code="200"} 1027 1395066363000
/// ```
///
/// Each line is read where it lies: which series it is from the bytes before the value, then two numbers.
final class ExpositionReader implements Reader, LineReader.Handler {
    private static final String EOF = "# EOF";
    private static final String NO_END =
            "text behind the last line feed: its line may not have been written to its end";

    private final Session session;
    private final Appender appender;
    private final SeriesCache<SeriesHandle> cache;
    private final boolean openMetrics;
    private final boolean decimalTimes;
    private final TimeScale scale;
    private final ExpositionSeries series = new ExpositionSeries();
    private final LineReader lines = new LineReader(LineReader.ONE_SAMPLE);
    private final Decimal number = new Decimal();
    private final LastTime lastTime = new LastTime();
    private double value;
    private long timestamp;
    private boolean stamped;
    private boolean ended;
    private boolean empty;

    ExpositionReader(Session session, boolean openMetrics, int seriesLimit) {
        this.session = session;
        this.appender = session.appender();
        this.cache = new SeriesCache<>(seriesLimit);
        this.openMetrics = openMetrics;
        this.decimalTimes = openMetrics || session.options().inputUnit() != null;
        this.scale = session.options().scale(openMetrics ? TimeUnit.SECONDS : TimeUnit.MILLISECONDS);
    }

    @Override
    public long read(Input input, Source source) throws IOException {
        final long roundedBefore = scale.rounded();
        ended = false;
        empty = true;
        final long count = lines.read(input, this);
        session.countRounded(scale.rounded() - roundedBefore);
        if (openMetrics && !ended && !empty) {
            session.tornLine(count, new byte[0], 0, 0, "the text ends without \"# EOF\": more may have followed");
        }
        return count;
    }

    /// The way of nearly all lines: a series that was expected, a number, a timestamp, the end.
    @Override
    public int lineAt(byte[] bytes, int from, int to) {
        int at = cache.predicted(bytes, from, to);
        if (at < 0) {
            return -1;
        }
        at = skipBlank(bytes, at, to);
        if (at < 0 || (at = number.scan(bytes, at, to)) < 0 || (at = skipBlank(bytes, at, to)) < 0) {
            return -1;
        }
        final double value = number.toDouble();
        if (Double.isInfinite(value)) {
            return -1;
        }
        int next = lastTime.repeated(bytes, at, to);
        if (next < 0 && (next = timeAt(bytes, at, to)) < 0) {
            return -1;
        }
        appender.add(cache.handle(), lastTime.timestamp(), value);
        empty = false;
        ended = false;
        return next;
    }

    /// @return the position behind the timestamp and its line feed, or -1 if that is not what is there
    private int timeAt(byte[] bytes, int from, int to) {
        final int at = number.scan(bytes, from, to);
        final long roundedBefore = scale.rounded();
        if (at < 0 || at >= to || bytes[at] != '\n' || !number.isInteger() && !decimalTimes || !scale.convert(number)) {
            return -1;
        }
        lastTime.remember(bytes, from, scale.rounded() == roundedBefore ? at + 1 : from, scale.timestamp());
        return at + 1;
    }

    /// @return the position behind the one blank that is at `at`, or -1
    private static int skipBlank(byte[] bytes, int at, int to) {
        return at < to && bytes[at] == ' ' ? at + 1 : -1;
    }

    @Override
    public void line(byte[] bytes, int from, int to, long line, boolean terminated) {
        final int start = skipBlanks(bytes, from, to);
        if (start == to) {
            return;
        }
        if (bytes[start] == '#') {
            comment(bytes, start, to);
            return;
        }
        empty = false;
        ended = false;
        final String reason = terminated ? take(bytes, start, to) : NO_END;
        if (reason != null) {
            if (terminated) {
                session.rejectLine(line, bytes, from, to, reason);
            } else {
                session.tornLine(line, bytes, from, to, reason);
            }
        }
    }

    @Override
    public void tooLong(byte[] bytes, int from, int to, long line) {
        session.rejectLine(line, bytes, from, to, "line is longer than " + lines.longest() + " bytes");
    }

    @Override
    public void progress() {
        session.progress();
    }

    /// @return why the line cannot be taken, or null
    private String take(byte[] bytes, int from, int to) {
        final int end = ExpositionSeries.end(bytes, from, to);
        if (end < 0) {
            return "no metric name, or labels without an end";
        }
        final String reason = numbers(bytes, skipBlanks(bytes, end, to), to);
        if (reason != null) {
            return reason;
        }
        SeriesHandle handle = cache.find(bytes, from, end);
        if (handle == null) {
            try {
                handle = session.series(series.parse(bytes, from, end));
            } catch (IllegalArgumentException failure) {
                return failure.getMessage();
            }
            cache.put(bytes, from, end, handle);
        }
        appender.add(handle, timestamp, value);
        if (stamped) {
            session.countStamped();
        }
        return null;
    }

    /// Reads what stands behind the series into the fields.
    ///
    /// @return why it cannot be taken, or null
    private String numbers(byte[] bytes, int from, int to) {
        final int end = tokenEnd(bytes, from, to);
        if (end == from) {
            return "no value";
        }
        if (number.scan(bytes, from, end) == end) {
            value = number.toDouble();
            if (Double.isInfinite(value)) {
                return "value is larger than any double";
            }
        } else {
            final long bits = NotFinite.bits(bytes, from, end);
            if (bits == NotFinite.NONE) {
                return "value is no number";
            }
            value = Double.longBitsToDouble(bits);
        }
        return time(bytes, skipBlanks(bytes, end, to), to);
    }

    private String time(byte[] bytes, int from, int to) {
        stamped = from == to || bytes[from] == '#';
        if (stamped) {
            timestamp = session.options().now();
            return exemplar(bytes, from, to);
        }
        final int end = tokenEnd(bytes, from, to);
        if (number.scan(bytes, from, end) != end) {
            return "timestamp is no number";
        }
        if (!number.isInteger() && !decimalTimes) {
            return "timestamp is no whole number: Prometheus text counts milliseconds (--format openmetrics or"
                    + " --precision s reads seconds)";
        }
        if (!scale.convert(number)) {
            return scale.refusal();
        }
        timestamp = scale.timestamp();
        return exemplar(bytes, skipBlanks(bytes, end, to), to);
    }

    /// What OpenMetrics allows behind a sample: another measurement, as an example of what was counted.
    private String exemplar(byte[] bytes, int from, int to) {
        if (from == to) {
            return null;
        }
        if (!openMetrics || bytes[from] != '#') {
            return "text behind the sample";
        }
        session.leftOut().note("exemplar");
        return null;
    }

    private void comment(byte[] bytes, int from, int to) {
        if (openMetrics && isWord(bytes, from, to, EOF)) {
            ended = true;
        } else if (startsWith(bytes, from, to, "# HELP ")) {
            session.leftOut().note("help text");
        } else if (startsWith(bytes, from, to, "# TYPE ")) {
            session.leftOut().note("metric type");
        } else if (startsWith(bytes, from, to, "# UNIT ")) {
            session.leftOut().note("metric unit");
        }
    }

    private static boolean isWord(byte[] bytes, int from, int to, String word) {
        return startsWith(bytes, from, to, word) && skipBlanks(bytes, from + word.length(), to) == to;
    }

    private static boolean startsWith(byte[] bytes, int from, int to, String word) {
        if (to - from < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (bytes[from + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int skipBlanks(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && (bytes[at] == ' ' || bytes[at] == '\t')) {
            at++;
        }
        return at;
    }

    private static int tokenEnd(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != ' ' && bytes[at] != '\t') {
            at++;
        }
        return at;
    }
}
