package io.seriatim.tools.stat;

import io.seriatim.wal.ReplayReport;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What is in a log.
///
/// @param unit          of timestamps, or null if the log does not tell
/// @param report        what the replay says: figures of each shard, damage
/// @param diskBytes     length of all segment files
/// @param series        how many series
/// @param seriesBytes   bytes of samples and labels
/// @param details       how many records are histograms, exemplars or metadata
/// @param opaqueRecords how many records are opaque
/// @param opaqueBytes   bytes in them
/// @param outOfOrder    samples older than one before them in their series
/// @param bySamples     the series with the most samples
/// @param byBytes       the series with the most bytes
/// @param labelNames    how many label names
/// @param labels        the names with the most values
/// @param stepWidth     width of the timeline's steps, in the log's unit
/// @param steps         the timeline
record Statistics(
        TimeUnit unit,
        ReplayReport report,
        long diskBytes,
        Estimate series,
        long seriesBytes,
        long details,
        long opaqueRecords,
        long opaqueBytes,
        Estimate outOfOrder,
        List<TopSeries> bySamples,
        List<TopSeries> byBytes,
        Estimate labelNames,
        List<LabelName> labels,
        long stepWidth,
        List<Step> steps) {

    /// A label name.
    ///
    /// @param name   the name
    /// @param values how many values it has
    /// @param series how many series have it
    /// @param top    the values that most series have
    record LabelName(String name, Estimate values, Estimate series, List<LabelValue> top) {}

    /// A value of a label.
    ///
    /// @param value  the value
    /// @param series how many series have it
    record LabelValue(String value, Estimate series) {}

    /// A step of the timeline.
    ///
    /// @param start    its first timestamp
    /// @param samples  samples in it
    /// @param active   series with samples in it
    /// @param appeared series whose oldest sample is in it
    /// @param ended    series whose newest sample is in it; null for the last step, where that says nothing
    record Step(long start, long samples, Estimate active, Estimate appeared, Estimate ended) {}

    /// @return smallest timestamp, `Long.MAX_VALUE` if none
    long first() {
        return report.shards().stream()
                .mapToLong(ReplayReport.Shard::minTimestamp)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /// @return largest timestamp, `Long.MIN_VALUE` if none
    long last() {
        return report.shards().stream()
                .mapToLong(ReplayReport.Shard::maxTimestamp)
                .max()
                .orElse(Long.MIN_VALUE);
    }

    /// @return bytes of all frames
    long frameBytes() {
        return report.shards().stream().mapToLong(ReplayReport.Shard::bytes).sum();
    }

    int segments() {
        return report.shards().stream().mapToInt(ReplayReport.Shard::segments).sum();
    }

    int skipped() {
        return report.shards().stream().mapToInt(ReplayReport.Shard::skipped).sum();
    }

    int epochs() {
        return report.shards().stream()
                .mapToInt(ReplayReport.Shard::epochs)
                .max()
                .orElse(0);
    }

    /// @return samples a second of the logged time, or NaN if that has no length
    double samplesPerSecond() {
        return perSecond(report.samples(), first(), last());
    }

    double perSecond(long samples, long first, long last) {
        final double seconds = seconds((double) last - first);
        return seconds > 0 ? samples / seconds : Double.NaN;
    }

    /// @return a span of the log's unit in seconds, NaN if the log does not tell its unit
    double seconds(double span) {
        return unit == null ? Double.NaN : span * unit.toNanos(1) / 1e9;
    }

    /// @return the step with the most samples, or null
    Step busiest() {
        Step busiest = null;
        for (final Step step : steps) {
            busiest = busiest == null || step.samples() > busiest.samples() ? step : busiest;
        }
        return busiest;
    }

    /// @return whether any figure is not counted but estimated
    boolean isEstimated() {
        return !series.isExact();
    }
}
