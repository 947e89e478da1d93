package io.seriatim.tools.ingest;

import java.util.concurrent.TimeUnit;

/// How timestamps are to be read.
///
/// @param logUnit   the log's unit
/// @param inputUnit the input's unit where the user says it, or null for what the format says
/// @param now       timestamp of samples that have none, in the log's unit
/// @param round     whether to round what cannot be said exactly
record IngestOptions(TimeUnit logUnit, TimeUnit inputUnit, long now, boolean round) {
    /// @return from the unit of an input to that of the log
    TimeScale scale(TimeUnit ofFormat) {
        return new TimeScale(inputUnit == null ? ofFormat : inputUnit, logUnit, round);
    }
}
