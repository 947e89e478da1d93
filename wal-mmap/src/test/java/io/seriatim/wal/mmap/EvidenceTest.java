package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Damage;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.SegmentHeader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What damage is taken for, and by which evidence.
class EvidenceTest {
    @TempDir
    private Path directory;

    private Path log() {
        return directory.resolve("log");
    }

    /// What a kill leaves.
    private Path killed(MappedWal wal, String name) {
        return Logs.copy(wal.config().directory(), directory.resolve(name));
    }

    /// A log with `count` samples of which nothing is asserted durable, killed.
    private Path killedUnasserted(int count) {
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, count);
            return killed(wal, "killed");
        }
    }

    private static MappedWal openAfterReboot(Path log) {
        return MappedWal.open(Logs.config(log), OtherBoot.storage(), null);
    }

    private static SegmentEditor segment(Path log, int index) {
        return SegmentEditor.of(Logs.segments(log, 0).get(index));
    }

    @Test
    @DisplayName("P4: a frame lost after the opening that saw it is a loss, also beside one that was torn before")
    void shouldReportLossWhenExaminedFrameGoesBesideTornOne() {
        final Path log = killedUnasserted(10);
        final List<SegmentEditor.Frame> samples = segment(log, 0).frames(FrameLayout.SAMPLE);
        segment(log, 0).flip(samples.get(3).offset() + 20).save();
        openAfterReboot(log).close();
        assertEquals(List.of(Damage.Verdict.TORN), Logs.replayAfterReboot(log).verdicts());

        segment(log, 0).flip(samples.get(4).offset() + 20).save();

        assertEquals(List.of(Damage.Verdict.LOST), Logs.replayAfterReboot(log).verdicts());
    }

    @Test
    @DisplayName("P4: the unwritten end of an epoch is no loss when the verdict behind it was torn off")
    void shouldReportNoLossWhenTwoEpochsAreExaminedAtOnce() {
        final Path first = killedUnasserted(10);
        final Path second;
        try (MappedWal wal = MappedWal.open(Logs.config(first))) {
            Logs.appendRange(wal, 10, 20);
            second = killed(wal, "second");
        }
        final SegmentEditor torn = segment(second, Logs.segments(second, 0).size() - 1);
        torn.flip(torn.frames(FrameLayout.VERDICT).getFirst().offset() + 20).save();
        openAfterReboot(second).close();

        final Logs.Replayed replayed = Logs.replayAfterReboot(second);
        assertEquals(Logs.range(0, 20), replayed.records());
        assertEquals(List.of(Damage.Verdict.TORN), replayed.verdicts(), replayed.damages()::toString);
    }

    @Test
    @DisplayName("P4: what a verdict says holds when its segment is left out by time")
    void shouldBelieveVerdictWhenItsSegmentIsSkipped() {
        final Path log = killedUnasserted(10);
        final List<SegmentEditor.Frame> samples = segment(log, 0).frames(FrameLayout.SAMPLE);
        try (MappedWal wal = MappedWal.open(Logs.config(log))) {
            Logs.appendRange(wal, 1_000_000, 1_000_010);
        }
        segment(log, 0).flip(samples.get(4).offset() + 20).save();

        assertEquals(List.of(Damage.Verdict.LOST), Logs.replayAfterReboot(log).verdicts());
        final Logs.Replayed early =
                Logs.replay(OtherBoot.storage(), log, ReplayOptions.defaults().between(0, 100));
        assertEquals(1, early.report().shards().getFirst().skipped());
        assertEquals(List.of(Damage.Verdict.LOST), early.verdicts());
        assertTrue(early.report().shards().getFirst().closed());
    }

    @Test
    @DisplayName("P4: a file cut below what a later mark asserts is a loss")
    void shouldReportLossWhenFileIsCutBelowAssertion() {
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 300);
        }
        final SegmentEditor cut = segment(log(), 0);
        cut.save(cut.bytes.length / 2 + 800);

        assertTrue(Logs.replay(log()).damages().stream()
                .filter(damage -> damage.kind() == Damage.Kind.TRUNCATED)
                .allMatch(damage -> damage.verdict() == Damage.Verdict.LOST));
        assertEquals(ReplayReport.State.DAMAGED, Logs.replay(log()).state());
    }

    @Test
    @DisplayName("P4: below the floor nothing is damage: no malformed frame, no empty file")
    void shouldReportNothingWhenDamageLiesBelowFloor() throws Exception {
        final Path killed;
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 100);
            Logs.flush(wal);
            wal.truncateBefore(wal.durable(0));
            Logs.appendRange(wal, 100, 110);
            killed = killed(wal, "killed");
        }
        final SegmentEditor edited = segment(killed, 0);
        final int early = edited.frames(FrameLayout.SAMPLE).get(5).offset();
        Bytes.putInt(edited.bytes, early + FrameLayout.TYPE_OFFSET, FrameLayout.typeWord(FrameLayout.SAMPLE, 7));
        edited.sign(early);
        final int other = edited.frames(FrameLayout.SAMPLE).get(8).offset();
        edited.flip(other + 20);
        edited.save();

        final Logs.Replayed replayed = Logs.replay(killed);
        assertEquals(List.of(), replayed.damages());
        assertEquals(Logs.range(100, 110), replayed.records());
    }

    @Test
    @DisplayName("P4, edge 23: an empty file revived below the floor is no damage")
    void shouldReportNothingWhenEmptyFileIsRevivedBelowFloor() throws Exception {
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 1000);
            Logs.flush(wal);
            wal.doWork();
            wal.truncateBefore(wal.durable(0));
        }
        final Path first = LogFiles.segment(LogFiles.shard(log(), 0), 0);
        assertTrue(Files.notExists(first));
        Files.write(first, new byte[0]);

        assertEquals(List.of(), Logs.replay(log()).damages());
    }

    @Test
    @DisplayName("P4: a frame of an unknown type is reported, and is no loss")
    void shouldReportUndeterminedWhenTypeIsUnknown() {
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 10);
        }
        final SegmentEditor edited = segment(log(), 0);
        final int offset = edited.frames(FrameLayout.SAMPLE).get(5).offset();
        Bytes.putInt(edited.bytes, offset + FrameLayout.TYPE_OFFSET, FrameLayout.typeWord(99, 0));
        edited.sign(offset).save();

        final Logs.Replayed replayed = Logs.replay(log());
        assertEquals(List.of(Damage.Kind.UNKNOWN_TYPE), replayed.kinds());
        assertEquals(List.of(Damage.Verdict.UNDETERMINED), replayed.verdicts());
        assertEquals(offset, replayed.damages().getFirst().offset());
        assertEquals(9, replayed.records().size());
    }

    @Test
    @DisplayName("P4: a lost wal.meta is reported, and the segments truncated before are not mistaken for lost")
    void shouldReportLostMetaWhenItIsRebuilt() throws Exception {
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 1000);
            Logs.flush(wal);
            wal.doWork();
            wal.truncateBefore(wal.durable(0));
        }
        assertEquals(ReplayReport.State.SOUND, Logs.replay(log()).state());
        Files.delete(log().resolve(LogFiles.META));

        final Logs.Replayed lost = Logs.replay(log());
        assertTrue(
                lost.damages().stream().anyMatch(damage -> damage.file().endsWith(LogFiles.META)),
                lost.damages()::toString);
        assertTrue(!lost.verdicts().contains(Damage.Verdict.LOST));

        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            assertTrue(wal.recovered().damages().stream()
                    .anyMatch(damage -> damage.file().endsWith(LogFiles.META)));
        }
        assertEquals(List.of(), Logs.replay(log()).damages());
    }

    @Test
    @DisplayName("P4: a shard whose directory is gone is reported")
    void shouldReportShardWhenItsDirectoryIsGone() throws Exception {
        try (MappedWal wal = MappedWal.open(Logs.config(log()).shards(3))) {
            for (int i = 0; i < 30; i++) {
                wal.series(Labels.of("i", "" + i)).append(i, i);
            }
        }
        for (final Path segment : Logs.segments(log(), 1)) {
            Files.delete(segment);
        }
        Files.delete(LogFiles.shard(log(), 1));

        final Logs.Replayed replayed = Logs.replay(log());
        assertEquals(List.of(Damage.Kind.MISSING_SEGMENT), replayed.kinds());
        assertEquals(1, replayed.damages().getFirst().shard());
        assertEquals(ReplayReport.State.DAMAGED, replayed.state());
    }

    @Test
    @DisplayName("P3: only the first frame of an epoch is a verdict")
    void shouldRefuseVerdictWhenItIsNotFirst() {
        final Path log = killedUnasserted(10);
        final SegmentEditor edited = segment(log, 0);
        final SegmentEditor.Frame last = edited.frames().getLast();
        final SegmentEditor.Frame verdict = edited.frames(FrameLayout.VERDICT).getFirst();
        System.arraycopy(edited.bytes, verdict.offset(), edited.bytes, last.end(), verdict.length());
        edited.sign(last.end()).save();

        assertEquals(List.of(Damage.Kind.MALFORMED), Logs.replay(log).kinds());
    }

    @Test
    void shouldCountOnlyWhatIsHandedOnWhenRangeIsGiven() {
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 10);
        }
        final Logs.Replayed replayed =
                Logs.replay(log(), ReplayOptions.defaults().between(3, 5));
        assertEquals(Logs.range(3, 6), replayed.records());
        assertEquals(3, replayed.report().records());
        assertEquals(3, replayed.report().samples());
    }

    @Test
    @DisplayName("P3: a destroyed header does not make records of its neighbour appear twice")
    void shouldReplayOnceWhenHeaderlessCopyFitsTheNeighbour() throws Exception {
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 300);
        }
        // The second file moves up; its copy without a header takes a place that no file ever had.
        final List<Path> files = Logs.segments(log(), 0);
        final SegmentEditor last = SegmentEditor.of(files.getLast());
        final SegmentHeader old = last.header;
        final SegmentHeader moved = new SegmentHeader(
                old.walId(),
                old.shard(),
                old.shards(),
                old.epochId(),
                old.epoch(),
                old.sequence() + 1,
                old.predecessor(),
                old.base(),
                old.segmentBytes(),
                old.timeUnit(),
                old.createdMs(),
                old.bootId());
        final Path target = LogFiles.segment(files.getLast().getParent(), moved.sequence());
        final byte[] bytes = last.bytes.clone();
        System.arraycopy(moved.encode(), 0, bytes, 0, SegmentHeader.BLOCK_BYTES);
        Files.write(target, bytes);
        last.zero(0, SegmentHeader.HEADER_BYTES).save();

        assertEquals(Logs.range(0, 300), Logs.replay(log()).records());
    }

    @Test
    @DisplayName("P4: the first segment of a later epoch is read when its header is destroyed")
    void shouldReadSegmentWhenHeaderOfLaterEpochIsDestroyed() {
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 10);
        }
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 10, 300);
        }
        segment(log(), 1).zero(0, SegmentHeader.BLOCK_BYTES).save();

        final Logs.Replayed replayed = Logs.replay(log());
        assertEquals(Logs.range(0, 300), replayed.records());
        assertEquals(List.of(Damage.Kind.BAD_HEADER), replayed.kinds());
        assertEquals(0, replayed.damages().getFirst().maxRecords());
    }

    @Test
    @DisplayName("P4: a foreign file, taken away again, leaves no hole")
    void shouldReportNothingWhenForeignFileIsTakenAway() throws Exception {
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 10);
        }
        final Path other = directory.resolve("other");
        try (MappedWal wal = MappedWal.open(Logs.config(other))) {
            Logs.appendRange(wal, 0, 300);
        }
        final Path foreign = LogFiles.segment(LogFiles.shard(log(), 0), 1);
        Files.copy(Logs.segments(other, 0).get(1), foreign);
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 10, 20);
        }
        final Logs.Replayed with = Logs.replay(log());
        assertEquals(List.of(Damage.Kind.FOREIGN_SEGMENT), with.kinds());
        assertEquals(Logs.range(0, 20), with.records());
        Files.delete(foreign);

        assertEquals(List.of(), Logs.replay(log()).damages());
    }

    @Test
    @DisplayName("P3: positions go on behind a segment whose header is destroyed, whatever its length")
    void shouldNotUsePositionsAgainWhenHeaderOfLongSegmentIsDestroyed() {
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 10);
        }
        final long before;
        try (MappedWal wal = MappedWal.open(Logs.config(log()).segmentBytes(1 << 20))) {
            Logs.appendRange(wal, 10, 10_000);
            before = Lsn.position(wal.checkpoint().lsn(0));
        }
        segment(log(), 1).zero(0, SegmentHeader.HEADER_BYTES).save();
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            assertTrue(Lsn.position(wal.checkpoint().lsn(0)) > before);
        }
    }

    /// What is found on the boot that wrote the log, then, by the same boot, after an opening has noted it, and by
    /// another boot.
    private static void assertVerdicts(Path log, Damage.Verdict sameBoot, Damage.Verdict afterReboot) {
        assertEquals(List.of(afterReboot), Logs.replayAfterReboot(log).verdicts());
        assertEquals(List.of(sameBoot), Logs.replay(log).verdicts());
        MappedWal.open(Logs.config(log)).close();
        assertEquals(List.of(sameBoot), Logs.replay(log).verdicts());
        assertEquals(List.of(sameBoot), Logs.replayAfterReboot(log).verdicts());
    }

    private static void reopen(SegmentEditor edited, SegmentEditor.Frame frame) {
        edited.zero(frame.offset(), frame.end());
        Bytes.putInt(edited.bytes, frame.offset(), -frame.length());
    }

    @Test
    @DisplayName("P1, P4: a committed frame whose bytes are others is no torn end while the machine runs on")
    void shouldNotCallItTornWhenNoCrashExplainsIt() {
        final Path log = killedUnasserted(10);
        final SegmentEditor edited = segment(log, 0);
        edited.flip(edited.frames(FrameLayout.SAMPLE).get(3).offset() + 20).save();

        assertVerdicts(log, Damage.Verdict.UNDETERMINED, Damage.Verdict.TORN);
    }

    @Test
    @DisplayName("P1, P4: an open claim does not hide the damaged frame behind it")
    void shouldNotCallItHarmlessWhenDamageFollowsOpenClaim() {
        final Path log = killedUnasserted(10);
        final SegmentEditor edited = segment(log, 0);
        final List<SegmentEditor.Frame> samples = edited.frames(FrameLayout.SAMPLE);
        reopen(edited, samples.get(3));
        edited.flip(samples.get(4).offset() + 20).save();

        assertVerdicts(log, Damage.Verdict.UNDETERMINED, Damage.Verdict.TORN);
    }

    @Test
    @DisplayName("P1, P4: what killed producers leave is harmless: claims side by side, one of them not marked yet")
    void shouldCallClaimsHarmlessWhenProducersWereKilled() {
        final Path log = killedUnasserted(10);
        final SegmentEditor edited = segment(log, 0);
        final List<SegmentEditor.Frame> samples = edited.frames(FrameLayout.SAMPLE);
        reopen(edited, samples.get(3));
        edited.zero(samples.get(4).offset(), samples.get(4).end());
        reopen(edited, samples.get(5));
        edited.save();

        assertVerdicts(log, Damage.Verdict.HARMLESS, Damage.Verdict.TORN);
    }

    @Test
    @DisplayName("P1, P4: whole pages of zeros are no claims, but what the kernel drops after a failed force")
    void shouldNotCallItHarmlessWhenWholePagesAreGone() {
        final Path log;
        try (MappedWal wal = MappedWal.open(Logs.config(log()).segmentBytes(64 * 1024))) {
            Logs.appendRange(wal, 0, 600);
            log = killed(wal, "killed");
        }
        final SegmentEditor edited = segment(log, 0);
        final List<SegmentEditor.Frame> samples = edited.frames(FrameLayout.SAMPLE);
        edited.zero(samples.get(100).offset(), samples.get(400).offset()).save();

        assertVerdicts(log, Damage.Verdict.UNDETERMINED, Damage.Verdict.TORN);
    }

    @Test
    @DisplayName("P1, P4: a hole where a mark says that all was committed is no open claim")
    void shouldNotCallItHarmlessWhenMarkSaysThatItWasCommitted() {
        final Path log;
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 10);
            Logs.flush(wal); // its mark asserts nothing yet
            Logs.appendRange(wal, 10, 20);
            log = killed(wal, "killed");
        }
        final SegmentEditor edited = segment(log, 0);
        final List<SegmentEditor.Frame> samples = edited.frames(FrameLayout.SAMPLE);
        reopen(edited, samples.get(15));
        edited.save();
        assertEquals(List.of(Damage.Verdict.HARMLESS), Logs.replay(log).verdicts());

        reopen(edited, samples.get(3));
        edited.save();
        assertEquals(
                List.of(Damage.Verdict.UNDETERMINED, Damage.Verdict.HARMLESS),
                Logs.replay(log).verdicts());
    }
}
