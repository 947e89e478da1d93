package io.seriatim.wal.mmap;

import io.seriatim.wal.Damage;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.SegmentHeader;
import java.nio.file.Path;

/// Something amiss, not yet judged.
///
/// @param header of its segment, or null
/// @param from   first position
/// @param to     position behind it
/// @param open   of an uncommitted range: claims, and no whole page of zeros
/// @param fixed  the verdict if it needs no evidence, otherwise null
record Gap(
        Path file,
        SegmentHeader header,
        long offset,
        long from,
        long to,
        Damage.Kind kind,
        boolean open,
        Damage.Verdict fixed,
        long maxRecords,
        String detail) {
    static final int MIN_RECORD_BYTES = FrameLayout.PAYLOAD_OFFSET;

    /// A range of a segment without valid frames.
    static Gap of(SegmentFile segment, FrameScanner gap) {
        final String detail = gap.gapHoldsZeroPage() ? "whole pages of zeros" : "";
        return of(segment, gap.offset(), gap.length(), gap.gapKind(), !gap.gapHoldsZeroPage(), detail);
    }

    static Gap of(SegmentFile segment, int offset, long length, Damage.Kind kind, boolean open, String detail) {
        final long from = segment.header().base() + offset;
        final long records = Math.max(1, length / MIN_RECORD_BYTES);
        return new Gap(
                segment.file(), segment.header(), offset, from, from + length, kind, open, null, records, detail);
    }

    /// @return false for what hides no frames: the bytes were read, only not understood
    boolean hidesFrames() {
        return kind != Damage.Kind.ORPHANED_SAMPLES
                && kind != Damage.Kind.MALFORMED
                && kind != Damage.Kind.UNKNOWN_TYPE
                && kind != Damage.Kind.CONFLICTING_DEFINITION;
    }

    /// @return the same, known to have been under way while it was read
    Gap inFlight() {
        return new Gap(
                file,
                header,
                offset,
                from,
                to,
                kind,
                open,
                Damage.Verdict.HARMLESS,
                maxRecords,
                "in flight while the log was read");
    }
}
