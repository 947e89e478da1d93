package io.seriatim.tools.replay;

import io.seriatim.tools.CannotRunException;
import io.seriatim.tools.LogArgument;
import io.seriatim.tools.ReadOptions;
import io.seriatim.tools.Remarks;
import io.seriatim.tools.Seriatim;
import io.seriatim.tools.Streams;
import io.seriatim.tools.store.StoreOptions;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayPolicy;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `seriatim replay D`: a log in a format that others read.
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        versionProvider = Seriatim.Version.class,
        header = "Writes what a log holds: lines of JSON, CSV, OpenMetrics, line protocol, Parquet; or sends it.",
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        description = {
            "The lines go to stdout or a file, how it went to stderr.%n",
            "As JSON there is one line for the samples of a series that were appended together:",
            "  {\"labels\":{\"__name__\":\"up\",\"job\":\"api\"},\"samples\":[[1700000000000,1.5]]}",
            "Values without a JSON number are strings: \"NaN\", \"+Inf\", \"-Inf\", and \"NaN:7ff0000000000002\" for a"
                    + " NaN",
            "with another payload. Opaque records and samples that lost their labels have lines of their own:",
            "  {\"record\":{\"kind\":7,\"base64\":\"AAEC\"}}",
            "  {\"orphan\":{\"epoch\":\"00c0ffee00c0ffee\",\"ref\":5},\"samples\":[[1700000000000,1.5]]}",
            "Other formats have no words for some of that: it is counted, and the counts are shown.",
            "Lines of one series are in order. The log is not changed; it may be open for writing.%n",
        },
        footer = {
            "",
            "@|bold Examples|@",
            "  seriatim replay wal | head -3",
            "  seriatim replay wal --select 'up{job=~\"api|web\"}' --from 2026-03-01T08:00:00Z > morning.jsonl",
            "  seriatim replay wal --to csv --select '{instance=\"host-1\"}' -o host-1.csv",
            "  seriatim replay wal --to openmetrics -o wal.om",
            "      && promtool tsdb create-blocks-from openmetrics wal.om /var/lib/prometheus",
            "  seriatim replay wal --to lineprotocol --parallel 4 | gzip > wal.lp.gz      shards interleave",
            "  seriatim replay wal --to parquet -o wal.parquet",
            "  seriatim replay wal --to remote-write+http://localhost:9090 --rate 100k --resume sent",
            "  seriatim replay wal --to otlp+https://collector:4318 --token-file token --select '{job=\"api\"}'",
            "  seriatim replay wal -o all.jsonl --resume all.resume     again after an interruption: it goes on",
            "  seriatim replay wal --policy strict > /dev/null && echo sound",
            "",
            "Exit codes: 0 sound, 1 torn end, 2 damage or loss, or a store refused something, 3 could not run,",
            "64 bad arguments.",
            "Stopped early, by --limit or by its reader, it exits with 0: nothing is said about what was not read.",
        })
public final class ReplayCommand implements Callable<Integer> {
    @ParentCommand
    private Seriatim seriatim;

    @Spec
    private CommandSpec spec;

    @Mixin
    private LogArgument log;

    @Mixin
    private OutputOptions output;

    @Mixin
    private SeriesOptions series;

    @Mixin
    private TimeRange range;

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

    @ArgGroup(validate = false, heading = "%nFor stores:%n")
    private final StoreOptions store = new StoreOptions();

    @Override
    public Integer call() {
        output.check();
        if (output.format() == Format.PARQUET
                && output.output() == null
                && seriatim.streams().outIsTerminal()) {
            throw new ParameterException(spec.commandLine(), "parquet is no text: name a file with --output");
        }
        final Choice choice = new Choice(series.selection(), series.shards());
        final MemoryPlan plan;
        try {
            plan = MemoryPlan.of(reading.memoryBytes(), reading.threads(), 1);
        } catch (IllegalArgumentException failure) {
            throw new ParameterException(spec.commandLine(), failure.getMessage(), failure);
        }
        final ReplayMeter meter = new ReplayMeter(progressSpeaker(), policy, isSorted() ? "step 1 of 2: " : "");
        final ReplayOptions options =
                reading.options(plan.bufferBytes(), meter).policy(policy).labelBytes(plan.labelBytes());
        final Path directory = log.directory();
        final TimeRange.Timestamps times = range.in(directory);
        final ReplayOptions ranged = options.between(times.first(), times.last());
        try {
            if (output.target().store() != null) {
                return new StoreReplay(seriatim, directory, ranged, choice, output, store).run();
            }
            return new ReplayRun(seriatim, directory, ranged, choice, output, plan, meter).run();
        } catch (OutOfMemoryError failure) {
            throw new CannotRunException(MemoryPlan.exceeded(reading.memoryBytes(), failure));
        }
    }

    private boolean isSorted() {
        return output.format() != null && output.format().isSorted();
    }

    /// Progress between lines on the same terminal would make both unreadable.
    private Remarks progressSpeaker() {
        final Streams streams = seriatim.streams();
        return output.output() == null && streams.outIsTerminal()
                ? new Remarks(streams.err(), streams.errIsTerminal(), true)
                : seriatim.remarks();
    }
}
