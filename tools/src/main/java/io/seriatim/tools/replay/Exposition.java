package io.seriatim.tools.replay;

import io.seriatim.tools.JsonBuffer;
import io.seriatim.wal.Labels;
import java.util.regex.Pattern;

/// How Prometheus writes series and values. What it writes, `--select` reads.
public final class Exposition {
    static final String METRIC_NAME = "__name__";

    private static final Pattern METRIC = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    private static final long INFINITY = 0x7ff0000000000000L;

    private Exposition() {}

    static boolean isPlainMetric(String name) {
        return METRIC.matcher(name).matches();
    }

    static boolean isPlainLabel(String name) {
        return LABEL.matcher(name).matches();
    }

    /// Adds a series: `up{job="api"}`. Names that are not plain are in quotes, as from Prometheus 3 on.
    ///
    /// @return the buffer
    public static JsonBuffer series(JsonBuffer buffer, Labels series) {
        final String metric = series.get(METRIC_NAME);
        final boolean plain = metric != null && isPlainMetric(metric);
        if (plain) {
            buffer.ascii(metric);
        }
        if (plain && series.count() == 1) {
            return buffer;
        }
        buffer.ascii('{');
        final int start = buffer.length();
        if (metric != null && !plain) {
            quoted(buffer, metric);
        }
        series.forEach((name, value) -> {
            if (name.equals(METRIC_NAME)) {
                return;
            }
            if (buffer.length() > start) {
                buffer.ascii(',');
            }
            if (isPlainLabel(name)) {
                buffer.ascii(name);
            } else {
                quoted(buffer, name);
            }
            quoted(buffer.ascii('='), value);
        });
        return buffer.ascii('}');
    }

    private static void quoted(JsonBuffer buffer, String text) {
        buffer.ascii('"')
                .utf8(text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
                .ascii('"');
    }

    /// Adds a value: the shortest number that reads back as the same double, or `NaN`, `+Inf`, `-Inf`.
    ///
    /// @return true if it was a NaN with a payload, which is not written
    static boolean value(JsonBuffer buffer, long bits) {
        if ((bits & INFINITY) != INFINITY) {
            buffer.finite(Double.longBitsToDouble(bits));
            return false;
        }
        final boolean infinite = bits << 12 == 0;
        buffer.ascii(infinite ? bits < 0 ? "-Inf" : "+Inf" : "NaN");
        return !infinite && bits != JsonBuffer.CANONICAL_NAN;
    }
}
