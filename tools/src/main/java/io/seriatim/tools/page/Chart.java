package io.seriatim.tools.page;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.ToDoubleFunction;

/// A quantity over time as columns.
final class Chart {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 160;
    private static final int LEFT = 80;
    private static final int BOTTOM = 22;
    private static final int TOP = 8;

    private final TimeBins times;

    Chart(TimeBins times) {
        this.times = times;
    }

    /// @param name    what is shown
    /// @param value   of a bin
    /// @param number  writes a value for people
    void draw(Html html, String name, ToDoubleFunction<TimeBins.Bin> value, LongFunction<String> number) {
        final TreeMap<Long, TimeBins.Bin> bins = times.bins();
        if (bins.isEmpty()) {
            return;
        }
        final long first = bins.firstKey();
        final long count = bins.lastKey() - first + 1;
        double max = 0;
        for (final TimeBins.Bin bin : bins.values()) {
            max = Math.max(max, value.applyAsDouble(bin));
        }
        html.add(
                "<figure><figcaption>%s</figcaption>\n<svg viewBox=\"0 0 %d %d\" role=\"img\"><title>%s</title>\n",
                name, WIDTH, HEIGHT, name);
        axis(html, max, number);
        final double step = (double) (WIDTH - LEFT) / count;
        for (final Map.Entry<Long, TimeBins.Bin> each : bins.entrySet()) {
            final double share = max == 0 ? 0 : value.applyAsDouble(each.getValue()) / max;
            final double height = share * (HEIGHT - BOTTOM - TOP);
            html.add(
                    "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" class=\"bar\"><title>%s:"
                            + " %s</title></rect>\n",
                    LEFT + (each.getKey() - first) * step,
                    HEIGHT - BOTTOM - height,
                    Math.max(1, step),
                    height,
                    time(each.getKey()),
                    number.apply(Math.round(value.applyAsDouble(each.getValue()))));
        }
        html.add("<text x=\"%d\" y=\"%d\" class=\"axis\">%s</text>\n", LEFT, HEIGHT - 6, time(first));
        html.add(
                "<text x=\"%d\" y=\"%d\" class=\"axis\" text-anchor=\"end\">%s</text>\n</svg></figure>\n",
                WIDTH, HEIGHT - 6, time(first + count));
    }

    private static void axis(Html html, double max, LongFunction<String> number) {
        for (int i = 0; i <= 2; i++) {
            final double y = TOP + (HEIGHT - BOTTOM - TOP) * (1 - i / 2.0);
            html.add("<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>", LEFT, WIDTH, y, y);
            html.add(
                    "<text x=\"%d\" y=\"%.1f\" class=\"axis\" text-anchor=\"end\">%s</text>\n",
                    LEFT - 6, y + 4, number.apply(Math.round(max * i / 2)));
        }
    }

    private String time(long bin) {
        try {
            final String instant = Instant.ofEpochMilli(Math.multiplyExact(bin, times.widthMs()))
                    .toString();
            return instant.replaceFirst("(:\\d\\d)(\\.\\d+)?Z$", times.widthMs() < 1000 ? "$1$2Z" : "$1Z");
        } catch (ArithmeticException | DateTimeException _) {
            return String.format(Locale.ROOT, "%,d x %,d ms", bin, times.widthMs());
        }
    }
}
