package io.seriatim.tools.diff;

import io.seriatim.tools.CannotRunException;
import io.seriatim.tools.ExitCode;
import io.seriatim.tools.LogArgument;
import io.seriatim.tools.LogTime;
import io.seriatim.tools.ReadOptions;
import io.seriatim.tools.Remarks;
import io.seriatim.tools.Seriatim;
import io.seriatim.tools.replay.MemoryPlan;
import io.seriatim.tools.replay.ReplayMeter;
import io.seriatim.tools.replay.SeriesOptions;
import io.seriatim.tools.replay.TimeRange;
import io.seriatim.tools.select.Selection;
import io.seriatim.wal.ReplayPolicy;
import io.seriatim.wal.ReplayReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `seriatim diff A B`: what one log has that the other lacks.
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        versionProvider = Seriatim.Version.class,
        header = "Says what one log has that another lacks, by series and time.",
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        description = {
            "One line for each series that is not the same in both:",
            "  - up{job=\"api\"}  300 samples, 2026-03-01T08:00:00Z to 2026-03-01T08:59:45Z     only in A",
            "  + up{job=\"web\"}  1 sample, 2026-03-01T08:00:00Z to 2026-03-01T08:00:00Z        only in B",
            "  ~ up{job=\"db\"}  -3 samples, +1 sample, ~2 values, 2026-03-01T08:00:00Z to ...   in both, but other",
            "Values are compared bit for bit, times as the logs have them; where in the log a sample is, in which shard"
                    + " and with what it was appended, does not matter. Both logs may be open for writing.%n",
            "Both are sorted into temporary files: 16 bytes a sample and the labels, within --memory.%n",
        },
        footer = {
            "",
            "@|bold Examples|@",
            "  seriatim diff wal repaired",
            "  seriatim diff wal replica --select up --from 2026-03-01T08:00:00Z",
            "  seriatim diff --quiet a b > /dev/null && echo equal",
            "  seriatim diff a b --json | jq '.differences[] | select(.onlyInA > 0).series'",
            "",
            "Exit codes: 0 equal and sound; 4 different; otherwise equal in what can be read, but of the worse log:",
            "1 torn end, 2 damage or loss; 3 could not run, 64 bad arguments.",
        })
public final class DiffCommand implements Callable<Integer> {
    private static final int MOST_LISTED = 10_000;

    @ParentCommand
    private Seriatim seriatim;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "A", description = "A log's directory.")
    private Path a;

    @Parameters(index = "1", paramLabel = "B", description = "Another log's directory.")
    private Path b;

    @Option(names = "--json", description = "One JSON object instead of lines, at most 10,000 series: see REPORT.md.")
    private boolean json;

    @Option(
            names = "--select",
            paramLabel = "S",
            description = "Only series that match, as in Prometheus: see seriatim replay --help.")
    private List<String> selectors = List.of();

    @Mixin
    private TimeRange range;

    @Mixin
    private ReadOptions reading;

    @Option(
            names = "--temp",
            paramLabel = "DIR",
            description = "Where to put temporary files (default: the system's directory for them).")
    private Path temporary = Path.of(System.getProperty("java.io.tmpdir"));

    @Override
    public Integer call() {
        final Selection selection = SeriesOptions.selection(spec, selectors);
        final MemoryPlan plan;
        try {
            plan = MemoryPlan.of(reading.memoryBytes(), reading.threads(), 2);
        } catch (IllegalArgumentException failure) {
            throw new ParameterException(spec.commandLine(), failure.getMessage(), failure);
        }
        LogArgument.required(a);
        LogArgument.required(b);
        if (!Files.isDirectory(temporary)) {
            throw new CannotRunException("no such directory: directory=" + temporary + " (--temp)");
        }
        final TimeUnit unitA = LogTime.unit(a);
        final TimeUnit unitB = LogTime.unit(b);
        if (unitA != null && unitB != null && unitA != unitB) {
            throw new CannotRunException("the logs have timestamps in different units: a=" + unitA + " b=" + unitB);
        }
        try (DiffSide first = new DiffSide(a, temporary, plan.sortBytes());
                DiffSide second = new DiffSide(b, temporary, plan.sortBytes())) {
            read(first, "first log: ", plan, selection);
            read(second, "second log: ", plan, selection);
            if (unitA != unitB) {
                seriatim.remarks()
                        .say("compared as numbers: the unit of the timestamps is not known: directory="
                                + (unitA == null ? a : b));
            }
            return compare(first, second);
        } catch (OutOfMemoryError failure) {
            throw new CannotRunException(MemoryPlan.exceeded(reading.memoryBytes(), failure));
        }
    }

    private void read(DiffSide side, String step, MemoryPlan plan, Selection selection) {
        final Remarks remarks = seriatim.remarks();
        final TimeRange.Timestamps times = range.in(side.log());
        side.read(
                reading.options(plan.bufferBytes(), new ReplayMeter(remarks, ReplayPolicy.SALVAGE, step))
                        .between(times.first(), times.last())
                        .labelBytes(plan.labelBytes()),
                selection);
        final ReplayReport report = side.report();
        if (report.orphans() > 0) {
            remarks.say(String.format(
                    Locale.ROOT,
                    "not compared: %,d samples whose labels are lost: directory=%s",
                    report.orphans(),
                    side.log()));
        }
        if (report.state() != ReplayReport.State.SOUND) {
            remarks.remark("not sound, and compared as far as it can be read: seriatim verify " + side.log());
        }
    }

    private int compare(DiffSide first, DiffSide second) {
        final TimeUnit unit = LogTime.unit(a);
        final boolean colours = seriatim.streams().coloursOnOut();
        final List<SeriesDifference> listed = new ArrayList<>();
        final DiffTotals totals = new Comparison(first.sorted(), second.sorted(), difference -> {
                    if (!json) {
                        seriatim.streams().out().print(DiffText.line(difference, unit, colours));
                    } else if (listed.size() < MOST_LISTED) {
                        listed.add(difference);
                    }
                })
                .run();
        seriatim.remarks().clear();
        final int worse = Math.max(
                ExitCode.of(first.report().state()), ExitCode.of(second.report().state()));
        final int code = totals.areEqual() ? worse : ExitCode.DIFFERENT;
        seriatim.streams()
                .out()
                .printLast(
                        json
                                ? DiffJson.of(first, second, unit, totals, listed, code)
                                : DiffText.summary(first, second, totals));
        return code;
    }
}
