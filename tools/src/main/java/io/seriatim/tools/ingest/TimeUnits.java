package io.seriatim.tools.ingest;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Units of time as people write them: `ms`, `milliseconds`.
final class TimeUnits implements ITypeConverter<TimeUnit> {
    @Override
    public TimeUnit convert(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "ns", "nanosecond", "nanoseconds" -> TimeUnit.NANOSECONDS;
            case "us", "µs", "microsecond", "microseconds" -> TimeUnit.MICROSECONDS;
            case "ms", "millisecond", "milliseconds" -> TimeUnit.MILLISECONDS;
            case "s", "second", "seconds" -> TimeUnit.SECONDS;
            case "m", "minute", "minutes" -> TimeUnit.MINUTES;
            case "h", "hour", "hours" -> TimeUnit.HOURS;
            case "d", "day", "days" -> TimeUnit.DAYS;
            default -> throw new TypeConversionException("'" + text + "' is no unit of time (write ns, us, ms or s)");
        };
    }

    static String name(TimeUnit unit) {
        return unit.name().toLowerCase(Locale.ROOT);
    }
}
