package io.seriatim.tools;

import io.seriatim.wal.Damage;
import io.seriatim.wal.ReplayReport;
import java.nio.file.Path;
import java.util.Locale;

/// A report's findings in words.
public final class Findings {
    private Findings() {}

    /// @return a state in words
    public static String state(ReplayReport.State state) {
        return switch (state) {
            case SOUND -> "sound";
            case TORN -> "torn end, nothing that was durable is missing";
            case DAMAGED -> "DAMAGED";
        };
    }

    /// @return one line: verdict, kind, place, what can be missing, detail
    public static String line(Damage damage, Path log) {
        return String.format(
                Locale.ROOT,
                "%s %s in %s at offset %d, %d bytes: %s%s",
                damage.verdict(),
                damage.kind(),
                damage.file().startsWith(log) ? log.relativize(damage.file()) : damage.file(),
                damage.offset(),
                damage.length(),
                missing(damage.maxRecords()),
                damage.detail().isEmpty() ? "" : " (" + damage.detail() + ")");
    }

    static String missing(long maxRecords) {
        return switch ((int) Math.min(maxRecords, 2)) {
            case 0 -> "no record missing";
            case 1 -> "at most 1 record missing";
            default ->
                maxRecords == Long.MAX_VALUE
                        ? "nobody knows how many records are missing"
                        : String.format(Locale.ROOT, "at most %,d records missing", maxRecords);
        };
    }

    /// Names that come from outside are shown without what would do something to a terminal.
    static String printable(String text) {
        return text.replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", "?");
    }

    /// @return how many, in words
    public static String damagedRanges(long count) {
        return String.format(
                Locale.ROOT, count == 1 ? "what was in 1 damaged range" : "what was in %,d damaged ranges", count);
    }

    /// @return what it all means, and what to do
    static String meaning(ReplayReport report, Path log) {
        return switch (report.state()) {
            case SOUND -> sound(report);
            case TORN ->
                "Torn end: the last records were still on their way to the disk, none of them had been confirmed"
                    + " durable. Nothing that was promised is missing. Go on: opening the log keeps everything valid"
                    + " and continues in a new segment.";
            case DAMAGED ->
                "Damage: records that were confirmed durable, or may have been, are missing or unreadable. Copy the"
                        + " directory before anything else, look for the cause (device, file system, somebody who edits"
                        + " files), and make a sound log of what is provably valid with: seriatim repair " + log
                        + " --out NEW_DIRECTORY (or read it with: seriatim replay " + log
                        + " --policy salvage). What is missing has to come from a replica or a backup.";
        };
    }

    private static String sound(ReplayReport report) {
        if (report.shards().isEmpty()) {
            return "Sound: there is nothing in it yet.";
        }
        return report.shards().stream().allMatch(ReplayReport.Shard::closed)
                ? "Sound: everything reads as it was written, and the log was closed cleanly. Nothing to do."
                : "Sound: everything reads as it was written. The log was not closed: its writer is still running, or"
                        + " died. Nothing to do; opening it goes on from here.";
    }
}
