package io.seriatim.tools;

import io.seriatim.wal.Damage;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayPolicy;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.mmap.MappedWal;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `seriatim replay D`: a log as lines of JSON on stdout.
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        versionProvider = Seriatim.Version.class,
        header = "Writes what a log holds as lines of JSON.",
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        description = {
            "The lines go to stdout, how it went to stderr.%n",
            "One line for the samples of a series that were appended together:",
            "  {\"labels\":{\"__name__\":\"up\",\"job\":\"api\"},\"samples\":[[1700000000000,1.5]]}",
            "Values without a JSON number are strings: \"NaN\", \"+Inf\", \"-Inf\", and \"NaN:7ff0000000000002\" for a"
                    + " NaN",
            "with another payload. Opaque records and samples that lost their labels have lines of their own:",
            "  {\"record\":{\"kind\":7,\"base64\":\"AAEC\"}}",
            "  {\"orphan\":{\"epoch\":\"00c0ffee00c0ffee\",\"ref\":5},\"samples\":[[1700000000000,1.5]]}",
            "Lines of one series are in order. The log is not changed; it may be open for writing.%n",
        },
        footer = {
            "",
            "@|bold Examples|@",
            "  seriatim replay wal | head -3",
            "  seriatim replay wal --from 2026-03-01T08:00:00Z --until 2026-03-01T09:00:00Z > hour.jsonl",
            "  seriatim replay wal --parallel 4 | gzip > all.jsonl.gz      shards interleave",
            "  seriatim replay wal --policy strict > /dev/null && echo sound",
            "  seriatim replay wal | jq -r 'select(.labels.job == \"api\") | .samples[][1]'",
            "",
            "Exit codes: 0 sound, 1 torn end, 2 damage or loss, 3 could not run, 64 bad arguments.",
            "Stopped early, by --limit or by its reader, it exits with 0: nothing is said about what was not read.",
        })
final class ReplayCommand implements Callable<Integer> {
    private static final int DAMAGES_SHOWN = 10;

    @ParentCommand
    private Seriatim seriatim;

    @Spec
    private CommandSpec spec;

    @Mixin
    private LogArgument log;

    @Mixin
    private ReadOptions reading;

    @Option(
            names = "--policy",
            paramLabel = "P",
            defaultValue = "salvage",
            description = {
                "What to do about damage (default: salvage).",
                "strict: any damage is an error",
                "prefix: in each shard, stop at the first gap",
                "salvage: everything provably valid, every gap reported"
            })
    private ReplayPolicy policy;

    @Option(
            names = "--from",
            paramLabel = "T",
            description =
                    "Smallest timestamp wanted: a number in the log's unit, or RFC 3339. A range leaves opaque records"
                            + " out, which have no timestamp.")
    private String from;

    @Option(names = "--until", paramLabel = "T", description = "Largest timestamp wanted, inclusive.")
    private String until;

    @Option(names = "--limit", paramLabel = "N", description = "Stop after N lines.")
    private Long limit;

    @Override
    public Integer call() {
        if (limit != null && limit < 1) {
            throw badArgument("limit must be positive: limit=" + limit);
        }
        final ReplayOptions options = reading.options(progressSpeaker()).policy(policy);
        final Path directory = log.directory();
        final ReplayOptions ranged = ranged(options, directory);
        final LineSink sink = new LineSink(seriatim.streams().out(), limit == null ? Long.MAX_VALUE : limit);
        final long startNs = System.nanoTime();
        final ReplayReport report;
        try {
            report = MappedWal.replay(directory, ranged, new JsonLines(sink));
        } catch (LineSink.Enough _) {
            sink.flush();
            seriatim.remarks()
                    .remark("stopped after " + sink.lines() + " lines, as --limit asks: the rest was not read");
            return ExitCode.SOUND;
        } catch (RuntimeException failure) {
            flushBefore(failure, sink);
            throw failure;
        }
        sink.flush();
        summary(directory, report, System.nanoTime() - startNs);
        return ExitCode.of(report.state());
    }

    /// What came before an error is worth having, but the error comes first.
    private static void flushBefore(RuntimeException failure, LineSink sink) {
        if (failure instanceof Output.Lost) {
            return;
        }
        try {
            sink.flush();
        } catch (Output.Lost lost) {
            failure.addSuppressed(lost);
        }
    }

    /// Progress between lines of JSON on the same terminal would make both unreadable.
    private Remarks progressSpeaker() {
        final Streams streams = seriatim.streams();
        return streams.outIsTerminal() ? new Remarks(streams.err(), streams.errIsTerminal(), true) : seriatim.remarks();
    }

    private ReplayOptions ranged(ReplayOptions options, Path directory) {
        final long first = from == null ? Long.MIN_VALUE : timestamp("--from", from, directory, true);
        final long last = until == null ? Long.MAX_VALUE : timestamp("--until", until, directory, false);
        if (first > last) {
            throw badArgument("--from must not exceed --until: from=" + first + " until=" + last);
        }
        return options.between(first, last);
    }

    private long timestamp(String option, String text, Path directory, boolean up) {
        try {
            if (LogTime.isEpoch(text)) {
                return Long.parseLong(text);
            }
            final TimeUnit unit = LogTime.unit(directory);
            if (unit == null) {
                throw new CannotRunException("the log does not tell its time unit: file="
                        + directory.resolve("wal.meta") + " (give " + option + " as a number)");
            }
            return LogTime.parse(text, unit, up);
        } catch (NumberFormatException | ArithmeticException _) {
            throw badArgument(option + " is beyond what a timestamp can say: '" + text + "'");
        } catch (DateTimeException _) {
            throw badArgument(
                    option + " is neither a number nor RFC 3339, such as 2026-03-01T08:00:00Z: '" + text + "'");
        }
    }

    private ParameterException badArgument(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void summary(Path directory, ReplayReport report, long elapsedNs) {
        final Remarks remarks = seriatim.remarks();
        remarks.remark(String.format(
                Locale.ROOT,
                "replayed %,d samples in %,d records of %d shards in %.2f s (%.2f M samples/s): %s",
                report.samples(),
                report.records(),
                report.shards().size(),
                elapsedNs / 1e9,
                report.samples() * 1e3 / Math.max(1, elapsedNs),
                Findings.state(report.state())));
        if (!report.complete()) {
            remarks.remark("stopped at gaps, as --policy prefix asks: what lies behind them was left out");
        }
        if (report.orphans() > 0) {
            remarks.remark(String.format(
                    Locale.ROOT, "%,d samples lost their labels (the lines with \"orphan\")", report.orphans()));
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
