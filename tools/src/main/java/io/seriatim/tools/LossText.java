package io.seriatim.tools;

import io.seriatim.tools.anatomy.Loss;
import io.seriatim.wal.Damage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// What a damaged range took with it, in words: whose, from when, how many.
final class LossText {
    private static final int TRACES_SHOWN = 3;

    private LossText() {}

    /// @return lines to put under the one that names the damage
    static List<String> lines(Loss loss, TimeUnit unit) {
        final List<String> lines = new ArrayList<>();
        if (loss.damage().verdict() == Damage.Verdict.HARMLESS) {
            return lines;
        }
        count(loss, lines);
        if (loss.series() > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "whose: %,d series, known by their references only; timestamps %s to %s",
                    loss.series(),
                    time(loss.before(), unit),
                    time(loss.behind(), unit)));
        } else {
            around(loss, unit, lines);
        }
        traces(loss, unit, lines);
        return lines;
    }

    private static void count(Loss loss, List<String> lines) {
        if (loss.missingRecords() == null) {
            return;
        }
        if (loss.missingRecords() == 0) {
            lines.add("how many: none, everything that the " + loss.witness() + " counted was read");
            return;
        }
        final String records = counted(loss.missingRecords(), "record");
        lines.add(
                loss.witness().equals("seal")
                        ? "how many: " + records + " with " + counted(loss.missingSamples(), "sample")
                                + " in this segment, as its seal counted them"
                        : "how many: " + records + " in this batch, as its mark counted them");
    }

    private static String counted(long count, String what) {
        return String.format(Locale.ROOT, count == 1 ? "exactly %,d %s" : "exactly %,d %ss", count, what);
    }

    private static void around(Loss loss, TimeUnit unit, List<String> lines) {
        if (loss.before() == null && loss.behind() == null) {
            return;
        }
        final String before = loss.before() == null
                ? "no record before it"
                : "the record before it ends at " + time(loss.before(), unit);
        final String behind = loss.behind() == null
                ? "none is behind it"
                : "the one behind it begins at " + time(loss.behind(), unit);
        lines.add("when: " + before + ", " + behind);
    }

    private static void traces(Loss loss, TimeUnit unit, List<String> lines) {
        for (final Loss.Trace trace :
                loss.traces().subList(0, Math.min(TRACES_SHOWN, loss.traces().size()))) {
            final String samples =
                    String.format(Locale.ROOT, "%,d sample%s", trace.samples(), trace.samples() == 1 ? "" : "s");
            final String times = trace.min() == null
                    ? ""
                    : trace.min().equals(trace.max())
                            ? " at " + time(trace.min(), unit)
                            : " from " + time(trace.min(), unit) + " to " + time(trace.max(), unit);
            lines.add("whose: the bytes still spell " + Findings.printable(trace.labels()) + ", " + samples + times
                    + " (not proven)");
        }
        if (loss.traces().size() > TRACES_SHOWN) {
            lines.add("whose: and " + (loss.traces().size() - TRACES_SHOWN) + " series more, at least");
        }
    }

    private static String time(Long timestamp, TimeUnit unit) {
        return timestamp == null ? "?" : LogTime.text(timestamp, unit);
    }
}
