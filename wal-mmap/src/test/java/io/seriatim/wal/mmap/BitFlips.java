package io.seriatim.wal.mmap;

import io.seriatim.wal.Damage;
import io.seriatim.wal.DamagedLogException;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayPolicy;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.SegmentHeader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Flips each bit of a segment of [EveryKindLog], one at a time, reads the log, and judges what it hands on.
///
/// * *A bit of a frame* (its padding to a multiple of 8 included): exactly that frame is missing, and what only it
///   could name; the damage is at its offset, as long as the frame; LOST below what its epoch asserts durable, TORN
///   above, after a reboot.
/// * *A bit of the header*: reported at once, and everything is read all the same with what the neighbours say.
/// * *Harmless*, which is shown and not believed: the body of a pad, the zeros of the first page that belong to
///   nobody, and the seal, which is advice. Every record is replayed, nothing is reported.
/// * *A bit of what was never written*: nothing missing, and the bytes are reported as TORN.
///
/// PREFIX gives the records before the damage and no other; STRICT refuses what SALVAGE does not call sound.
final class BitFlips {
    private static final ReplayOptions SALVAGE = ReplayOptions.defaults();

    private final EveryKindLog log = new EveryKindLog();
    private final MemoryStorage storage = log.rebooted();
    private final int strideOfOthers;
    final Tally tally = new Tally();

    /// How many flips came out how.
    static final class Tally {
        int harmless;
        int header;
        int lost;
        int torn;

        int all() {
            return harmless + header + lost + torn;
        }
    }

    /// @param strideOfOthers each bit is read under SALVAGE, each so manieth under PREFIX and STRICT too
    BitFlips(int strideOfOthers) {
        this.strideOfOthers = strideOfOthers;
    }

    /// Every bit of the full segment and of the newest one.
    ///
    /// @throws AssertionError naming the flip
    BitFlips run() {
        segment(log.full);
        segment(log.newest);
        return this;
    }

    private void segment(SegmentEditor segment) {
        for (int offset = 0; offset < segment.bytes.length; offset++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                storage.flip(segment.file, offset, bit);
                try {
                    flipped(segment, offset);
                } catch (AssertionError | RuntimeException failure) {
                    throw new AssertionError(
                            "file=" + segment.file + " offset=" + offset + " bit=" + bit + " of " + segment.frames(),
                            failure);
                }
                storage.flip(segment.file, offset, bit);
            }
        }
    }

    private void flipped(SegmentEditor segment, int offset) {
        final EveryKindLog.Found found = EveryKindLog.replay(storage, SALVAGE);
        if (offset < SegmentHeader.BLOCK_BYTES) {
            header(segment, offset, found);
        } else if (offset < SegmentHeader.HEADER_BYTES) {
            harmless(found);
        } else {
            final SegmentEditor.Frame hit = segment.frames().stream()
                    .filter(frame -> frame.offset() <= offset && offset < frame.end())
                    .findFirst()
                    .orElse(null);
            if (hit == null) {
                unwritten(segment, offset, found);
            } else if (hit.type() == FrameLayout.PAD && offset >= hit.offset() + FrameLayout.PAYLOAD_OFFSET) {
                harmless(found);
            } else {
                frame(segment, hit, found);
            }
        }
        if (tally.all() % strideOfOthers == 0) {
            otherPolicies(found);
        }
    }

    private void harmless(EveryKindLog.Found found) {
        check(found.items.equals(log.items), "harmless, and another replay");
        check(found.report.damages().isEmpty(), found.report.damages());
        tally.harmless++;
    }

    private void header(SegmentEditor segment, int offset, EveryKindLog.Found found) {
        final Damage damage = only(found);
        final boolean version = offset >= SegmentHeader.VERSION_OFFSET && offset < SegmentHeader.VERSION_OFFSET + 4;
        check(damage.kind() == Damage.Kind.BAD_HEADER || version && damage.kind() == Damage.Kind.NEWER_VERSION, damage);
        check(damage.file().equals(segment.file) && damage.offset() == 0, damage);
        check(damage.verdict() == Damage.Verdict.UNDETERMINED, damage);
        if (damage.kind() == Damage.Kind.BAD_HEADER) {
            check(found.items.equals(log.items), "not everything was read");
        } else {
            final Set<EveryKindLog.Item> others = new HashSet<>(log.items);
            log.items.stream().filter(item -> isIn(segment, item)).forEach(others::remove);
            check(new HashSet<>(found.items).equals(others), "a newer version was read, or others were not");
        }
        tally.header++;
    }

    private void frame(SegmentEditor segment, SegmentEditor.Frame hit, EveryKindLog.Found found) {
        final List<Damage> damages = new ArrayList<>(found.report.damages());
        damages.removeIf(damage -> damage.kind() == Damage.Kind.ORPHANED_SAMPLES);
        check(damages.size() == 1, found.report.damages());
        final Damage damage = damages.getFirst();
        check(damage.file().equals(segment.file), damage);
        check(damage.offset() == hit.offset() && damage.offset() + damage.length() == hit.end(), damage + " " + hit);
        check(damage.position() == segment.header.base() + hit.offset(), damage);
        check(damage.kind() == Damage.Kind.CHECKSUM || damage.kind() == Damage.Kind.UNCOMMITTED, damage);
        check(damage.maxRecords() >= 1, damage);
        final boolean durable = damage.position() < log.newest.asserted();
        check(damage.verdict() == (durable ? Damage.Verdict.LOST : Damage.Verdict.TORN), damage);
        missing(segment, hit, found);
        if (durable) {
            tally.lost++;
        } else {
            tally.torn++;
        }
    }

    /// The frame's own records are gone, and those whose series it had defined are orphans; all others are there.
    private void missing(SegmentEditor segment, SegmentEditor.Frame hit, EveryKindLog.Found found) {
        final long lsn = segment.header.base() + hit.end();
        final Set<Long> orphans = new HashSet<>();
        found.orphans.forEach(orphan -> orphans.add(orphan.lsn()));
        int next = 0;
        for (final EveryKindLog.Item item : log.items) {
            final boolean there = next < found.items.size() && item.equals(found.items.get(next));
            if (there) {
                next++;
            } else {
                check(item.lsn() == lsn || orphans.contains(item.lsn()) && isIn(segment, item), "missing " + item);
            }
            check(!there || item.lsn() != lsn, "believed " + item);
        }
        check(
                next == found.items.size(),
                "invented, or out of order: " + (next < found.items.size() ? found.items.get(next) : ""));
    }

    private void unwritten(SegmentEditor segment, int offset, EveryKindLog.Found found) {
        final Damage damage = only(found);
        check(found.items.equals(log.items), "another replay");
        check(damage.verdict() == Damage.Verdict.TORN, damage);
        check(damage.offset() == segment.frames().getLast().end(), damage);
        check(damage.offset() + damage.length() == (offset & -FrameLayout.ALIGNMENT) + FrameLayout.ALIGNMENT, damage);
        tally.torn++;
    }

    private void otherPolicies(EveryKindLog.Found salvaged) {
        final ReplayReport.State state = salvaged.report.state();
        final EveryKindLog.Found prefix = EveryKindLog.replay(storage, SALVAGE.policy(ReplayPolicy.PREFIX));
        check(isPrefix(prefix.items, log.items), "PREFIX is no prefix");
        check(isPrefix(prefix.items, salvaged.items), "PREFIX gives what SALVAGE does not");
        check(prefix.report.state() == state, prefix.report.state());
        try {
            final EveryKindLog.Found strict = EveryKindLog.replay(storage, SALVAGE.policy(ReplayPolicy.STRICT));
            check(state == ReplayReport.State.SOUND, "STRICT let it pass");
            check(strict.items.equals(log.items), "another replay under STRICT");
        } catch (DamagedLogException _) {
            check(state != ReplayReport.State.SOUND, "STRICT refused a sound log");
        }
    }

    private static boolean isPrefix(List<EveryKindLog.Item> prefix, List<EveryKindLog.Item> all) {
        return prefix.size() <= all.size() && prefix.equals(all.subList(0, prefix.size()));
    }

    private static boolean isIn(SegmentEditor segment, EveryKindLog.Item item) {
        return item.lsn() > segment.header.base() && item.lsn() <= segment.header.base() + segment.bytes.length;
    }

    private static Damage only(EveryKindLog.Found found) {
        check(found.report.damages().size() == 1, found.report.damages());
        return found.report.damages().getFirst();
    }

    private static void check(boolean holds, Object what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
