package io.seriatim.wal.mmap;

import io.seriatim.wal.Damage;
import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/// Lets a reader read on where only a header was destroyed. A segment's neighbour of the same epoch tells
/// everything that the header would. Which neighbour that is, the frames tell: their checksums depend on the header,
/// so a guess is taken only if it makes a frame valid, and only if it takes no position that a neighbour has.
final class HeaderRepair {
    private static final int WINDOW_BYTES = 64 * 1024;

    private HeaderRepair() {}

    /// @return the segments, those with an unreadable header given one if a neighbour allows it; the problem stays
    /// noted
    static List<SegmentFile> infer(Storage storage, List<SegmentFile> segments) throws IOException {
        final List<SegmentFile> result = new ArrayList<>(segments);
        for (int i = 0; i < result.size(); i++) {
            final SegmentFile bad = result.get(i);
            if (bad.header() == null && bad.problem() == Damage.Kind.BAD_HEADER && bad.bytes() > 0) {
                final SegmentFile before = i > 0 ? result.get(i - 1) : null;
                final SegmentFile after = i + 1 < result.size() ? result.get(i + 1) : null;
                for (final SegmentHeader guess : guesses(bad, before, after)) {
                    final SegmentFile read = bad.withHeader(guess);
                    if (fits(read, before, after) && holdsFrame(storage, read)) {
                        result.set(i, read);
                        break;
                    }
                }
            }
        }
        return result;
    }

    private static List<SegmentHeader> guesses(SegmentFile bad, SegmentFile before, SegmentFile after) {
        final List<SegmentHeader> guesses = new ArrayList<>();
        if (after != null && after.header() != null && after.header().predecessor() == bad.sequence()) {
            final SegmentHeader next = after.header();
            guesses.add(header(next, bad, before, next.base() - next.segmentBytes()));
        }
        if (before != null && before.header() != null) {
            guesses.add(header(before.header(), bad, before, before.end()));
        }
        return guesses;
    }

    private static boolean fits(SegmentFile read, SegmentFile before, SegmentFile after) {
        return read.header().base() >= 0
                && (before == null
                        || before.header() == null
                        || before.end() <= read.header().base())
                && (after == null
                        || after.header() == null
                        || read.end() <= after.header().base());
    }

    private static boolean holdsFrame(Storage storage, SegmentFile read) throws IOException {
        final FrameScanner scanner = new FrameScanner(WINDOW_BYTES);
        try (StorageFile file = storage.open(read.file(), false)) {
            scanner.open(file, read);
            int what = scanner.next();
            if (what == FrameScanner.GAP) {
                what = scanner.next();
            }
            return what == FrameScanner.FRAME;
        } catch (NoSuchFileException _) {
            return false; // truncated meanwhile
        }
    }

    private static SegmentHeader header(SegmentHeader source, SegmentFile bad, SegmentFile before, long base) {
        return new SegmentHeader(
                source.walId(),
                source.shard(),
                source.shards(),
                source.epochId(),
                source.epoch(),
                bad.sequence(),
                before == null ? -1 : before.sequence(),
                base,
                source.segmentBytes(),
                source.timeUnit(),
                source.createdMs(),
                source.bootId());
    }
}
