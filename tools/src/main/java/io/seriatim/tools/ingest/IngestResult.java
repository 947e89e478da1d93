package io.seriatim.tools.ingest;

import io.seriatim.tools.ExitCode;
import io.seriatim.wal.ReplayReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What became of an ingestion.
///
/// @param directory   the log
/// @param created     whether it was made for this
/// @param found       the state of a log that was there before
/// @param unit        of its timestamps
/// @param seconds     from opening the log to the last byte being durable
/// @param samples     appended, and durable
/// @param series      they belong to
/// @param seriesExact whether that is counted and not estimated
/// @param stamped     samples that had no timestamp and got one
/// @param rounded     timestamps and numbers that were rounded, as was asked
/// @param gaveUp      whether the rest was not read because of too many rejects
/// @param files       what was read, in order
/// @param leftOut     what the log has no place for
/// @param rejects     what could not be taken
record IngestResult(
        Path directory,
        boolean created,
        ReplayReport.State found,
        TimeUnit unit,
        double seconds,
        long samples,
        long series,
        boolean seriesExact,
        long stamped,
        long rounded,
        boolean gaveUp,
        List<FileResult> files,
        LeftOut leftOut,
        Rejects rejects) {
    /// What became of one file.
    ///
    /// @param name       how the user knows it
    /// @param format     what it was, or null if it was nothing known
    /// @param compressed whether it was gzip
    /// @param bytes      that were read, unpacked
    /// @param records    lines or records in it
    /// @param samples    taken from it
    /// @param rejected   places that could not be taken, torn ends too
    record FileResult(
            String name, Format format, boolean compressed, long bytes, long records, long samples, long rejected) {}

    int exitCode() {
        if (rejects.count() > rejects.torn() || leftOut.hasData()) {
            return ExitCode.DAMAGED;
        }
        return rejects.torn() > 0 ? ExitCode.TORN : ExitCode.SOUND;
    }

    long bytes() {
        return files.stream().mapToLong(FileResult::bytes).sum();
    }

    /// @return what it means, for people
    String meaning() {
        return switch (exitCode()) {
            case ExitCode.SOUND -> "Everything was taken, and is durable.";
            case ExitCode.TORN ->
                "An input ends torn, as if it was still being written or was cut off. Everything before that was taken,"
                        + " and is durable.";
            default ->
                (gaveUp ? "Given up because of too many rejects; the rest was not read. " : "")
                        + "Not everything was taken: " + missing() + ". The rest is durable.";
        };
    }

    private String missing() {
        final long data = leftOut.counts().values().stream()
                .filter(LeftOut.Count::isData)
                .mapToLong(LeftOut.Count::count)
                .sum();
        final String places =
                rejects.count() == 0 ? "" : number(rejects.count(), "place was", "places were") + " rejected";
        final String kinds = data == 0
                ? ""
                : number(data, "measurement is", "measurements are") + " of a kind that a log cannot hold";
        return places + (places.isEmpty() || kinds.isEmpty() ? "" : ", ") + kinds;
    }

    private static String number(long count, String one, String many) {
        return String.format(java.util.Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
    }

    /// @return by kind
    Map<String, LeftOut.Count> leftOutCounts() {
        return leftOut.counts();
    }
}
