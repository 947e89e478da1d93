package io.seriatim.tools.replay;

import io.seriatim.tools.Findings;
import io.seriatim.tools.Remarks;
import io.seriatim.tools.Unsaid;
import io.seriatim.wal.Damage;
import io.seriatim.wal.ReplayReport;
import java.nio.file.Path;
import java.util.Locale;

/// What is said on stderr when a replay has come to its end.
record ReplaySummary(Remarks remarks, Path directory, Choice choice, Target target) {
    private static final int DAMAGES_SHOWN = 10;

    /// @param elapsedNs how long the replay took
    void say(ReplayReport report, Wanted wanted, Unsaid unsaid, long elapsedNs) {
        remarks.remark(String.format(
                Locale.ROOT,
                "replayed %,d samples in %,d records of %d shards in %.2f s (%.2f M samples/s)%s: %s",
                report.samples(),
                report.records(),
                report.shards().size(),
                elapsedNs / 1e9,
                report.samples() * 1e3 / Math.max(1, elapsedNs),
                choice.isEverything() ? "" : String.format(Locale.ROOT, ", %,d of them selected", wanted.selected()),
                Findings.state(report.state())));
        // Not remarks, which --quiet leaves out: nothing is lost in silence.
        unsaid.lines(target.toString()).forEach(remarks::say);
        if (!wanted.unanswered().isEmpty()) {
            remarks.say(wanted.unanswered());
        }
        if (!report.complete()) {
            remarks.remark("stopped at gaps, as --policy prefix asks: what lies behind them was left out");
        }
        if (report.orphans() > 0) {
            remarks.remark(String.format(
                    Locale.ROOT,
                    "%,d samples lost their labels%s",
                    report.orphans(),
                    target.format() == Format.JSONL ? " (the lines with \"orphan\")" : ""));
        }
        report.damages().stream()
                .filter(damage -> damage.verdict() != Damage.Verdict.HARMLESS)
                .limit(DAMAGES_SHOWN)
                .forEach(damage -> remarks.remark("  " + Findings.line(damage, directory)));
        if (report.state() != ReplayReport.State.SOUND) {
            remarks.remark("all about it: seriatim verify " + directory);
        }
    }
}
