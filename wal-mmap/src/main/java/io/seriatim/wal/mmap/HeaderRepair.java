package io.seriatim.wal.mmap;

import io.seriatim.wal.Damage;
import io.seriatim.wal.format.SegmentHeader;
import java.util.ArrayList;
import java.util.List;

/// Lets a reader read on where only a header was destroyed. A segment's neighbour of the same epoch tells
/// everything that the header would: the frames' checksums prove whether the guess is right, since they depend on
/// it.
final class HeaderRepair {
    private HeaderRepair() {}

    /// @return the segments, those with an unreadable header given one if a neighbour allows it; the problem stays
    /// noted
    static List<SegmentFile> infer(List<SegmentFile> segments) {
        final List<SegmentFile> result = new ArrayList<>(segments);
        for (int i = 0; i < result.size(); i++) {
            final SegmentFile bad = result.get(i);
            if (bad.header() != null || bad.problem() != Damage.Kind.BAD_HEADER || bad.bytes() == 0) {
                continue;
            }
            final SegmentFile before = i > 0 ? result.get(i - 1) : null;
            final SegmentFile after = i + 1 < result.size() ? result.get(i + 1) : null;
            final SegmentHeader inferred = infer(bad, before, after);
            if (inferred != null) {
                result.set(i, bad.withHeader(inferred));
            }
        }
        return result;
    }

    private static SegmentHeader infer(SegmentFile bad, SegmentFile before, SegmentFile after) {
        if (after != null && after.header() != null && after.header().predecessor() == bad.sequence()) {
            final SegmentHeader next = after.header();
            // The first segment of an epoch can have another length than its successor's epoch says: then no frame
            // fits.
            final boolean sameEpoch =
                    before == null || before.header() == null || before.header().epochId() == next.epochId();
            final SegmentHeader source = sameEpoch ? next : before.header();
            final long base = next.base() - source.segmentBytes();
            return base < 0 ? null : header(source, bad.sequence(), before == null ? -1 : before.sequence(), base);
        }
        if (before != null && before.header() != null) {
            return header(before.header(), bad.sequence(), before.sequence(), before.end());
        }
        return null;
    }

    private static SegmentHeader header(SegmentHeader source, long sequence, long predecessor, long base) {
        return new SegmentHeader(
                source.walId(),
                source.shard(),
                source.shards(),
                source.epochId(),
                source.epoch(),
                sequence,
                predecessor,
                base,
                source.segmentBytes(),
                source.timeUnit(),
                source.createdMs(),
                source.bootId());
    }
}
