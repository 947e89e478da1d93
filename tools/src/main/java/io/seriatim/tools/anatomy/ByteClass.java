package io.seriatim.tools.anatomy;

import io.seriatim.wal.Damage;

/// What a byte of a log's directory is for. Each byte of each file is of one class.
public enum ByteClass {
    /// A segment's first page.
    HEADER("header", "first pages of segments"),
    /// A segment's seal.
    SEAL("seal", "seals of finished segments"),
    /// Valid frames: records, marks, verdicts.
    FRAME("frame", "valid frames: records, marks and verdicts"),
    /// Valid frames that hold nothing.
    PAD("pad", "frames that only fill"),
    /// No frame, and nothing is missing.
    HARMLESS("harmless", "claimed and never committed: no append that returned"),
    /// No frame, never confirmed durable.
    TORN("torn", "never confirmed durable, torn off"),
    /// No frame, and there was one that had been confirmed durable.
    LOST("lost", "confirmed durable, and gone"),
    /// No frame, or one that makes no sense, and no evidence what was there.
    DAMAGED("damaged", "unreadable or without sense, no evidence of what was there"),
    /// Prepared and never used.
    UNWRITTEN("unwritten", "prepared, never written to"),
    /// Files that are being prepared.
    SPARE("spare", "files in preparation, or left from it"),
    /// Nobody wants it any more.
    RETIRED("retired", "truncated: below the position from which the log is kept"),
    /// The log's own files beside the segments.
    OWN("own", "wal.meta, lock, pid, consumers, counters"),
    /// Not of this log, or of a program that is newer than this one.
    FOREIGN("foreign", "not of this log, or of a newer version: not read");

    private final String label;
    private final String meaning;

    ByteClass(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /// @return the name in tables and reports
    public String label() {
        return label;
    }

    /// @return the same in a few words
    public String meaning() {
        return meaning;
    }

    /// @return the class of a damaged range with this verdict
    public static ByteClass of(Damage.Verdict verdict) {
        return switch (verdict) {
            case HARMLESS -> HARMLESS;
            case TORN -> TORN;
            case LOST -> LOST;
            case UNDETERMINED -> DAMAGED;
        };
    }
}
