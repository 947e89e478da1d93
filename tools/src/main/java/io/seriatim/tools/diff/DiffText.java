package io.seriatim.tools.diff;

import io.seriatim.tools.LogTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// A comparison for people.
final class DiffText {
    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String YELLOW = "\u001b[33m";
    private static final String RESET = "\u001b[0m";

    private DiffText() {}

    /// @return a line: `-` for what only the first log has, `+` for what only the second has, `~` for the rest
    static String line(SeriesDifference difference, TimeUnit unit, boolean colours) {
        final String text;
        final String colour;
        if (difference.inB() < 0) {
            text = "- " + difference.series() + "  " + count(difference.inA(), "sample");
            colour = RED;
        } else if (difference.inA() < 0) {
            text = "+ " + difference.series() + "  " + count(difference.inB(), "sample");
            colour = GREEN;
        } else {
            text = "~ " + difference.series() + "  " + parts(difference);
            colour = YELLOW;
        }
        final String line = text
                + (difference.isTimed()
                        ? ", " + LogTime.text(difference.first(), unit) + " to " + LogTime.text(difference.last(), unit)
                        : "");
        return (colours ? colour + line + RESET : line) + '\n';
    }

    private static String parts(SeriesDifference difference) {
        final List<String> parts = new ArrayList<>();
        if (difference.onlyInA() > 0) {
            parts.add("-" + count(difference.onlyInA(), "sample"));
        }
        if (difference.onlyInB() > 0) {
            parts.add("+" + count(difference.onlyInB(), "sample"));
        }
        if (difference.changed() > 0) {
            parts.add("~" + count(difference.changed(), "value"));
        }
        return String.join(", ", parts);
    }

    /// @return what it came to, in the last lines
    static String summary(DiffSide a, DiffSide b, DiffTotals totals) {
        final String sizes = side("first", a, totals.seriesInA()) + side("second", b, totals.seriesInB());
        if (totals.areEqual()) {
            return sizes + "Equal: the same series, times and values.\n";
        }
        return sizes
                + String.format(
                        Locale.ROOT,
                        "Different in %s: %s only in the first, %s only in the second, %s.%s%n",
                        count(totals.seriesDifferent(), "series"),
                        count(totals.onlyInA(), "sample"),
                        count(totals.onlyInB(), "sample"),
                        count(totals.changed(), "changed value"),
                        totals.recordsOnlyInA() + totals.recordsOnlyInB() == 0
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        " Opaque records: %,d only in the first, %,d only in the second.",
                                        totals.recordsOnlyInA(),
                                        totals.recordsOnlyInB()));
    }

    private static String side(String which, DiffSide side, long series) {
        return String.format(
                Locale.ROOT,
                "%s: %s, %s in %s%n",
                which,
                side.log(),
                count(side.samples(), "sample"),
                count(series, "series"));
    }

    private static String count(long count, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 || what.equals("series") ? "" : "s");
    }
}
