package io.seriatim.tools.replay;

import io.seriatim.tools.CannotRunException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Where a replay goes, and as what.
final class OutputOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec mixee;

    @Option(
            names = "--to",
            paramLabel = "F",
            defaultValue = "jsonl",
            converter = Target.Converter.class,
            completionCandidates = Target.Candidates.class,
            description = {
                "The format, or a store (default: jsonl).",
                "jsonl: everything, bit for bit, in the order of the log",
                "csv: series,timestamp,value",
                "lineprotocol: for InfluxDB; nanoseconds",
                "openmetrics: for promtool tsdb create-blocks-from; sorted",
                "prometheus: the older text format; sorted",
                "parquet: Apache Parquet; a row for each sample",
                "remote-write+http://HOST:PORT: to what takes Prometheus' remote write 1.0",
                "otlp+http://HOST:PORT: to what takes OpenTelemetry's OTLP over HTTP",
                "both with https for TLS, and with a path if it is another than usual"
            })
    private Target target;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write to a file instead of stdout.")
    private Path output;

    @Option(names = "--limit", paramLabel = "N", description = "Stop after N lines, or as many samples of a store.")
    private Long limit;

    @Option(
            names = "--resume",
            paramLabel = "FILE",
            description = {
                "Remember in FILE how far the output is, and go on from there if FILE exists: no line is missing and"
                    + " none is twice, however the run before ended. Needs --output, or a store: then the last request"
                    + " of the run before may be sent twice."
            })
    private Path resume;

    @Option(
            names = "--temp",
            paramLabel = "DIR",
            description = "Where sorting may put a temporary file (default: the system's directory for them).")
    private Path temporary = Path.of(System.getProperty("java.io.tmpdir"));

    /// @throws ParameterException if the options do not fit together
    /// @throws CannotRunException if there is no directory for temporary files
    void check() {
        if (limit != null && limit < 1) {
            throw badArgument("limit must be positive: limit=" + limit);
        }
        if (target.store() != null) {
            if (output != null) {
                throw badArgument("--output is for formats: to=" + target);
            }
            if (resume != null && limit != null) {
                throw badArgument("--resume and --limit do not go together");
            }
            return;
        }
        final Format format = target.format();
        if (resume == null) {
            if (format.isSorted() && !Files.isDirectory(temporary)) {
                throw new CannotRunException("no such directory: directory=" + temporary + " (--temp)");
            }
            return;
        }
        if (output == null) {
            throw badArgument("--resume needs --output: what went to stdout cannot be cut where it has to go on");
        }
        if (limit != null) {
            throw badArgument("--resume and --limit do not go together");
        }
        if (!format.canGoOn()) {
            throw badArgument(
                    "--resume cannot go on with this format: to=" + format + " (take jsonl, csv or lineprotocol)");
        }
    }

    private ParameterException badArgument(String message) {
        return new ParameterException(mixee.commandLine(), message);
    }

    /// @return what the log is replayed into
    Target target() {
        return target;
    }

    /// @return the format, or null for a store
    Format format() {
        return target.format();
    }

    /// @return where to write, null for stdout
    Path output() {
        return output;
    }

    /// @return the most lines to write
    long limit() {
        return limit == null ? Long.MAX_VALUE : limit;
    }

    /// @return the file that remembers how far the output is, or null
    Path resume() {
        return resume;
    }

    Path temporary() {
        return temporary;
    }
}
