package io.seriatim.tools.anatomy;

import io.seriatim.wal.Damage;
import java.util.List;

/// What is known of what a damaged range took with it.
///
/// @param damage         the range
/// @param before         largest timestamp of the last record before it in the shard, or null
/// @param behind         smallest timestamp of the first record behind it, or null
/// @param missingRecords records that the segment's seal or its batch's mark counted and that were not read:
///                       those of this range and of the others in the same segment or batch; null if neither
///                       tells
/// @param missingSamples samples that the seal counted and that were not read, or null
/// @param witness        who counted: `seal`, `mark`, or empty
/// @param series         series that lost their labels here, 0 for other damage
/// @param traces         what the damaged bytes still look like: not proven
public record Loss(
        Damage damage,
        Long before,
        Long behind,
        Long missingRecords,
        Long missingSamples,
        String witness,
        int series,
        List<Trace> traces) {
    /// Copies the list.
    public Loss {
        traces = List.copyOf(traces);
    }

    /// A record as damaged bytes still spell it. One bit of it at least is wrong, perhaps one of these.
    ///
    /// @param labels  of the series, in Prometheus' notation
    /// @param samples how many
    /// @param min     smallest timestamp, or null
    /// @param max     largest timestamp, or null
    public record Trace(String labels, int samples, Long min, Long max) {}
}
