package io.seriatim.tools.serve;

import io.seriatim.tools.ByteSize;
import io.seriatim.tools.TimeSpan;
import io.seriatim.tools.serve.intake.IntakeLimits;
import io.seriatim.wal.Labels;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// What clients may use, as options.
final class LimitOptions {
    private static final int MOST = Integer.MAX_VALUE - 64;

    /// As many as one decoder's table of series can hold.
    private static final int MOST_SERIES = 1 << 28;

    private static final int USUAL_SERIES = 2_000_000;

    // How the heap is shared out: a fifth is for messages, a tenth for labels in the log, five sixteenths for what the
    // decoders remember; the rest is for what is made of a message on the way, and for all that is small.

    /// Heap for each series with labels of 200 bytes, with room to spare: in the log, and in each decoder.
    private static final long LOG_BYTES = 1024;

    private static final long DECODER_BYTES = 2048;

    @Option(
            names = "--max-message",
            paramLabel = "SIZE",
            defaultValue = "4m",
            converter = ByteSize.class,
            description = "Of a message as it arrives (default: 4m).")
    private long message;

    @Option(
            names = "--max-unpacked",
            paramLabel = "SIZE",
            defaultValue = "16m",
            converter = ByteSize.class,
            description = "Of a message unpacked (default: 16m).")
    private long unpacked;

    @Option(
            names = "--max-inflight",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "Of all messages in memory at once (default: a fifth of the heap).")
    private Long inflight;

    @Option(names = "--max-requests", paramLabel = "N", defaultValue = "512", description = "At once (default: 512).")
    private int requests;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            defaultValue = "1024",
            description = "At once, of HTTP and of gRPC (default: 1024 each).")
    private int connections;

    @Option(
            names = "--max-streams",
            paramLabel = "N",
            defaultValue = "64",
            description = "Calls at once on one gRPC connection (default: 64).")
    private int streams;

    @Option(names = "--max-labels", paramLabel = "N", defaultValue = "128", description = "Of a series (default: 128).")
    private int labels;

    @Option(
            names = "--max-label-bytes",
            paramLabel = "SIZE",
            defaultValue = "16k",
            converter = ByteSize.class,
            description = "Of a series, names and values together (default: 16k).")
    private long labelBytes;

    @Option(
            names = "--request-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = TimeSpan.class,
            description = "How long a message may take to arrive (default: 30s).")
    private Duration request;

    @Option(
            names = "--header-timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = TimeSpan.class,
            description = "How long a header, or a handshake, may take (default: 10s).")
    private Duration header;

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            defaultValue = "90s",
            converter = TimeSpan.class,
            description = "How long a connection may be silent (default: 90s).")
    private Duration idle;

    @Option(
            names = "--max-series",
            paramLabel = "N",
            description = "The most series registered at once; when they are reached, those that nobody writes any more"
                    + " are forgotten (default: one for each 5 KiB of the heap on two cores, and 2 KiB more for each"
                    + " further core; at most 2000000).")
    private Integer series;

    @Option(
            names = "--max-series-bytes",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "The most bytes of labels that these have together (default: a tenth of the heap).")
    private Long seriesBytes;

    /// @return the most series registered at once
    int series() {
        return series != null
                ? series
                : (int) Math.min(USUAL_SERIES, heap() / (LOG_BYTES + ServeLimits.decoders() * DECODER_BYTES));
    }

    /// @return the most bytes of their labels
    long seriesBytes(CommandSpec command) {
        return within(command, "--max-series-bytes", wantedSeriesBytes(), Long.MAX_VALUE);
    }

    private long wantedSeriesBytes() {
        return seriesBytes != null ? seriesBytes : heap() / 10;
    }

    private static long heap() {
        return Runtime.getRuntime().maxMemory();
    }

    /// @return the limits
    /// @throws ParameterException if one makes no sense
    ServeLimits limits(CommandSpec command) {
        return new ServeLimits(
                (int) within(command, "--max-message", message, MOST),
                (int) within(command, "--max-unpacked", unpacked, MOST),
                within(command, "--max-inflight", inflight != null ? inflight : heap() / 5, Long.MAX_VALUE),
                (int) within(command, "--max-requests", requests, MOST),
                (int) within(command, "--max-connections", connections, MOST),
                (int) within(command, "--max-streams", streams, MOST),
                (int) within(command, "--max-labels", labels, Labels.MAX_COUNT),
                (int) within(command, "--max-label-bytes", labelBytes, Labels.MAX_ENCODED_BYTES),
                (int) within(command, "--max-series", series(), MOST_SERIES),
                Math.max(IntakeLimits.LEAST_CACHED_BYTES, heap() / 16 * 5 / ServeLimits.decoders()),
                positive(command, "--request-timeout", request),
                positive(command, "--header-timeout", header),
                positive(command, "--idle-timeout", idle));
    }

    private static long within(CommandSpec command, String name, long value, long most) {
        if (value < 1 || value > most) {
            throw new ParameterException(command.commandLine(), name + " out of range [1, " + most + "]: " + value);
        }
        return value;
    }

    private static Duration positive(CommandSpec command, String name, Duration duration) {
        if (duration.isZero()) {
            throw new ParameterException(command.commandLine(), name + " must be positive");
        }
        return duration;
    }
}
