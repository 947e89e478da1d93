package io.seriatim.tools.ingest;

import io.seriatim.tools.LogTime;
import io.seriatim.tools.NewLogOptions;
import io.seriatim.tools.Seriatim;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalException;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `seriatim ingest FILE...`: text, or other programs' logs, into a log.
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        versionProvider = Seriatim.Version.class,
        header = "Puts text, or other programs' logs, into a log.",
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        description = {
            "Reads files, directories or stdin (-), gzip or not, and appends what they hold to a log, which is made if"
                    + " there is none. At the end everything is durable.%n",
            "  openmetrics     OpenMetrics, and the Prometheus text format",
            "  prometheus      the Prometheus text format, whatever it looks like",
            "  lineprotocol    InfluxDB: cpu,host=a user=1.5 becomes cpu_user{host=\"a\"}",
            "  jsonl, csv      what seriatim replay writes",
            "  mytsdb          wal_NNNNNN.log of the ancestor",
            "  otlpjson        OpenTelemetry's metrics as JSON, as the collector's file exporter writes them",
            "  prometheus-wal  Prometheus' own log: its directory, or segments of it%n",
            "Values are kept to the last bit, timestamps exactly or not at all. What cannot be taken is listed with its"
                    + " place and the reason; the rest is taken.%n",
        },
        footer = {
            "",
            "@|bold Examples|@",
            "  curl -s localhost:9100/metrics | seriatim ingest --dir wal -",
            "  seriatim ingest --dir wal /var/lib/prometheus/metrics2",
            "  seriatim ingest --dir wal --unit ns cpu.lp.gz disk.lp.gz      a log that counts nanoseconds",
            "  seriatim ingest --dir wal --rejects bad.txt dump.om || less bad.txt",
            "  seriatim replay old | seriatim ingest --dir copy -",
            "",
            "Exit codes: 0 everything was taken, 1 an input ends torn, 2 something was rejected or is of a kind that a"
                    + " log",
            "cannot hold, 3 could not run, 64 bad arguments.",
        })
public final class IngestCommand implements Callable<Integer> {
    private static final Duration DURABLE_TIMEOUT = Duration.ofMinutes(10);

    @ParentCommand
    private Seriatim seriatim;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files, directories, or - for stdin.")
    private List<String> arguments;

    @Mixin
    private NewLogOptions log;

    @Option(
            names = "--format",
            paramLabel = "F",
            converter = Format.Converter.class,
            description = "Of all files (default: found out for each).")
    private Format format;

    @Option(
            names = "--unit",
            paramLabel = "U",
            converter = TimeUnits.class,
            description = "What the timestamps of a new log count: ns, us, ms or s (default: ms).")
    private TimeUnit unit;

    @Option(
            names = "--precision",
            paramLabel = "U",
            converter = TimeUnits.class,
            description = "What the timestamps in the files count, if not what is usual: s in OpenMetrics, ms in"
                    + " Prometheus text, ns in the line protocol, the log's unit in jsonl, csv and mytsdb.")
    private TimeUnit precision;

    @Option(
            names = "--timestamp",
            paramLabel = "T",
            defaultValue = "now",
            description = "For samples without one: now, a number in the log's unit, or RFC 3339 (default: now).")
    private String timestamp;

    @Option(
            names = "--round",
            description = "Take the timestamp before, and the nearest value, where the log cannot say it exactly;"
                    + " otherwise that is rejected.")
    private boolean round;

    @Option(names = "--rejects", paramLabel = "FILE", description = "List all that was rejected there.")
    private Path rejectsFile;

    @Option(
            names = "--max-rejects",
            paramLabel = "N",
            description = "Give up when more than N places were rejected (default: never).")
    private Long maxRejects;

    @Option(names = "--json", description = "The result as one JSON object: see REPORT.md.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (maxRejects != null && maxRejects < 0) {
            throw badArgument("--max-rejects must not be negative: " + maxRejects);
        }
        final TimeUnit existing = log.existingUnit();
        final IngestOptions options = options(existing);
        final WalConfig config = log.config(options.logUnit()).durableTimeout(DURABLE_TIMEOUT);
        final List<Source> sources = Sources.of(arguments);
        // The report for people shows them, the one for machines goes elsewhere.
        final Consumer<String> listener = json ? seriatim.remarks()::remark : _ -> {};
        final long most = maxRejects == null ? Long.MAX_VALUE : maxRejects;
        try (Rejects rejects = new Rejects(most, rejectsFile, listener)) {
            final IngestResult result = run(config, existing == null, options, sources, rejects);
            seriatim.remarks().clear();
            seriatim.streams().out().printLast(json ? IngestJson.of(result) : IngestText.of(result));
            return result.exitCode();
        }
    }

    private IngestOptions options(TimeUnit existing) {
        if (existing != null && unit != null && unit != existing) {
            throw badArgument("the log counts " + TimeUnits.name(existing) + " since it was made: --unit="
                    + TimeUnits.name(unit) + " directory=" + log.directory());
        }
        final TimeUnit logUnit = existing != null ? existing : unit != null ? unit : TimeUnit.MILLISECONDS;
        return new IngestOptions(logUnit, precision, now(logUnit), round);
    }

    private long now(TimeUnit logUnit) {
        try {
            final String text = timestamp.equals("now") ? Instant.now().toString() : timestamp;
            return LogTime.isEpoch(text) ? Long.parseLong(text) : LogTime.parse(text, logUnit, false);
        } catch (NumberFormatException | ArithmeticException _) {
            throw badArgument("--timestamp is beyond what a timestamp can say: '" + timestamp + "'");
        } catch (DateTimeException _) {
            throw badArgument("--timestamp is neither now, nor a number, nor RFC 3339, such as 2026-03-01T08:00:00Z: '"
                    + timestamp + "'");
        }
    }

    private IngestResult run(
            WalConfig config, boolean created, IngestOptions options, List<Source> sources, Rejects rejects)
            throws IOException, InterruptedException {
        final long bytes = sources.stream().anyMatch(source -> source.bytes() < 0)
                ? -1
                : sources.stream().mapToLong(Source::bytes).sum();
        final long startNs = System.nanoTime();
        try (MappedWal wal = MappedWal.open(config);
                Ingest ingest = new Ingest(wal, options, format, rejects, seriatim.remarks(), bytes)) {
            final ReplayReport.State found = wal.recovered().state();
            if (found == ReplayReport.State.DAMAGED) {
                seriatim.remarks()
                        .remark("the log was damaged before; what it says about that: seriatim verify "
                                + log.directory());
            }
            read(ingest, sources);
            wal.flush();
            final double seconds = (System.nanoTime() - startNs) / 1e9;
            return new IngestResult(
                    log.directory(),
                    created,
                    found,
                    options.logUnit(),
                    seconds,
                    ingest.appender().samples(),
                    ingest.appender().series(),
                    ingest.appender().seriesAreExact(),
                    ingest.session().stamped(),
                    ingest.session().rounded(),
                    ingest.gaveUp(),
                    ingest.files(),
                    ingest.session().leftOut(),
                    rejects);
        }
    }

    private void read(Ingest ingest, List<Source> sources) throws IOException {
        try {
            ingest.read(sources, seriatim.streams().in());
        } catch (IOException | WalException failure) {
            seriatim.remarks()
                    .say(String.format(
                            java.util.Locale.ROOT,
                            "stopped; of the inputs %,d samples had been read and handed to the log before",
                            ingest.appender().samples()));
            throw failure;
        }
    }

    private ParameterException badArgument(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
