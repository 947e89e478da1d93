package io.seriatim.tools;

import io.seriatim.wal.Damage;
import io.seriatim.wal.ReplayReport;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// A report for people.
final class VerifyText {
    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String GREEN = "\u001b[32m";
    private static final String RESET = "\u001b[0m";

    private static final int LOSSES_EXPLAINED = 20;

    private VerifyText() {}

    static String of(Verification verification, boolean colours) {
        final Path log = verification.log();
        final TimeUnit unit = verification.unit();
        final ReplayReport report = verification.report();
        final StringBuilder text = new StringBuilder();
        text.append(log).append(": ").append(summary(verification)).append("\n\n");
        text.append(shards(report, unit));
        text.append('\n').append(CensusText.of(verification.census(), log));
        if (!report.damages().isEmpty()) {
            text.append('\n');
        }
        for (int i = 0; i < report.damages().size(); i++) {
            final Damage damage = report.damages().get(i);
            final String line = Findings.line(damage, log);
            text.append(colours ? colour(damage.verdict()) + line + RESET : line)
                    .append('\n');
            if (i < LOSSES_EXPLAINED) {
                LossText.lines(verification.losses().get(i), unit)
                        .forEach(more -> text.append("    ").append(more).append('\n'));
            }
        }
        if (report.damagesBeyond() > 0) {
            text.append(String.format(Locale.ROOT, "and %,d more damaged ranges%n", report.damagesBeyond()));
        }
        final String meaning = Findings.meaning(report, log);
        text.append('\n').append(colours ? colour(report.state()) + meaning + RESET : meaning);
        return text.append('\n').toString();
    }

    static String summary(Verification verification) {
        final TimeUnit unit = verification.unit();
        return String.format(
                Locale.ROOT,
                "%,d samples in %,d records, timestamps in %s, read in %.2f s",
                verification.report().samples(),
                verification.report().records(),
                unit == null ? "an unknown unit" : unit.name().toLowerCase(Locale.ROOT),
                verification.seconds());
    }

    static Table shards(ReplayReport report, TimeUnit unit) {
        final Table table = new Table(
                "shard",
                "segments",
                "epochs",
                "bytes",
                "records",
                "samples",
                "orphans",
                "definitions",
                "first",
                "last",
                "durable",
                "end",
                "closed");
        for (final ReplayReport.Shard shard : report.shards()) {
            final boolean timed = shard.minTimestamp() <= shard.maxTimestamp();
            table.row(
                    number(shard.shard()),
                    number(shard.segments()),
                    number(shard.epochs()),
                    number(shard.bytes()),
                    number(shard.records()),
                    number(shard.samples()),
                    number(shard.orphans()),
                    number(shard.definitions()),
                    timed ? LogTime.text(shard.minTimestamp(), unit) : "-",
                    timed ? LogTime.text(shard.maxTimestamp(), unit) : "-",
                    number(shard.durable()),
                    number(shard.end()),
                    shard.closed() ? "yes" : "no");
        }
        return table;
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String colour(Damage.Verdict verdict) {
        return switch (verdict) {
            case HARMLESS -> GREEN;
            case TORN -> YELLOW;
            case LOST, UNDETERMINED -> RED;
        };
    }

    private static String colour(ReplayReport.State state) {
        return switch (state) {
            case SOUND -> GREEN;
            case TORN -> YELLOW;
            case DAMAGED -> RED;
        };
    }
}
