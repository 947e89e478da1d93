package io.seriatim.wal.mmap;

import io.seriatim.wal.Damage;
import io.seriatim.wal.DamagedLogException;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayPolicy;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.SegmentHeader;
import io.seriatim.wal.format.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Examines the tail of one shard when the log is opened, and makes durable what it finds.
///
/// # Why it is right
///
/// *Assumptions.* A segment is sealed only after everything up to its end was forced. A verdict stands first in
/// its epoch, and is written after the recovery that it describes has forced what it found.
///
/// *Guarantees.*
///
/// 1. **Evidence is never altered.** No byte changes in any file; new frames go to a new segment, with a new epoch
///    id.
/// 2. **What was only in the page cache becomes durable before anything new can be.** Every valid frame above the
///    position that its epoch proves durable is stored again, the same bytes, so that the pages are dirty whatever
///    a failed force of the dead process has made of them, and forced, oldest segment first. If that fails, the
///    log is not opened. Otherwise a second crash could tear off an older record and keep a newer one.
/// 3. **Repeating it changes nothing.** Until the verdict is durable, the next opening does the same work again.
///
/// *Example.* Process A appends to 5000, durable is 4500, and is killed. B opens, stores `[4096, 5000)` again,
/// forces it, and begins a new segment with the verdict {end 5000}. If power fails now, either the verdict is
/// there, and with it all up to 5000, or it is not, and then nothing of B's is.
final class ShardRecovery {
    private static final int COPY_BYTES = 1 << 20;
    private static final int PAGE_BYTES = 4096;
    private static final ReplayHandler NOBODY = new ReplayHandler() {
        @Override
        public void onSamples(Labels series, Samples samples) {}
    };

    private final Storage storage;
    private final ShardContents contents;
    private final List<SegmentFile> tail = new ArrayList<>();
    private ShardScan scan;
    private long storedAgainBytes;
    private WalEvents.Recovering event;

    ShardRecovery(Storage storage, ShardContents contents) {
        this.storage = storage;
        this.contents = contents;
    }

    /// Finds the tail. Changes nothing.
    ///
    /// @return what has to be read, before [#examined]
    SegmentFeed.Work begin() throws IOException {
        event = WalEvents.recoveryBegins();
        chooseTail();
        scan = new ShardScan(
                contents,
                new ScanRequest(storage, Long.MIN_VALUE, Long.MAX_VALUE, null, LabelMemory.UNBOUNDED),
                NOBODY,
                Cuts.NONE);
        return new SegmentFeed.Work(scan, tail);
    }

    /// Concludes from what was read.
    ///
    /// @throws DamagedLogException under STRICT if there is any damage
    void examined(ReplayPolicy policy) throws IOException {
        scan.finish();
        if (policy == ReplayPolicy.STRICT) {
            for (final Damage damage : scan.damages()) {
                if (damage.verdict() != Damage.Verdict.HARMLESS) {
                    throw new DamagedLogException(damage);
                }
            }
        }
    }

    /// Everything behind the last seal, unless a later epoch's verdict shows that it has been examined already.
    private void chooseTail() throws IOException {
        final List<SegmentFile> segments = contents.segments();
        SegmentFile following = null;
        for (int i = segments.size() - 1; i >= 0; i--) {
            final SegmentFile segment = segments.get(i);
            if (segment.header() != null) {
                final boolean examined = following != null
                        && following.header().epochId() != segment.header().epochId()
                        && beginsWithVerdict(following);
                if (segment.seal() != null || examined || segment.end() <= contents.floor()) {
                    return;
                }
                following = segment;
            }
            tail.addFirst(segment);
        }
    }

    private boolean beginsWithVerdict(SegmentFile segment) throws IOException {
        final FrameScanner scanner = new FrameScanner(PAGE_BYTES);
        try (StorageFile file = storage.open(segment.file(), false)) {
            scanner.open(file, segment);
            return scanner.nextCommitted() == FrameScanner.FRAME && scanner.type() == FrameLayout.VERDICT;
        }
    }

    /// Makes durable what was found. Must succeed before anything new is reachable.
    void makeDurable() throws IOException {
        for (final SegmentFile segment : tail) {
            if (segment.header() != null && scan.validEnd(segment) > 0) {
                final long proven = Math.max(
                                scan.findings().assertedIn(segment.header().epochId()),
                                segment.header().base())
                        - segment.header().base();
                final long from = Math.max(proven, SegmentHeader.HEADER_BYTES) & -PAGE_BYTES;
                final long to = scan.validEnd(segment) - segment.header().base();
                if (to > Math.max(proven, SegmentHeader.HEADER_BYTES)) {
                    storeAgain(segment, from, to);
                    storedAgainBytes += to - from;
                }
            }
        }
        event.ends(this);
    }

    private void storeAgain(SegmentFile segment, long from, long to) throws IOException {
        final ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(COPY_BYTES, to - from));
        try (StorageFile file = storage.open(segment.file(), true)) {
            for (long at = from; at < to; at += buffer.limit()) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), to - at));
                while (buffer.hasRemaining()) {
                    if (file.read(buffer, at + buffer.position()) <= 0) {
                        throw new IOException("file ends while it is read: offset=" + (at + buffer.position()));
                    }
                }
                buffer.flip();
                file.write(buffer, at);
            }
            file.force();
        }
    }

    /// @return what the first frame of the new epoch says
    Verdict verdict() {
        final long start = tailStart();
        long end = start;
        for (final SegmentFile segment : tail) {
            end = Math.max(end, scan.validEnd(segment));
        }
        final List<Verdict.Gap> gaps = new ArrayList<>();
        long prefixEnd = end;
        for (final Damage damage : scan.damages()) {
            final long from = damage.position();
            final long to = Math.min(end, from + damage.length());
            if (from < start || to <= from || !hidesFrames(damage)) {
                continue;
            }
            final int meaning = switch (damage.verdict()) {
                case HARMLESS -> Verdict.Gap.ABANDONED;
                case TORN -> Verdict.Gap.TORN;
                case LOST -> Verdict.Gap.LOST;
                case UNDETERMINED -> Verdict.Gap.UNDETERMINED;
            };
            if (meaning != Verdict.Gap.ABANDONED) {
                prefixEnd = Math.min(prefixEnd, from);
            }
            gaps.add(new Verdict.Gap(from, to, meaning));
        }
        // The end of an epoch before the last: without a word on it, a later reader would miss frames there.
        for (final Verdict.Gap unwritten : scan.findings().unwrittenEnds()) {
            gaps.add(new Verdict.Gap(
                    Math.max(start, unwritten.from()), Math.min(end, unwritten.to()), unwritten.meaning()));
        }
        return new Verdict(
                start, prefixEnd, end, Math.max(start, scan.findings().durable()), gaps);
    }

    private static boolean hidesFrames(Damage damage) {
        return switch (damage.kind()) {
            case CHECKSUM, UNCOMMITTED, TRUNCATED, MISSING_SEGMENT, BAD_HEADER -> true;
            default -> false;
        };
    }

    private long tailStart() {
        for (final SegmentFile segment : tail) {
            if (segment.header() != null) {
                return segment.header().base();
            }
        }
        return nextBase();
    }

    /// @return position of the first byte of the next segment: behind everything that any file may hold
    long nextBase() {
        long base = contents.floor() + PAGE_BYTES - 1 & -PAGE_BYTES;
        for (final SegmentFile segment : contents.segments()) {
            base = segment.header() != null && segment.problem() == null
                    ? Math.max(base, segment.end())
                    : segment.header() != null
                            ? Math.max(
                                    base,
                                    Math.max(segment.end(), segment.header().base() + segment.bytes()))
                            : base + (segment.bytes() + PAGE_BYTES - 1 & -PAGE_BYTES);
        }
        return base;
    }

    /// @return number of the next segment: above every file's
    long nextSequence() {
        return contents.segments().isEmpty() ? 0 : contents.segments().getLast().sequence() + 1;
    }

    /// @return number of the newest file that may be the log's own, -1 if there is none: a foreign one may be taken
    ///         away again without leaving a hole
    long predecessor() {
        return contents.segments().reversed().stream()
                .filter(segment -> segment.problem() != Damage.Kind.FOREIGN_SEGMENT)
                .mapToLong(SegmentFile::sequence)
                .findFirst()
                .orElse(-1);
    }

    /// @return what was found in the tail
    ReplayReport.Shard totals() {
        return scan.totals();
    }

    List<Damage> damages() {
        return scan.damages();
    }

    long storedAgainBytes() {
        return storedAgainBytes;
    }
}
