package io.seriatim.tools;

import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayProgress;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// How a command reads a log.
public final class ReadOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec mixee;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads that read and check (default: 1).")
    private int threads;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "64m",
            converter = ByteSize.class,
            description = "Memory to take (default: 64m). replay and diff: the whole heap; others: read buffers.")
    private long memoryBytes;

    /// @return how much memory to take, in bytes
    public long memoryBytes() {
        return memoryBytes;
    }

    /// @return how many threads to read with
    public int threads() {
        return threads;
    }

    /// @return the options that are asked for, progress included
    ReplayOptions options(Remarks remarks) {
        return options(
                memoryBytes,
                (done, total) -> remarks.progress(() -> "read " + ByteSize.text(done) + " of " + ByteSize.text(total)
                        + (total > 0 ? " (" + 100 * done / total + " %)" : "")));
    }

    /// @param bufferBytes the share of the memory that read buffers may take
    /// @return the options that are asked for
    public ReplayOptions options(long bufferBytes, ReplayProgress progress) {
        final ReplayOptions defaults = ReplayOptions.defaults();
        try {
            return new ReplayOptions(
                    defaults.policy(), defaults.from(), defaults.until(), threads, bufferBytes, progress);
        } catch (IllegalArgumentException failure) {
            throw new ParameterException(
                    mixee.commandLine(), failure.getMessage() + " (--parallel, --memory)", failure);
        }
    }
}
