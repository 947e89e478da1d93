package io.seriatim.tools.stat;

import io.seriatim.tools.CannotRunException;
import io.seriatim.tools.LogTime;
import io.seriatim.wal.ReplayOptions;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Which part of a log to look at.
final class StatRange {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec mixee;

    @Option(
            names = "--from",
            paramLabel = "T",
            description = "Smallest timestamp wanted: a number in the log's unit, or RFC 3339.")
    private String from;

    @Option(names = "--until", paramLabel = "T", description = "Largest timestamp wanted, inclusive.")
    private String until;

    /// @return the options, for this range
    ReplayOptions of(ReplayOptions options, Path log) {
        final long first = from == null ? Long.MIN_VALUE : timestamp("--from", from, log, true);
        final long last = until == null ? Long.MAX_VALUE : timestamp("--until", until, log, false);
        if (first > last) {
            throw bad("--from must not exceed --until: from=" + first + " until=" + last);
        }
        return options.between(first, last);
    }

    private long timestamp(String option, String text, Path log, boolean up) {
        try {
            if (LogTime.isEpoch(text)) {
                return Long.parseLong(text);
            }
            final TimeUnit unit = LogTime.unit(log);
            if (unit == null) {
                throw new CannotRunException("the log does not tell its time unit: file=" + log.resolve("wal.meta")
                        + " (give " + option + " as a number)");
            }
            return LogTime.parse(text, unit, up);
        } catch (NumberFormatException | ArithmeticException _) {
            throw bad(option + " is beyond what a timestamp can say: '" + text + "'");
        } catch (DateTimeException _) {
            throw bad(option + " is neither a number nor RFC 3339, such as 2026-03-01T08:00:00Z: '" + text + "'");
        }
    }

    private ParameterException bad(String message) {
        return new ParameterException(mixee.commandLine(), message);
    }
}
