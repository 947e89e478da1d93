package io.seriatim.tools.replay;

import java.util.concurrent.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation;

/// How a log's timestamps are written: in a unit that Parquet knows, or as they are.
///
/// @param type       what they are called, null for bare numbers
/// @param multiplier from the log's unit to that of the file
record ParquetTimes(LogicalTypeAnnotation type, long multiplier) {
    static ParquetTimes of(TimeUnit unit) {
        return switch (unit) {
            case null -> new ParquetTimes(null, 1);
            case NANOSECONDS -> timestamps(LogicalTypeAnnotation.TimeUnit.NANOS, 1);
            case MICROSECONDS -> timestamps(LogicalTypeAnnotation.TimeUnit.MICROS, 1);
            default -> timestamps(LogicalTypeAnnotation.TimeUnit.MILLIS, unit.toMillis(1));
        };
    }

    private static ParquetTimes timestamps(LogicalTypeAnnotation.TimeUnit unit, long multiplier) {
        return new ParquetTimes(LogicalTypeAnnotation.timestampType(true, unit), multiplier);
    }

    boolean isSayable(long timestamp) {
        final long farthest = Long.MAX_VALUE / multiplier;
        return multiplier == 1 || timestamp <= farthest && timestamp >= -farthest;
    }

    long of(long timestamp) {
        return timestamp * multiplier;
    }
}
