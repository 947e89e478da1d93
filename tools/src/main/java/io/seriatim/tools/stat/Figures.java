package io.seriatim.tools.stat;

import java.util.Locale;

/// Figures for people: with units, and how far off an estimate may be.
final class Figures {
    private static final int MAX_SHOWN = 160;

    private Figures() {}

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /// @return `1,234`, or `~1,234 ±0.8 %` if it is an estimate
    static String estimate(Estimate estimate) {
        if (estimate.isExact()) {
            return number(estimate.value());
        }
        final long off = Math.max(estimate.high() - estimate.value(), estimate.value() - estimate.low());
        final double percent = 100.0 * off / Math.max(1, estimate.value());
        return String.format(
                Locale.ROOT,
                percent > 99 ? "~%,d ±over 100 %%" : percent < 0.01 ? "~%,d ±0.01 %%" : "~%,d ±%.2g %%",
                estimate.value(),
                percent);
    }

    /// @return `142.9`, or `-` if there is no such number
    static String rate(double perSecond) {
        return Double.isNaN(perSecond)
                ? "-"
                : String.format(Locale.ROOT, perSecond < 100 ? "%,.2f" : "%,.0f", perSecond);
    }

    /// @return `5 m 1 s`: the two largest units
    static String span(double seconds) {
        if (Double.isNaN(seconds)) {
            return "-";
        }
        final long whole = Math.round(seconds);
        if (whole < 60) {
            return String.format(Locale.ROOT, seconds < 10 ? "%.3g s" : "%.0f s", seconds);
        }
        if (whole < 3600) {
            return whole / 60 + " m " + whole % 60 + " s";
        }
        return whole < 86_400
                ? whole / 3600 + " h " + whole % 3600 / 60 + " m"
                : String.format(Locale.ROOT, "%,d d %d h", whole / 86_400, whole % 86_400 / 3600);
    }

    /// @return text that is one line, not too long, and does nothing to a terminal
    static String plain(String text) {
        final String plain = text.replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", "?");
        return plain.length() <= MAX_SHOWN ? plain : plain.substring(0, MAX_SHOWN) + "...";
    }
}
