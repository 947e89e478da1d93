package io.seriatim.tools.replay;

import io.seriatim.tools.JsonBuffer;
import io.seriatim.tools.LineSink;
import io.seriatim.tools.Unsaid;
import io.seriatim.tools.Unsaid.Reason;
import io.seriatim.wal.Labels;
import java.util.concurrent.TimeUnit;

/// The line protocol of InfluxDB: the metric's name as the measurement, its labels as tags, one field called
/// `value`, nanoseconds. Thread-safe.
///
/// ```
/// up,instance=host-1,job=api value=1.5 1700000000000000000
/// ```
///
/// The protocol has no words for NaN and infinity, for empty tags, for line feeds in names and tags, and none
/// on which its readers agree for a backslash before a comma, a space, an equals sign or an end.
final class InfluxLines extends SampleLines {
    private static final long INFINITY = 0x7ff0000000000000L;

    private final long nanosPerUnit;
    private final long farthest;

    InfluxLines(LineSink sink, Unsaid unsaid, TimeUnit unit) {
        super(sink, unsaid);
        this.nanosPerUnit = unit.toNanos(1);
        this.farthest = Long.MAX_VALUE / nanosPerUnit;
    }

    @Override
    Prefix prefix(JsonBuffer buffer, Labels series) {
        final String metric = series.get(Exposition.METRIC_NAME);
        if (metric == null || metric.isEmpty()) {
            return unnamed();
        }
        // Each may be set once, from within a lambda.
        final Reason[] flaw = new Reason[1];
        final boolean[] unsayable = {!isSayable(metric) || metric.startsWith("#")};
        escaped(buffer, metric, false);
        series.forEach((name, value) -> {
            if (name.equals(Exposition.METRIC_NAME)) {
                return;
            }
            if (value.isEmpty()) {
                flaw[0] = Reason.EMPTY_LABELS;
                return;
            }
            unsayable[0] |= !isSayable(name) || !isSayable(value);
            escaped(buffer.ascii(','), name, true);
            escaped(buffer.ascii('='), value, true);
        });
        return unsayable[0] ? unsayable() : sayable(buffer.ascii(" value="), flaw[0]);
    }

    private static boolean isSayable(String text) {
        for (int i = 0; i < text.length(); i++) {
            final char next = i + 1 < text.length() ? text.charAt(i + 1) : ' ';
            if (text.charAt(i) == '\n' || text.charAt(i) == '\\' && (next == ',' || next == ' ' || next == '=')) {
                return false;
            }
        }
        return true;
    }

    private static void escaped(JsonBuffer buffer, String text, boolean tag) {
        final String escaped = text.replace(",", "\\,").replace(" ", "\\ ");
        buffer.utf8(tag ? escaped.replace("=", "\\=") : escaped);
    }

    @Override
    Reason sample(JsonBuffer line, byte[] prefix, long timestamp, long valueBits) {
        if ((valueBits & INFINITY) == INFINITY) {
            return Reason.NOT_FINITE;
        }
        if (timestamp > farthest || timestamp < -farthest) {
            return Reason.TIMES;
        }
        line.raw(prefix, prefix.length).finite(Double.longBitsToDouble(valueBits));
        line.ascii(' ').number(timestamp * nanosPerUnit).ascii('\n');
        return null;
    }
}
