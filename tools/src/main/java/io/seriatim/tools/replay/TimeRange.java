package io.seriatim.tools.replay;

import io.seriatim.tools.CannotRunException;
import io.seriatim.tools.LogTime;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Which times are asked for.
public final class TimeRange {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec mixee;

    @Option(
            names = "--from",
            paramLabel = "T",
            description =
                    "Smallest timestamp wanted: a number in the log's unit, or RFC 3339. A range leaves opaque records"
                            + " out, which have no timestamp.")
    private String from;

    @Option(names = "--until", paramLabel = "T", description = "Largest timestamp wanted, inclusive.")
    private String until;

    /// The range in the unit of a log.
    ///
    /// @param first the smallest timestamp, `Long.MIN_VALUE` if none is asked for
    /// @param last  the largest, `Long.MAX_VALUE` if none is asked for
    public record Timestamps(long first, long last) {}

    /// @return the range in the unit of a log
    /// @throws ParameterException if it makes no sense
    public Timestamps in(Path log) {
        final long first = from == null ? Long.MIN_VALUE : timestamp("--from", from, log, true);
        final long last = until == null ? Long.MAX_VALUE : timestamp("--until", until, log, false);
        if (first > last) {
            throw badArgument("--from must not exceed --until: from=" + first + " until=" + last);
        }
        return new Timestamps(first, last);
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
            throw badArgument(option + " is beyond what a timestamp can say: '" + text + "'");
        } catch (DateTimeException _) {
            throw badArgument(
                    option + " is neither a number nor RFC 3339, such as 2026-03-01T08:00:00Z: '" + text + "'");
        }
    }

    private ParameterException badArgument(String message) {
        return new ParameterException(mixee.commandLine(), message);
    }
}
