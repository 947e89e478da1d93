package io.seriatim.tools.demo;

import io.seriatim.tools.Table;
import java.util.Locale;

/// A demonstration's result for people.
final class DemoText {
    private DemoText() {}

    static String of(DemoResult result) {
        final Table table = new Table(
                "round",
                "logged s",
                "appends/s",
                "samples/s",
                "durable",
                "returned",
                "found",
                "tail",
                "recovery ms",
                "replay M samples/s");
        for (final RoundResult round : result.rounds()) {
            table.row(
                    text("%d", round.round()),
                    text("%.1f", round.seconds()),
                    text("%,.0f", round.appendsPerSecond()),
                    text("%,.0f", round.samplesPerSecond()),
                    text("%,d", round.samplesDurable()),
                    text("%,d", round.samplesReturned()),
                    text("%,d", round.samplesFound()),
                    round.tail().name().toLowerCase(Locale.ROOT),
                    text("%.0f", 1e3 * round.recoverySeconds()),
                    text("%.1f", round.replayedPerSecond() / 1e6));
        }
        return table + "\n" + result.proved() + "\n";
    }

    private static String text(String format, Object value) {
        return String.format(Locale.ROOT, format, value);
    }
}
