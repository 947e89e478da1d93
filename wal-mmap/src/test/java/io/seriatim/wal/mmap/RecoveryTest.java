package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Damage;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.MalformedFrameException;
import io.seriatim.wal.format.Verdict;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills, reopenings, truncation: a kill is a copy of the directory while the log is open.
class RecoveryTest {
    @TempDir
    private Path directory;

    private Path log() {
        return directory.resolve("log");
    }

    private static Verdict verdict(Path log, int segment) {
        final SegmentEditor edited = SegmentEditor.of(Logs.segments(log, 0).get(segment));
        final SegmentEditor.Frame frame = edited.frames().getFirst();
        assertEquals(FrameLayout.VERDICT, frame.type());
        try {
            return Verdict.decode(edited.bytes, frame.offset(), frame.length());
        } catch (MalformedFrameException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    @DisplayName("P1: killed again and again, everything appended is there, once, in order")
    void shouldKeepAllWhenKilledAgainAndAgain() {
        Path current = log();
        for (int life = 0; life < 8; life++) {
            try (MappedWal wal = MappedWal.open(Logs.config(current))) {
                Logs.appendRange(wal, life * 200, (life + 1) * 200);
                if (life % 3 == 1) {
                    Logs.flush(wal);
                }
                current = Logs.copy(current, directory.resolve("life-" + life));
            }
            final Logs.Replayed replayed = Logs.replayAfterReboot(current);
            assertEquals(Logs.range(0, (life + 1) * 200), replayed.records());
            assertEquals(List.of(), replayed.damages());
            assertEquals(life + 1, replayed.report().shards().getFirst().epochs());
        }
    }

    @Test
    @DisplayName("P4: the verdict says where the tail began and ended, what was durable, and each gap")
    void shouldWriteVerdictWhenTailIsTorn() {
        final Path killed;
        final long asserted;
        final long end;
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            asserted = Logs.fillAndAssert(wal, 10);
            Logs.appendRange(wal, 11, 20);
            end = Lsn.position(wal.checkpoint().lsn(0));
            killed = Logs.copy(log(), directory.resolve("killed"));
        }
        final SegmentEditor edited = SegmentEditor.of(Logs.segments(killed, 0).getFirst());
        final List<SegmentEditor.Frame> samples = edited.frames(FrameLayout.SAMPLE);
        final SegmentEditor.Frame lost = samples.get(3);
        final SegmentEditor.Frame torn = samples.get(15);
        edited.flip(lost.offset() + 20).flip(torn.offset() + 20).save();

        final ReplayReport recovered;
        try (MappedWal wal = MappedWal.open(Logs.config(killed), OtherBoot.storage(), null)) {
            recovered = wal.recovered();
        }
        final Verdict verdict = verdict(killed, Logs.segments(killed, 0).size() - 1);
        assertEquals(0, verdict.from());
        assertEquals(lost.offset(), verdict.prefixEnd());
        assertEquals(end, verdict.end());
        assertEquals(asserted, verdict.durable());
        assertEquals(
                List.of(
                        new Verdict.Gap(lost.offset(), lost.end(), Verdict.Gap.LOST),
                        new Verdict.Gap(torn.offset(), torn.end(), Verdict.Gap.TORN)),
                verdict.gaps());
        assertEquals(
                List.of(Damage.Verdict.LOST, Damage.Verdict.TORN),
                recovered.damages().stream().map(Damage::verdict).toList());
        assertEquals(recovered.damages(), Logs.replayAfterReboot(killed).damages());
    }

    @Test
    @DisplayName("edge 16: recovery changes no byte of what it finds, and gives the same twice")
    void shouldAlterNothingAndAgreeWhenRepeated() {
        final Path killed;
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 300);
            killed = Logs.copy(log(), directory.resolve("killed"));
        }
        final SegmentEditor edited = SegmentEditor.of(Logs.segments(killed, 0).getFirst());
        edited.flip(edited.frames(FrameLayout.SAMPLE).get(50).offset() + 20).save();
        final Map<String, Integer> before = Logs.content(killed);
        before.remove(LogFiles.META);
        final Path again = Logs.copy(killed, directory.resolve("again"));
        final List<List<Damage.Verdict>> verdicts = new ArrayList<>();
        final List<Verdict> written = new ArrayList<>();
        for (final Path log : List.of(killed, again)) {
            try (MappedWal wal = MappedWal.open(Logs.config(log))) {
                verdicts.add(
                        wal.recovered().damages().stream().map(Damage::verdict).toList());
            }
            written.add(verdict(log, Logs.segments(log, 0).size() - 1));
            final Map<String, Integer> after = Logs.content(log);
            before.forEach((name, hash) -> assertEquals(hash, after.get(name), name));
        }
        assertEquals(verdicts.get(0), verdicts.get(1));
        assertEquals(written.get(0), written.get(1));
    }

    @Test
    @DisplayName("edge 2: a crash between recovery and the verdict repeats recovery with the same result")
    void shouldRepeatRecoveryWhenVerdictIsNotThere() {
        final Path killed;
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 50);
            killed = Logs.copy(log(), directory.resolve("killed"));
        }
        // The second opening makes its first segment and dies before its verdict is on disk.
        final Path second;
        try (MappedWal _ = MappedWal.open(Logs.config(killed))) {
            second = Logs.copy(killed, directory.resolve("second"));
        }
        final SegmentEditor first = SegmentEditor.of(Logs.segments(second, 0).getLast());
        first.zero(4096, first.bytes.length).save();
        try (MappedWal wal = MappedWal.open(Logs.config(second))) {
            Logs.appendRange(wal, 50, 60);
        }
        final Logs.Replayed replayed = Logs.replayAfterReboot(second);
        assertEquals(Logs.range(0, 60), replayed.records());
        assertEquals(List.of(), replayed.damages());
    }

    @Test
    @DisplayName("edge 8: positions and sequences only grow, over kills, spares and clean closes")
    void shouldNeverUsePositionAgainWhenReopened() {
        long last = -1;
        Path current = log();
        for (int life = 0; life < 6; life++) {
            try (MappedWal wal = MappedWal.open(Logs.config(current))) {
                final long start = Lsn.position(wal.checkpoint().lsn(0));
                assertTrue(start > last, "start=" + start + " last=" + last);
                for (int i = 0; i < 5; i++) {
                    wal.doWork(); // spares
                }
                Logs.appendRange(wal, 0, 100);
                last = Lsn.position(wal.checkpoint().lsn(0));
                current = life % 2 == 0 ? Logs.copy(current, directory.resolve("life-" + life)) : current;
            }
        }
    }

    @Test
    @DisplayName("P4, edge 12: bit rot in the last batch of an idle log is a loss, not a torn end")
    void shouldReportLossWhenIdleLogRots() throws Exception {
        final Path killed;
        try (MappedWal wal = MappedWal.open(Logs.config(log()).callerRuns(false).flushEvery(Duration.ofMillis(1)))) {
            Logs.appendRange(wal, 0, 20);
            wal.flush();
            final Path segment = Logs.segments(log(), 0).getFirst();
            final long startNs = System.nanoTime();
            while (SegmentEditor.of(segment).asserted() < Lsn.position(wal.durable(0)) - 200
                    && System.nanoTime() - startNs < 10_000_000_000L) {
                Thread.sleep(1);
            }
            Thread.sleep(50);
            killed = Logs.copy(log(), directory.resolve("killed"));
        }
        final SegmentEditor edited = SegmentEditor.of(Logs.segments(killed, 0).getFirst());
        edited.flip(edited.frames(FrameLayout.SAMPLE).getLast().offset() + 20).save();
        assertEquals(
                List.of(Damage.Verdict.LOST), Logs.replayAfterReboot(killed).verdicts());
    }

    @Test
    @DisplayName("P3, edge 15: a frame of one shard does not validate in another")
    void shouldNotReadFramesWhenTheyAreOfAnotherShard() {
        try (MappedWal wal = MappedWal.open(Logs.config(log()).shards(2))) {
            for (int i = 0; i < 40; i++) {
                wal.series(Labels.of("i", "" + i)).append(i, i);
            }
        }
        final SegmentEditor from = SegmentEditor.of(Logs.segments(log(), 0).getFirst());
        final SegmentEditor to = SegmentEditor.of(Logs.segments(log(), 1).getFirst());
        System.arraycopy(from.bytes, 4096, to.bytes, 4096, from.bytes.length - 4096);
        to.save();
        final Logs.Replayed replayed = Logs.replay(log());
        assertEquals(
                0,
                replayed.report().shards().get(1).samples()
                        + replayed.report().shards().get(1).orphans());
        assertEquals(ReplayReport.State.DAMAGED, replayed.state());
    }

    @Test
    @DisplayName("P3, edge 18: a dump of the segment inside an opaque record is not read as frames")
    void shouldNotReadDumpWhenItsRecordIsDamaged() throws Exception {
        final byte[] dump;
        try (MappedWal wal = MappedWal.open(Logs.config(log()).segmentBytes(64 * 1024))) {
            Logs.appendRange(wal, 0, 100);
            dump = Files.readAllBytes(Logs.segments(log(), 0).getFirst());
            wal.appendRecord(0, 1, dump, 4096, 8192);
            Logs.appendRange(wal, 100, 110);
        }
        final SegmentEditor edited = SegmentEditor.of(Logs.segments(log(), 0).getFirst());
        final SegmentEditor.Frame record = edited.frames(FrameLayout.RECORD).getFirst();
        edited.flip(record.offset() + 8000).save();

        final Logs.Replayed replayed = Logs.replay(log());
        assertEquals(Logs.range(0, 110), replayed.records());
        assertEquals(record.offset(), replayed.damages().getFirst().offset());
        assertEquals(
                FrameLayout.align(record.length()),
                replayed.damages().getFirst().length());
    }

    @Test
    @DisplayName("P3, edge 19: a lost epoch counter gives no epoch twice, and no orphan other labels")
    void shouldCountOnWhenEpochIsLost() throws Exception {
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 10);
        }
        final byte[] old = Files.readAllBytes(log().resolve(LogFiles.META));
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            wal.series(Logs.DISK).append(0, 0);
        }
        Files.write(log().resolve(LogFiles.META), old);
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            wal.series(Labels.of("i", "third")).append(0, 0);
            wal.series(Labels.of("i", "third")).append(1, 1);
        }
        final List<Long> epochs = Logs.segments(log(), 0).stream()
                .map(file -> SegmentEditor.of(file).header.epoch())
                .toList();
        assertEquals(List.of(1L, 2L, 3L), epochs);
        final SegmentEditor edited = SegmentEditor.of(Logs.segments(log(), 0).getLast());
        edited.flip(edited.frames(FrameLayout.SAMPLES).getFirst().offset() + 40).save();
        assertEquals(1, Logs.replay(log()).report().orphans());
    }

    @Test
    @DisplayName("edge 22: 4, 2, 4 shards: positions go on, every directory is recovered and truncated")
    void shouldRecoverAndTruncateEveryDirectoryWhenShardCountChanges() {
        final Map<Integer, Long> ends = new HashMap<>();
        Path current = log();
        for (final int shards : new int[] {4, 2, 4}) {
            try (MappedWal wal = MappedWal.open(Logs.config(current).shards(shards))) {
                for (int shard = 0; shard < shards; shard++) {
                    assertTrue(Lsn.position(wal.checkpoint().lsn(shard)) > ends.getOrDefault(shard, 0L));
                }
                for (int i = 0; i < 400; i++) {
                    wal.series(Labels.of("i", "" + i % 16)).append(i, shards);
                }
                for (int shard = 0; shard < shards; shard++) {
                    ends.put(shard, Lsn.position(wal.checkpoint().lsn(shard)));
                }
                current = Logs.copy(
                        current,
                        directory.resolve(
                                "after-" + shards + "-" + ends.size() + current.getNameCount() + current.hashCode()));
            }
        }
        final Logs.Replayed replayed = Logs.replayAfterReboot(current);
        assertEquals(1200, replayed.records().size());
        assertEquals(ReplayReport.State.SOUND, replayed.state(), replayed.damages()::toString);

        try (MappedWal wal = MappedWal.open(Logs.config(current).shards(1))) {
            final Checkpoint all = wal.checkpoint();
            assertEquals(4, all.shards());
            Logs.flush(wal);
            wal.truncateBefore(all);
            Logs.appendRange(wal, 0, 5);
            for (int shard = 1; shard < 4; shard++) {
                assertEquals(List.of(), Logs.segments(current, shard));
            }
        }
        final Logs.Replayed truncated = Logs.replay(current);
        assertEquals(Logs.range(0, 5), truncated.records());
        assertEquals(ReplayReport.State.SOUND, truncated.state(), truncated.damages()::toString);
    }

    @Test
    @DisplayName("P4, edge 23: a segment below the floor that comes back is neither replayed nor a false alarm")
    void shouldIgnoreSegmentWhenItComesBackBelowFloor() throws Exception {
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 1000);
            Logs.flush(wal);
            wal.doWork();
            final Path old = Logs.copy(log(), directory.resolve("old"));
            wal.truncateBefore(wal.durable(0));
            Logs.appendRange(wal, 1000, 1010);
            Logs.flush(wal);
            // The deletions of N and N-1 reached the disk, that of N-2 did not.
            final Path back = Logs.segments(old, 0).get(2);
            Files.copy(back, LogFiles.shard(log(), 0).resolve(back.getFileName()));
        }
        final Logs.Replayed replayed = Logs.replayAfterReboot(log());
        assertEquals(Logs.range(1000, 1010), replayed.records());
        assertEquals(List.of(), replayed.damages());
        MappedWal.open(Logs.config(log())).close();
        assertEquals(List.of(), Logs.replay(log()).damages());
    }

    @Test
    @DisplayName("P3, edge 24: a file that is truncated away does not change under its reader")
    void shouldKeepBytesWhenSegmentIsTruncatedUnderReader() throws Exception {
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 300);
            final Path first = Logs.segments(log(), 0).getFirst();
            try (StorageFile open = FileStorage.INSTANCE.open(first, false)) {
                Logs.flush(wal);
                wal.doWork();
                final byte[] before = Files.readAllBytes(first);
                wal.truncateBefore(wal.durable(0));
                for (int i = 0; i < 10; i++) {
                    Logs.appendRange(wal, 0, 100);
                    Logs.flush(wal);
                }
                assertTrue(Files.notExists(first));
                final ByteBuffer now = ByteBuffer.allocate(before.length);
                open.read(now, 0);
                assertEquals(ByteBuffer.wrap(before), now.flip());
            }
        }
    }

    @Test
    @DisplayName("P12, edge 13: a file cut short under the reader ends in a report")
    void shouldReportWhenFileIsCutWhileRead() {
        try (MappedWal wal = MappedWal.open(Logs.config(log()).segmentBytes(4 << 20))) {
            Logs.appendRange(wal, 0, 60_000);
        }
        final SegmentEditor edited = SegmentEditor.of(Logs.segments(log(), 0).getFirst());
        final int[] seen = {0};
        final ReplayReport report = MappedWal.replay(log(), ReplayOptions.defaults(), (series, samples) -> {
            if (seen[0]++ == 0) {
                edited.save(100_000);
            }
        });
        assertTrue(seen[0] < 60_000);
        assertEquals(ReplayReport.State.DAMAGED, report.state());
    }
}
