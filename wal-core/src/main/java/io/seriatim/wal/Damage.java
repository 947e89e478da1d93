package io.seriatim.wal;

import java.nio.file.Path;
import java.util.Objects;

/// A range of a log that could not be read as what was written: where, what it looks like, what it means.
///
/// @param file       the segment; for [Kind#MISSING_SEGMENT] the name it would have
/// @param shard      its shard
/// @param offset     first byte concerned, in the file
/// @param length     bytes concerned
/// @param position   first position concerned in the shard's log, or -1 where the file does not tell
/// @param kind       what it looks like
/// @param verdict    what it means
/// @param maxRecords at most so many records are missing
/// @param detail     one line for people, or empty
public record Damage(
        Path file,
        int shard,
        long offset,
        long length,
        long position,
        Kind kind,
        Verdict verdict,
        long maxRecords,
        String detail) {
    /// What a damaged range looks like.
    public enum Kind {
        /// A frame whose bytes do not match its checksum, or bytes that are no frame.
        CHECKSUM,
        /// A range that was reserved and never committed.
        UNCOMMITTED,
        /// The file is shorter than its header says.
        TRUNCATED,
        /// A segment that must have been there is not.
        MISSING_SEGMENT,
        /// A file in a segment's place whose header cannot be read, or a lost or unreadable `wal.meta`.
        BAD_HEADER,
        /// A segment of another log or another shard.
        FOREIGN_SEGMENT,
        /// A segment of a format version that this program does not know.
        NEWER_VERSION,
        /// A frame with a valid checksum whose content breaks the rules: the writer was wrong, or the file is
        /// forged.
        MALFORMED,
        /// A frame with a valid checksum of a type that this program does not know.
        UNKNOWN_TYPE,
        /// Samples whose series is defined nowhere in the log any more.
        ORPHANED_SAMPLES,
        /// One reference defined twice with different labels.
        CONFLICTING_DEFINITION
    }

    /// What a damaged range means to whoever was promised something.
    public enum Verdict {
        /// No append that returned is concerned: a producer died, or is still at work.
        HARMLESS,
        /// Never confirmed durable: the end that power loss tears off. Nothing that was promised is missing.
        TORN,
        /// Confirmed durable, and gone.
        LOST,
        /// The log holds no evidence either way; treat it as a loss.
        UNDETERMINED
    }

    /// Checks that the parts are there.
    public Damage {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(detail, "detail");
    }

    @Override
    public String toString() {
        return verdict + " " + kind + ": file=" + file + " offset=" + offset + " length=" + length + " maxRecords="
                + maxRecords + (detail.isEmpty() ? "" : " " + detail);
    }
}
