package io.seriatim.tools.stat;

import io.seriatim.tools.ExitCode;
import io.seriatim.tools.LogArgument;
import io.seriatim.tools.LogTime;
import io.seriatim.tools.Seriatim;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.mmap.MappedWal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `seriatim stat D`: what is in a log?
@Command(
        name = "stat",
        mixinStandardHelpOptions = true,
        versionProvider = Seriatim.Version.class,
        header = "Says what is in a log: how much, of which series, when.",
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        description = {
            "Reads a log once and counts: segments, series, samples, bytes, time range and rates, the series with most"
                    + " samples and most bytes, label names and values, samples out of order, and how series come and"
                    + " go, hour by hour. The log may be open for writing; nothing is changed.%n",
            "Memory is bounded, whatever number of series a log holds. Up to 65,536 of them everything is exact;"
                    + " beyond that some figures are estimates, which are marked with ~ and come with their bounds.%n",
        },
        footer = {
            "",
            "@|bold Examples|@",
            "  seriatim stat wal",
            "  seriatim stat wal --top 50 --from 2026-03-01T08:00:00Z --until 2026-03-01T09:00:00Z",
            "  seriatim stat wal --json | jq -r '.mostSamples[] | \"\\(.estimate) \\(.labels.__name__)\"'",
            "  seriatim stat wal --json | jq '.mostValues[] | {name, values: .values.estimate}'",
            "",
            "Exit codes: 0 sound, 1 torn end, 2 damage or loss, 3 could not run, 64 bad arguments.",
        })
public final class StatCommand implements Callable<Integer> {
    private static final int READ_BYTES = 4 << 20;
    private static final long LABEL_BYTES = 24 << 20;
    private static final int MOST_TOP = 1000;

    @ParentCommand
    private Seriatim seriatim;

    @Spec
    private CommandSpec spec;

    @Mixin
    private LogArgument log;

    @Mixin
    private StatRange range;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "10",
            description = "How long the lists of what there is most of are (default: 10).")
    private int top;

    @Option(names = "--json", description = "One JSON object with everything instead of the tables: see REPORT.md.")
    private boolean json;

    @Override
    public Integer call() {
        if (top < 1 || top > MOST_TOP) {
            throw new ParameterException(spec.commandLine(), "--top out of range [1, " + MOST_TOP + "]: top=" + top);
        }
        final Path directory = log.directory();
        final TimeUnit unit = LogTime.unit(directory);
        final long startNs = System.nanoTime();
        final ReplayOptions options = ReplayOptions.defaults()
                .memoryBytes(READ_BYTES)
                .labelBytes(LABEL_BYTES)
                .progress(new Reading(seriatim.remarks(), startNs));
        final Survey survey = new Survey((unit == null ? TimeUnit.MILLISECONDS : unit).convert(1, TimeUnit.HOURS));
        final ReplayReport report = MappedWal.replay(directory, range.of(options, directory), survey);
        final Statistics figures = Summary.of(survey, report, unit, SegmentLengths.sum(directory), top);
        seriatim.remarks().clear();
        final double seconds = (System.nanoTime() - startNs) / 1e9;
        seriatim.streams()
                .out()
                .printLast(json ? StatJson.of(directory, figures, seconds) : StatText.of(directory, figures));
        return ExitCode.of(report.state());
    }
}
