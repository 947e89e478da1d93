package io.seriatim.tools;

import io.seriatim.tools.anatomy.Census;
import io.seriatim.tools.anatomy.Loss;
import io.seriatim.wal.ReplayReport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What `verify` found out.
///
/// @param log     the directory, as it was named
/// @param unit    of the timestamps, or null if the log does not tell
/// @param report  what was read, and what was not as written
/// @param census  every file and every byte
/// @param losses  what the damaged ranges took with them, in the order of the report
/// @param seconds how long reading took
record Verification(Path log, TimeUnit unit, ReplayReport report, Census census, List<Loss> losses, double seconds) {
    /// Copies the list.
    Verification {
        losses = List.copyOf(losses);
    }
}
