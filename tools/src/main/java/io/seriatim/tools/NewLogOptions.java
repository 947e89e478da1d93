package io.seriatim.tools;

import io.seriatim.wal.WalConfig;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Which log is written to, and what it is like if it has to be made.
public final class NewLogOptions {
    /// Labels of any length fit a frame.
    private static final long LEAST_SEGMENT_BYTES = 1024 * 1024;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec mixee;

    @Option(
            names = "--dir",
            paramLabel = "D",
            defaultValue = "wal",
            description = "The log's directory, new or existing (default: wal).")
    private Path directory;

    @Option(
            names = "--shards",
            paramLabel = "N",
            description = "Of the log (default: as many as there are, 1 if it is new).")
    private Integer shards;

    @Option(
            names = "--segment-size",
            paramLabel = "SIZE",
            defaultValue = "64m",
            converter = ByteSize.class,
            description = "Of each new file of the log, from 1m to 1g (default: 64m).")
    private long segmentBytes;

    /// @return where the log is, or is to be
    public Path directory() {
        return directory;
    }

    /// @return what an existing log counts, or null if there is none
    public TimeUnit existingUnit() {
        return LogTime.unit(directory);
    }

    /// @param newUnit what a new log is to count
    /// @return the log's configuration
    /// @throws ParameterException if that makes no sense
    /// @throws CannotRunException if an existing log cannot be looked at
    public WalConfig config(TimeUnit newUnit) {
        if (segmentBytes < LEAST_SEGMENT_BYTES || segmentBytes > WalConfig.MAX_SEGMENT_BYTES) {
            throw badArgument("--segment-size out of range [1m, 1g]: " + segmentBytes);
        }
        final TimeUnit existing = existingUnit();
        try {
            return WalConfig.at(directory)
                    .timeUnit(existing == null ? newUnit : existing)
                    .shards(shards != null ? shards : existing == null ? 1 : LogShards.count(directory))
                    .segmentBytes((int) segmentBytes);
        } catch (IllegalArgumentException failure) {
            throw badArgument(failure.getMessage() + " (--shards, --segment-size)");
        }
    }

    private ParameterException badArgument(String message) {
        return new ParameterException(mixee.commandLine(), message);
    }
}
