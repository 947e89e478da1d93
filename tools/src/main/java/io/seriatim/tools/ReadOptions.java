package io.seriatim.tools;

import io.seriatim.wal.ReplayOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// How a command reads a log.
final class ReadOptions {
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
            description = "Bound on read buffers, all threads together (default: 64m).")
    private long memoryBytes;

    /// @return the options that are asked for, progress included
    ReplayOptions options(Remarks remarks) {
        final ReplayOptions defaults = ReplayOptions.defaults()
                .progress((done, total) -> remarks.progress(() -> "read " + ByteSize.text(done) + " of "
                        + ByteSize.text(total) + (total > 0 ? " (" + 100 * done / total + " %)" : "")));
        try {
            return new ReplayOptions(
                    defaults.policy(), defaults.from(), defaults.until(), threads, memoryBytes, defaults.progress());
        } catch (IllegalArgumentException failure) {
            throw new ParameterException(
                    mixee.commandLine(), failure.getMessage() + " (--parallel, --memory)", failure);
        }
    }
}
