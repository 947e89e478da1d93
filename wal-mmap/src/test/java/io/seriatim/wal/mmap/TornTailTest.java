package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Damage;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.SegmentHeader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Cuts and flips a small log at every byte. It holds two batches, the first asserted durable by the mark of the
/// second, then the last record; the machine has been restarted since.
class TornTailTest {
    private static final int ASSERTED = 10;
    private static final int ALL = 20;

    @TempDir
    private Path directory;

    private Path log;
    private SegmentEditor written;
    private List<SegmentEditor.Frame> frames;
    private long asserted;

    @BeforeEach
    void write() {
        try (MappedWal wal = MappedWal.open(Logs.config(directory.resolve("log")))) {
            Logs.appendRange(wal, 0, ASSERTED);
            Logs.flush(wal);
            asserted = Lsn.position(wal.durable(0));
            Logs.appendRange(wal, ASSERTED, ALL - 1);
            Logs.flush(wal);
            Logs.appendRange(wal, ALL - 1, ALL);
            log = Logs.copy(directory.resolve("log"), directory.resolve("killed"));
        }
        written = SegmentEditor.of(Logs.segments(log, 0).getFirst());
        frames = written.frames();
        assertEquals(asserted, written.asserted());
    }

    private SegmentEditor fresh() {
        final SegmentEditor copy = SegmentEditor.of(written.file);
        System.arraycopy(written.bytes, 0, copy.bytes, 0, copy.bytes.length);
        return copy;
    }

    /// @return how many records lie wholly below an offset
    private int recordsBelow(int offset) {
        return (int) frames.stream()
                .filter(this::isRecord)
                .filter(frame -> frame.end() <= offset)
                .count();
    }

    /// @return how many records are byte for byte as they were written: zeros may end a frame anyway
    private int unharmed(SegmentEditor edited) {
        return (int) frames.stream()
                .filter(this::isRecord)
                .filter(frame -> Arrays.equals(
                        edited.bytes, frame.offset(), frame.end(), written.bytes, frame.offset(), frame.end()))
                .count();
    }

    private boolean isRecord(SegmentEditor.Frame frame) {
        return frame.type() == FrameLayout.SAMPLE || frame.type() == FrameLayout.SAMPLES;
    }

    private boolean isBoundary(int offset) {
        return frames.stream().anyMatch(frame -> frame.offset() == offset)
                || frames.getLast().end() == offset;
    }

    @Test
    @DisplayName("P4: zeros from any byte on: every record before is found, and the report is right")
    void shouldFindWhatLiesBeforeWhenZeroFromAnyByteOn() {
        for (int cut = SegmentHeader.HEADER_BYTES; cut <= frames.getLast().end(); cut++) {
            final SegmentEditor edited = fresh().zero(cut, written.bytes.length).save();
            final Logs.Replayed replayed = Logs.replayAfterReboot(log);
            final String at = "cut=" + cut + " " + replayed.damages();

            assertEquals(Logs.range(0, unharmed(edited)), replayed.records(), at);
            // The mark that asserts the first batch lies behind it, so whatever is cut was not asserted by what is
            // left.
            assertFalse(replayed.verdicts().contains(Damage.Verdict.LOST), at);
            if (isBoundary(cut)) {
                assertEquals(List.of(), replayed.damages(), at);
            } else if (!replayed.damages().isEmpty()) {
                assertEquals(List.of(Damage.Verdict.TORN), replayed.verdicts(), at);
                assertTrue(replayed.damages().getFirst().offset() <= cut, at);
            }
        }
        written.save();
    }

    @Test
    @DisplayName("P4: a file cut at any byte: every record before is found, the cut reported where it is")
    void shouldFindWhatLiesBeforeWhenFileIsCutAtAnyByte() {
        for (int cut = SegmentHeader.HEADER_BYTES; cut <= frames.getLast().end(); cut++) {
            written.save(cut);
            final Logs.Replayed replayed = Logs.replayAfterReboot(log);
            final String at = "cut=" + cut + " " + replayed.damages();

            assertEquals(Logs.range(0, recordsBelow(cut)), replayed.records(), at);
            final int expected = cut;
            assertTrue(
                    replayed.damages().stream()
                            .anyMatch(damage -> damage.kind() == Damage.Kind.TRUNCATED && damage.offset() == expected),
                    at);
            assertEquals(ReplayReport.State.DAMAGED, replayed.state(), at);
        }
        for (int cut = 0; cut < SegmentHeader.HEADER_BYTES; cut += 61) {
            written.save(cut);
            final Logs.Replayed replayed = Logs.replayAfterReboot(log);
            assertEquals(List.of(), replayed.records());
            assertEquals(Damage.Kind.BAD_HEADER, replayed.kinds().getFirst());
        }
        written.save();
    }

    @Test
    @DisplayName("P4: a flipped byte below the asserted position is a loss, above it a torn end")
    void shouldTellLossFromTornEndWhenAnyByteIsFlipped() {
        for (final SegmentEditor.Frame frame : frames) {
            for (int offset = frame.offset(); offset < frame.end(); offset += isTail(frame) ? 1 : 5) {
                fresh().flip(offset).save();
                final Logs.Replayed replayed = Logs.replayAfterReboot(log);
                final String at = "flip=" + offset + " frame=" + frame + " " + replayed.damages();

                final boolean mark = frame.type() == FrameLayout.MARK;
                final boolean lost = frame.offset() < (mark && isAssertion(frame) ? 0 : asserted);
                assertEquals(
                        1,
                        replayed.report().damages().stream()
                                .filter(this::hidesFrames)
                                .count(),
                        at);
                final Damage damage = replayed.damages().stream()
                        .filter(this::hidesFrames)
                        .findFirst()
                        .orElseThrow();
                assertEquals(frame.offset(), damage.offset(), at);
                assertEquals(lost ? Damage.Verdict.LOST : Damage.Verdict.TORN, damage.verdict(), at);
                assertTrue(replayed.records().size() + replayed.orphans().size() >= ALL - damage.maxRecords(), at);
            }
        }
        written.save();
    }

    private boolean hidesFrames(Damage damage) {
        return damage.kind() != Damage.Kind.ORPHANED_SAMPLES;
    }

    /// The one mark that asserts the first batch: if it is damaged, nothing asserts anything.
    private boolean isAssertion(SegmentEditor.Frame frame) {
        return frame.offset() == written.frames(FrameLayout.MARK).getLast().offset();
    }

    private boolean isTail(SegmentEditor.Frame frame) {
        return frames.indexOf(frame) >= frames.size() - 2;
    }

    @Test
    @DisplayName("P4: the detector's own test: with marks that assert nothing, loss is not seen")
    void shouldSeeNoLossWhenMarksAssertNothing() {
        final int below = frames.stream().filter(this::isRecord).toList().get(3).offset() + 20;
        fresh().flip(below).save();
        assertEquals(List.of(Damage.Verdict.LOST), Logs.replayAfterReboot(log).verdicts());

        fresh().forgetAssertions().flip(below).save();
        assertEquals(List.of(Damage.Verdict.TORN), Logs.replayAfterReboot(log).verdicts());
        written.save();
    }

    @Test
    @DisplayName("P4: records around a damaged one are found, exactly those")
    void shouldLoseOneRecordWhenOneFrameIsFlipped() {
        final List<SegmentEditor.Frame> samples = written.frames(FrameLayout.SAMPLE);
        for (int i = 0; i < samples.size(); i++) {
            fresh().flip(samples.get(i).offset() + 17).save();
            final Logs.Replayed replayed = Logs.replayAfterReboot(log);
            final List<String> expected = Logs.range(0, ALL);
            expected.remove(i + 1); // the first record is the one that defines the series
            assertEquals(expected, replayed.records());
            assertEquals(32, replayed.damages().getFirst().length());
        }
        written.save();
    }

    @Test
    @DisplayName("P4: zeros below what a seal asserts are a loss")
    void shouldReportLossWhenSealedSegmentEndsInZeros() {
        final Path closed = Logs.segments(directory.resolve("log"), 0).getFirst();
        final SegmentEditor edited = SegmentEditor.of(closed);
        edited.zero(edited.frames(FrameLayout.SAMPLE).get(12).offset(), edited.bytes.length)
                .save();

        final Logs.Replayed replayed = Logs.replayAfterReboot(directory.resolve("log"));
        assertEquals(List.of(Damage.Verdict.LOST), replayed.verdicts());
        assertEquals(Logs.range(0, 13), replayed.records());
    }

    @Test
    @DisplayName("P4: after a kill, on the same boot, an open claim is harmless, and a torn one after a reboot")
    void shouldTellAbandonedClaimFromTornEndWhenBootIsKnown() {
        final SegmentEditor.Frame claimed = written.frames(FrameLayout.SAMPLE).getLast(); // behind every mark
        final SegmentEditor edited = fresh().zero(claimed.offset(), claimed.end());
        Bytes.putInt(edited.bytes, claimed.offset(), -claimed.length());
        edited.save();

        assertEquals(List.of(Damage.Verdict.HARMLESS), Logs.replay(log).verdicts());
        assertEquals(ReplayReport.State.SOUND, Logs.replay(log).state());
        assertEquals(List.of(Damage.Verdict.TORN), Logs.replayAfterReboot(log).verdicts());
        written.save();
    }
}
