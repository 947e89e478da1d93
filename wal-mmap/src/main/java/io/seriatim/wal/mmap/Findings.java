package io.seriatim.wal.mmap;

import io.seriatim.wal.Damage;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.format.SegmentHeader;
import io.seriatim.wal.format.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.agrona.collections.Long2LongHashMap;

/// What a scan of one shard found amiss, and the evidence for what it means. Not thread-safe.
///
/// A gap is judged only at the end, because the evidence lies behind it:
///
/// 1. examined by a later opening of the log: what that opening wrote down; if it saw valid frames there and
///    forced them, they have been *lost* since. It says so only of what it lists: a gap that has grown since, be
///    it by one frame, is a loss.
/// 2. below a position that the same epoch asserted durable, by a mark or a seal: *lost*. No claim that was open
///    can lie there, because the durable position never passes one.
/// 3. the machine has been restarted since: *torn*. No evidence that it had been forced, so nobody had been told so.
/// 4. the machine has not been restarted: what had been appended is in the page cache, whatever died. Claims that
///    nobody committed are *harmless*: a producer died or is at work. All else is *undetermined*, for the death of a
///    process does not explain it: a committed frame whose bytes are others, a hole below the end of a batch that a
///    mark says was committed, whole pages of zeros, which is what the kernel leaves of a failed force.
final class Findings {
    private final UUID bootId;
    private final long floor;
    private final List<Gap> gaps = new ArrayList<>();
    private final Long2LongHashMap assertedByEpoch = new Long2LongHashMap(0);
    private final Long2LongHashMap committedByEpoch = new Long2LongHashMap(0);
    private final List<Verdict> verdicts = new ArrayList<>();
    private final List<Unwritten> unwritten = new ArrayList<>();
    /// Per epoch what its orphans mean; forgotten when evidence comes. Judging each anew would take the gaps' square.
    private final Map<Long, Damage.Verdict> orphanVerdicts = new HashMap<>();
    private long beyond;

    private record Unwritten(SegmentFile segment, int offset) {}

    /// @param floor position below which nothing is damage
    Findings(UUID bootId, long floor) {
        this.bootId = bootId;
        this.floor = floor;
    }

    /// A range of a segment without valid frames.
    void gap(SegmentFile segment, FrameScanner gap) {
        add(Gap.of(segment, gap));
    }

    /// @return whether a range without valid frames would be judged harmless by the evidence so far
    boolean isHarmless(SegmentFile segment, FrameScanner gap) {
        return judge(Gap.of(segment, gap)) == Damage.Verdict.HARMLESS;
    }

    /// A frame that makes no sense.
    void gap(SegmentFile segment, int offset, long length, Damage.Kind kind, String detail) {
        add(Gap.of(segment, offset, length, kind, false, detail));
    }

    /// A segment that ends in bytes never written. Whether something should be there is known at the end.
    void unwritten(SegmentFile segment, int offset) {
        if (unwritten.size() < ReplayReport.MAX_DAMAGES) {
            unwritten.add(new Unwritten(segment, offset));
        }
    }

    /// More has been found in a segment than its first reading saw.
    void forgetUnwritten(SegmentFile segment) {
        unwritten.removeIf(each -> each.segment.equals(segment));
    }

    /// After the last segment: turns unwritten ends where something must have been into gaps.
    ///
    /// @param entered tells of a segment whether a later one of its epoch holds frames, so that it was full
    void finish(Predicate<SegmentFile> entered) {
        for (final Unwritten each : unwritten) {
            final SegmentHeader header = each.segment.header();
            final long from = header.base() + each.offset;
            long end = entered.test(each.segment) ? each.segment.end() : from;
            if (each.segment.seal() != null) {
                end = Math.max(end, header.base() + each.segment.seal().end());
            }
            for (final Verdict verdict : verdicts) {
                // Where that opening found nothing either, as at the end of an older epoch, it says so.
                final long seenTo = Math.min(verdict.end(), each.segment.end());
                if (verdict.from() <= from && from < seenTo && !isKnown(verdict, from, seenTo)) {
                    end = Math.max(end, seenTo);
                }
            }
            if (end > from) {
                final boolean open = !FrameScanner.holdsPage(each.offset, each.offset + (int) (end - from));
                add(Gap.of(
                        each.segment,
                        each.offset,
                        end - from,
                        Damage.Kind.UNCOMMITTED,
                        open,
                        "zeros where frames were"));
            }
        }
    }

    /// @return the ranges at the ends of segments that nobody has written, for the verdict on them
    List<Verdict.Gap> unwrittenEnds() {
        return unwritten.stream()
                .map(each -> new Verdict.Gap(
                        each.segment.header().base() + each.offset, each.segment.end(), Verdict.Gap.ABANDONED))
                .toList();
    }

    /// Takes what was read while it was being stored for what it was: nobody had been told of it.
    ///
    /// @param harmless tells of a gap whether a second look finds nothing amiss
    void settleOpenClaims(Predicate<Gap> harmless) {
        gaps.replaceAll(gap -> (gap.kind() == Damage.Kind.UNCOMMITTED || gap.kind() == Damage.Kind.CHECKSUM)
                        && gap.header() != null
                        && judge(gap).compareTo(Damage.Verdict.LOST) >= 0
                        && harmless.test(gap)
                ? gap.inFlight()
                : gap);
        orphanVerdicts.clear();
    }

    /// Samples without a series.
    void orphans(SegmentFile segment, int from, int to, long records, long samples) {
        add(new Gap(
                segment.file(),
                segment.header(),
                from,
                segment.header().base() + from,
                segment.header().base() + to,
                Damage.Kind.ORPHANED_SAMPLES,
                false,
                null,
                records,
                "samples=" + samples + " whose labels are defined nowhere"));
    }

    /// A file that is no readable segment, or one that is missing.
    ///
    /// @param from first position concerned, or -1 if unknown
    void file(Path file, long length, long from, Damage.Kind kind, Damage.Verdict fixed, String detail) {
        add(new Gap(
                file,
                null,
                0,
                from,
                from + length,
                kind,
                false,
                fixed,
                Math.max(1, length / Gap.MIN_RECORD_BYTES),
                detail));
    }

    /// A segment that was read with what its neighbours say, because its own header is destroyed.
    void headerless(SegmentFile segment) {
        final long base = segment.header().base();
        add(new Gap(
                segment.file(),
                segment.header(),
                0,
                base,
                base + SegmentHeader.HEADER_BYTES,
                segment.problem(),
                false,
                Damage.Verdict.UNDETERMINED,
                0,
                segment.detail() + " (read with what its neighbours say)"));
    }

    /// A file that is shorter than it was made.
    ///
    /// @param fixed the verdict if it needs no evidence, otherwise null
    void cutShort(SegmentFile segment, Damage.Verdict fixed) {
        final long from = segment.header().base() + segment.bytes();
        final long length = segment.end() - from;
        add(new Gap(
                segment.file(),
                segment.header(),
                segment.bytes(),
                from,
                from + length,
                Damage.Kind.TRUNCATED,
                false,
                fixed,
                Math.max(1, length / Gap.MIN_RECORD_BYTES),
                "file has " + segment.bytes() + " of " + segment.header().segmentBytes() + " bytes"));
    }

    private void add(Gap gap) {
        orphanVerdicts.clear();
        if (gap.from() >= 0 && gap.to() <= floor) {
            return;
        }
        if (gaps.size() < ReplayReport.MAX_DAMAGES) {
            gaps.add(gap);
        } else {
            beyond++;
        }
    }

    void verdict(Verdict verdict) {
        orphanVerdicts.clear();
        verdicts.add(verdict);
    }

    /// Everything of an epoch below a position had been forced.
    void asserted(long epochId, long durable) {
        orphanVerdicts.clear();
        if (durable > assertedByEpoch.get(epochId)) {
            assertedByEpoch.put(epochId, durable);
        }
    }

    /// Every claim of an epoch below a position had been committed, forced or not.
    void committed(long epochId, long position) {
        orphanVerdicts.clear();
        if (position > committedByEpoch.get(epochId)) {
            committedByEpoch.put(epochId, position);
        }
    }

    /// @return the largest position that any evidence says was durable
    long durable() {
        final long reforced = verdicts.stream().mapToLong(Verdict::end).max().orElse(0);
        return assertedByEpoch.isEmpty() ? reforced : Math.max(assertedByEpoch.maxValue(), reforced);
    }

    /// @return the largest position of an epoch that is asserted durable, 0 if none
    long assertedIn(long epochId) {
        return assertedByEpoch.get(epochId);
    }

    List<Gap> gaps() {
        return gaps;
    }

    long beyond() {
        return beyond;
    }

    /// @return the verdict of a later opening that examined a position, or null
    Verdict examinedBy(long position) {
        for (final Verdict verdict : verdicts) {
            if (verdict.from() <= position && position < verdict.end()) {
                return verdict;
            }
        }
        return null;
    }

    Damage.Verdict judge(Gap gap) {
        if (gap.fixed() != null) {
            return gap.fixed();
        }
        if (gap.kind() == Damage.Kind.ORPHANED_SAMPLES) {
            return orphanVerdicts.computeIfAbsent(gap.header().epochId(), _ -> judgeOrphans(gap));
        }
        if (!gap.hidesFrames()) {
            return Damage.Verdict.UNDETERMINED; // the bytes are as they were written
        }
        final Verdict examined = examinedBy(gap.from());
        if (examined != null) {
            return judgeExamined(gap, examined);
        }
        if (isAsserted(gap)) {
            return Damage.Verdict.LOST;
        }
        return switch (gap.kind()) {
            case UNCOMMITTED, CHECKSUM ->
                !isSameBoot(gap.header())
                        ? Damage.Verdict.TORN
                        : isAbandoned(gap) ? Damage.Verdict.HARMLESS : Damage.Verdict.UNDETERMINED;
            // A file is gone or cut: no crash looks like this.
            default -> Damage.Verdict.UNDETERMINED;
        };
    }

    private boolean isAbandoned(Gap gap) {
        return gap.kind() == Damage.Kind.UNCOMMITTED
                && gap.open()
                && gap.from() >= committedByEpoch.get(gap.header().epochId());
    }

    /// @return true if an opening saw as well that a range holds no valid frame
    private static boolean isKnown(Verdict verdict, long from, long to) {
        long known = from;
        for (final Verdict.Gap gap : verdict.gaps()) {
            if (gap.from() <= known) {
                known = Math.max(known, gap.to());
            }
        }
        return known >= to;
    }

    /// The worst of what the opening says of the gap; a part of which it says nothing held frames then.
    private static Damage.Verdict judgeExamined(Gap gap, Verdict examined) {
        final long end = Math.min(gap.to(), examined.end());
        long at = gap.from();
        int worst = Verdict.Gap.ABANDONED;
        for (final Verdict.Gap known : examined.gaps()) {
            if (known.from() <= at && at < known.to()) {
                at = known.to();
                worst = Verdict.Gap.worse(worst, known.meaning());
            }
        }
        if (at < end) {
            return Damage.Verdict.LOST;
        }
        return switch (worst) {
            case Verdict.Gap.TORN -> Damage.Verdict.TORN;
            case Verdict.Gap.LOST -> Damage.Verdict.LOST;
            case Verdict.Gap.ABANDONED -> Damage.Verdict.HARMLESS;
            default -> Damage.Verdict.UNDETERMINED;
        };
    }

    /// The samples are there, their definition is not: it fell into a gap of the same epoch, whose verdict is
    /// theirs.
    private Damage.Verdict judgeOrphans(Gap orphans) {
        Damage.Verdict worst = null;
        for (final Gap gap : gaps) {
            final boolean related = gap.header() == null
                    || gap.header().epochId() == orphans.header().epochId();
            if (gap.hidesFrames() && related) {
                final Damage.Verdict verdict = judge(gap);
                worst = worst == null || verdict.compareTo(worst) > 0 ? verdict : worst;
            }
        }
        return worst == null || worst == Damage.Verdict.HARMLESS ? Damage.Verdict.LOST : worst;
    }

    private boolean isSameBoot(SegmentHeader header) {
        return header != null
                && header.bootId().equals(bootId)
                && (bootId.getMostSignificantBits() | bootId.getLeastSignificantBits()) != 0;
    }

    /// Marks of an epoch speak of that epoch only, a missing file of none: there any epoch that reaches across it
    /// counts.
    private boolean isAsserted(Gap gap) {
        if (gap.header() != null) {
            return assertedIn(gap.header().epochId()) > gap.from();
        }
        return gap.from() >= 0 && durable() > gap.from();
    }

    /// @return everything found, judged, by position
    List<Damage> damages(int shard) {
        return gaps.stream()
                .sorted(Comparator.comparingLong(Gap::from))
                .map(gap -> {
                    final Damage.Verdict verdict = judge(gap);
                    return new Damage(
                            gap.file(),
                            shard,
                            gap.offset(),
                            gap.to() - gap.from(),
                            gap.from(),
                            gap.kind(),
                            verdict,
                            verdict == Damage.Verdict.HARMLESS ? 0 : gap.maxRecords(),
                            gap.detail());
                })
                .toList();
    }
}
