package io.seriatim.wal.mmap;

import io.seriatim.wal.Damage;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Goes through the segments of one shard in order: what replay, verify and recovery have in common. Not
/// thread-safe.
final class ShardScan {
    private static final int MAX_RESCANS = 16;
    private static final int WINDOW_BYTES = 64 * 1024;

    private final Storage storage;
    private final int shard;
    private final List<SegmentFile> segments;
    private final long floor;
    private final boolean floorKnown;
    private final long from;
    private final long until;
    private final Cuts cuts;
    private final Findings findings;
    private final ShardTotals totals = new ShardTotals();
    private final FrameReader reader;
    private final Visits visits;
    private final Map<SegmentFile, Long> validEnds = new HashMap<>();
    private final Set<Long> epochs = new HashSet<>();

    private SegmentFile previous;
    // From the last segment that holds frames on, oldest first: what a live writer may go on in.
    private final List<OpenEnd> open = new ArrayList<>();
    private long cutFrom;
    private boolean cut;
    private int rescans = MAX_RESCANS;

    ShardScan(ShardContents contents, ScanRequest request, ReplayHandler handler, Cuts cuts) {
        this.storage = request.storage();
        this.shard = contents.shard();
        this.segments = contents.segments();
        this.floor = contents.floor();
        this.floorKnown = contents.floorKnown();
        this.from = request.from();
        this.until = request.until();
        this.cuts = cuts;
        this.findings = new Findings(request.storage().bootId(), floor);
        this.visits = new Visits(request.visitor());
        this.reader = new FrameReader(
                shard,
                handler,
                from,
                until,
                findings,
                totals,
                new OrphanResolver(request.storage(), () -> segments, request.labels()));
    }

    /// Where a segment's frames ended before its end.
    private record OpenEnd(SegmentFile segment, int offset) {}

    /// @return false if the segment need not be opened: not data, below the floor, or out of the time range
    boolean wants(SegmentFile segment) {
        if (segment.header() == null || segment.end() <= floor) {
            return false;
        }
        return segment.seal() == null
                || from == Long.MIN_VALUE && until == Long.MAX_VALUE
                || segment.seal().minTimestamp() <= until && segment.seal().maxTimestamp() >= from;
    }

    /// Takes a segment that is not read into account.
    void pass(SegmentFile segment) throws IOException {
        visits.segment(segment, false);
        if (segment.header() == null) {
            bad(segment);
            return;
        }
        if (segment.end() <= floor) {
            return;
        }
        chain(segment);
        totals.skipped++;
        seal(segment);
        verdict(segment);
        totals.uses(segment.header());
        totals.end = segment.header().base() + segment.seal().end();
        totals.closed = segment.seal().end() < segment.header().segmentBytes(); // only closing seals it so
    }

    /// What an opening says of the epochs before it holds whether its own records are wanted or not.
    private void verdict(SegmentFile segment) throws IOException {
        if (!epochs.add(segment.header().epochId())) {
            return;
        }
        totals.epochs++;
        final FrameScanner scanner = new FrameScanner(SegmentHeader.HEADER_BYTES);
        try (StorageFile file = storage.open(segment.file(), false)) {
            scanner.open(file, segment);
            if (scanner.nextCommitted() == FrameScanner.FRAME && scanner.type() == FrameLayout.VERDICT) {
                reader.begin(segment);
                reader.frame(scanner, false);
            }
        } catch (NoSuchFileException _) {
            // Truncated meanwhile.
        }
    }

    /// Reads a segment whose scanner is open.
    void read(SegmentFile segment, FrameScanner scanner) throws IOException {
        chain(segment);
        visits.segment(segment, true);
        totals.segments++;
        if (epochs.add(segment.header().epochId())) {
            totals.epochs++;
        }
        seal(segment);
        if (segment.problem() != null) {
            findings.headerless(segment);
        }
        reader.begin(segment);
        cutFrom = Math.min(
                cuts.forGood(), cuts.byEpoch().getOrDefault(segment.header().epochId(), Long.MAX_VALUE));
        long validEnd = -1;
        for (int what = visits.next(segment, scanner); what != FrameScanner.END; what = visits.next(segment, scanner)) {
            if (what == FrameScanner.FRAME) {
                if (validEnd < 0) {
                    finishPrevious(segment);
                }
                frame(scanner);
                validEnd = scanner.endPosition();
            } else if (scanner.endPosition() > floor) {
                findings.gap(segment, scanner);
            }
        }
        if (validEnd < 0 && segment.isPassedOver(segments)) {
            // Nothing was ever in it, and what it would have held is elsewhere.
        } else if (scanner.offset() < segment.readableBytes() && scanner.position() >= floor) {
            open.add(new OpenEnd(segment, scanner.offset()));
            findings.unwritten(segment, scanner.offset());
        }
        reader.end();
        validEnds.put(segment, validEnd);
        if (segment.bytes() < segment.header().segmentBytes()) {
            findings.cutShort(segment, truncationVerdict(segment, validEnd));
        }
    }

    private void frame(FrameScanner scanner) throws IOException {
        cut |= scanner.position() >= cutFrom;
        reader.frame(scanner, scanner.endPosition() > floor && scanner.position() < cutFrom);
    }

    /// If the writer is alive it may have gone on in the segments before since they were read: this one has frames,
    /// so all of those is claimed. What has come there belongs before what is here.
    private void finishPrevious(SegmentFile segment) throws IOException {
        for (final OpenEnd each : open) {
            if (each.segment.header().epochId() == segment.header().epochId()) {
                finish(each);
            }
        }
        open.clear();
        reader.turn(segment);
    }

    private void finish(OpenEnd end) throws IOException {
        final FrameScanner scanner = new FrameScanner(WINDOW_BYTES);
        try (StorageFile file = storage.open(end.segment.file(), false)) {
            scanner.open(file, end.segment);
            scanner.skipTo(end.offset);
            reader.turn(end.segment);
            findings.forgetUnwritten(end.segment);
            for (int what = visits.next(end.segment, scanner); what != FrameScanner.END; ) {
                if (what == FrameScanner.FRAME) {
                    frame(scanner);
                    validEnds.put(end.segment, scanner.endPosition());
                } else {
                    findings.gap(end.segment, scanner);
                }
                what = visits.next(end.segment, scanner);
            }
            if (scanner.offset() < end.segment.readableBytes()) {
                findings.unwritten(end.segment, scanner.offset());
            }
        } catch (NoSuchFileException _) {
            if (LogDirectory.floor(storage, end.segment) >= end.segment.end()) {
                findings.forgetUnwritten(end.segment); // truncated meanwhile
            }
        }
    }

    /// Segments are never shorter than announced, so no crash does this. Only a seal can say that nothing was
    /// there.
    private static Damage.Verdict truncationVerdict(SegmentFile segment, long validEnd) {
        final boolean nothingGone = segment.seal() != null
                && validEnd >= segment.header().base() + segment.seal().end();
        return nothingGone ? Damage.Verdict.TORN : null;
    }

    private void seal(SegmentFile segment) {
        if (segment.seal() != null) {
            findings.asserted(
                    segment.header().epochId(),
                    segment.header().base() + segment.seal().end());
        }
    }

    private void bad(SegmentFile segment) {
        final boolean belowFloor = segments.stream()
                .anyMatch(other -> other.header() != null
                        && other.sequence() > segment.sequence()
                        && other.header().base() <= floor);
        if (belowFloor) {
            return;
        }
        findings.file(
                segment.file(),
                segment.bytes(),
                previous == null ? -1 : previous.end(),
                segment.problem(),
                segment.problem() == Damage.Kind.BAD_HEADER ? null : Damage.Verdict.UNDETERMINED,
                segment.detail());
    }

    /// Each header names its predecessor, so a file that is gone leaves a hole that can be seen.
    private void chain(SegmentFile segment) {
        final SegmentHeader header = segment.header();
        final long expected = previous == null ? -1 : previous.sequence();
        final boolean there = header.predecessor() == expected
                || segments.stream().anyMatch(other -> other.sequence() == header.predecessor());
        if (header.predecessor() >= 0 && !there) {
            final long gone = Math.max(floor, previous == null ? 0 : previous.end());
            if (gone < header.base()) {
                findings.file(
                        LogFiles.segment(segment.file().getParent(), header.predecessor()),
                        header.base() - gone,
                        gone,
                        Damage.Kind.MISSING_SEGMENT,
                        floorKnown ? null : Damage.Verdict.UNDETERMINED,
                        floorKnown ? "" : "or truncated: wal.meta, which would know, is gone");
            }
        }
        previous = segment;
    }

    /// After the last segment: the evidence is complete.
    void finish() {
        findings.finish(segment -> validEnds.entrySet().stream()
                .anyMatch(each -> each.getValue() > 0
                        && each.getKey().header().epochId() == segment.header().epochId()
                        && each.getKey().sequence() > segment.sequence()));
        findings.settleOpenClaims(this::isHarmlessNow);
    }

    /// Whether a second look finds frames, or no more than open claims, where the first saw worse: somebody
    /// was storing there. Real damage looks the same each time.
    private boolean isHarmlessNow(Gap gap) {
        for (final SegmentFile segment : segments) {
            if (segment.file().equals(gap.file())) {
                try (StorageFile file = storage.open(segment.file(), false)) {
                    return framesFill(file, segment, gap) || rescans-- > 0 && claimsExplain(file, segment, gap);
                } catch (IOException _) {
                    return false; // then the evidence stands
                }
            }
        }
        return false;
    }

    private static boolean framesFill(StorageFile file, SegmentFile segment, Gap gap) throws IOException {
        final FrameScanner scanner = new FrameScanner(WINDOW_BYTES);
        scanner.open(file, segment);
        scanner.skipTo((int) gap.offset());
        while (scanner.endPosition() < gap.to() && scanner.nextCommitted() == FrameScanner.FRAME) {
            // On to the gap's end.
        }
        return scanner.endPosition() >= gap.to();
    }

    /// A gap may begin in the middle of a frame, whose beginning was taken for an open claim.
    private boolean claimsExplain(StorageFile file, SegmentFile segment, Gap gap) throws IOException {
        final FrameScanner scanner = new FrameScanner(WINDOW_BYTES);
        scanner.open(file, segment);
        for (int what = scanner.next(); what != FrameScanner.END; what = scanner.next()) {
            if (what == FrameScanner.GAP
                    && scanner.endPosition() > gap.from()
                    && !findings.isHarmless(segment, scanner)) {
                return false;
            }
            if (scanner.endPosition() >= gap.to()) {
                return true;
            }
        }
        return false;
    }

    /// A segment that was listed and is not there any more: truncated meanwhile, or a spare that closing has
    /// deleted, or taken away.
    void vanished(SegmentFile segment) throws IOException {
        if (LogDirectory.floor(storage, segment) >= segment.end() || wasSpare(segment)) {
            return;
        }
        findings.file(
                segment.file(),
                segment.header().segmentBytes(),
                segment.header().base(),
                Damage.Kind.MISSING_SEGMENT,
                null,
                "disappeared while the log was read");
        previous = segment;
    }

    /// Nobody has been in a segment while the one before it has room: claims go there first.
    private boolean wasSpare(SegmentFile segment) throws IOException {
        if (open.isEmpty()
                || open.getLast().segment.header().epochId() != segment.header().epochId()) {
            return totals.closed;
        }
        final OpenEnd before = open.getLast();
        final FrameScanner scanner = new FrameScanner(WINDOW_BYTES);
        try (StorageFile file = storage.open(before.segment.file(), false)) {
            scanner.open(file, before.segment);
            scanner.skipTo(before.offset);
            while (scanner.next() != FrameScanner.END) {
                // On to where nobody has written.
            }
            return scanner.offset() < before.segment.readableBytes();
        } catch (NoSuchFileException _) {
            return true; // it was a spare itself: the newest is deleted first
        }
    }

    /// Gives back what the labels took. Nothing is read afterwards.
    void close() throws IOException {
        reader.close();
    }

    /// @return where PREFIX stops, from what this scan has found
    Cuts cuts() {
        final Map<Long, Long> byEpoch = new HashMap<>();
        long forGood = Long.MAX_VALUE;
        for (final Gap gap : findings.gaps()) {
            if (!gap.hidesFrames() || findings.judge(gap) == Damage.Verdict.HARMLESS) {
                continue;
            }
            if (gap.header() != null && findings.examinedBy(gap.from()) != null) {
                byEpoch.merge(gap.header().epochId(), gap.from(), Math::min);
            } else if (gap.header() != null && isLastEpochOf(gap)) {
                byEpoch.merge(gap.header().epochId(), gap.from(), Math::min);
            } else {
                forGood = Math.min(forGood, Math.max(0, gap.from()));
            }
        }
        return new Cuts(byEpoch, forGood);
    }

    /// A gap behind the last valid frame of its epoch hides nothing that a later epoch built upon.
    private boolean isLastEpochOf(Gap gap) {
        return validEnds.entrySet().stream()
                .filter(each -> each.getKey().header().epochId() == gap.header().epochId())
                .allMatch(each -> each.getValue() <= gap.from());
    }

    Findings findings() {
        return findings;
    }

    /// @return position behind the last valid frame of a segment that was read
    long validEnd(SegmentFile segment) {
        return validEnds.getOrDefault(segment, -1L);
    }

    /// @return the newest epoch known to have been in use, or null
    SegmentHeader used() {
        return totals.used;
    }

    boolean wasCut() {
        return cut;
    }

    List<Damage> damages() {
        return findings.damages(shard);
    }

    ReplayReport.Shard totals() {
        return totals.report(shard, findings.durable());
    }
}
