package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Damage;
import io.seriatim.wal.DamagedLogException;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayPolicy;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayPolicyTest {
    @TempDir
    private Path directory;

    private Path log() {
        return directory.resolve("log");
    }

    private static Logs.Replayed replay(Path log, ReplayPolicy policy) {
        return Logs.replay(OtherBoot.storage(), log, ReplayOptions.defaults().policy(policy));
    }

    private void write(int from, int to) {
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, from, to);
        }
    }

    private static int damage(Path log, int segment, int sample) {
        final SegmentEditor edited = SegmentEditor.of(Logs.segments(log, 0).get(segment));
        final int offset = edited.frames(FrameLayout.SAMPLE).get(sample).offset();
        edited.flip(offset + 20).save();
        return offset;
    }

    @ParameterizedTest
    @EnumSource(ReplayPolicy.class)
    void shouldReplayAllWhenLogIsSound(ReplayPolicy policy) {
        write(0, 300);
        final Logs.Replayed replayed = replay(log(), policy);
        assertEquals(Logs.range(0, 300), replayed.records());
        assertTrue(replayed.report().complete());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    @DisplayName("STRICT hands on nothing of a damaged log, PREFIX what lies before, SALVAGE all the rest")
    void shouldDoWhatPolicySaysWhenFrameIsLost(int threads) {
        write(0, 300);
        damage(log(), 1, 10);
        final ReplayOptions options = ReplayOptions.defaults().threads(threads);

        final List<String> none = new ArrayList<>();
        final DamagedLogException failure = assertThrows(
                DamagedLogException.class,
                () -> MappedWal.replay(log(), options.policy(ReplayPolicy.STRICT), (series, samples) -> none.add("")));
        assertEquals(Damage.Verdict.LOST, failure.damage().verdict());
        assertEquals(List.of(), none);

        final Logs.Replayed all = Logs.replay(log(), options);
        final Logs.Replayed prefix = Logs.replay(log(), options.policy(ReplayPolicy.PREFIX));
        assertEquals(299, all.records().size());
        assertTrue(all.report().complete());
        assertFalse(prefix.report().complete());
        assertEquals(all.damages(), prefix.damages());
        final int before = prefix.records().size();
        assertEquals(Logs.range(0, before), prefix.records());
        assertEquals(Logs.range(before + 1, 300), all.records().subList(before, 299));
    }

    @Test
    @DisplayName("edge 2: PREFIX ends only the epoch whose torn end a later opening went on behind")
    void shouldGoOnWithNextEpochWhenTornEndWasExamined() {
        final Path killed;
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 20);
            killed = Logs.copy(log(), directory.resolve("killed"));
        }
        damage(killed, 0, 10);
        try (MappedWal wal = MappedWal.open(Logs.config(killed), OtherBoot.storage(), null)) {
            Logs.appendRange(wal, 20, 30);
            assertEquals(ReplayReport.State.TORN, wal.recovered().state());
        }
        final List<String> expected = Logs.range(0, 11);
        expected.addAll(Logs.range(20, 30));
        assertEquals(expected, replay(killed, ReplayPolicy.PREFIX).records());
    }

    @Test
    @DisplayName("P1, edge 17: under each policy an abandoned claim drops nothing that was appended behind it")
    void shouldKeepWhatLiesBehindWhenClaimIsAbandoned() {
        final Path killed;
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 20);
            killed = Logs.copy(log(), directory.resolve("killed"));
        }
        final SegmentEditor edited = SegmentEditor.of(Logs.segments(killed, 0).getFirst());
        final SegmentEditor.Frame claim = edited.frames(FrameLayout.SAMPLE).get(9);
        edited.zero(claim.offset(), claim.end());
        Bytes.putInt(edited.bytes, claim.offset(), -claim.length());
        edited.save();
        final List<String> expected = Logs.range(0, 10);
        expected.addAll(Logs.range(11, 20));
        for (final ReplayPolicy policy : ReplayPolicy.values()) {
            final Logs.Replayed same =
                    Logs.replay(killed, ReplayOptions.defaults().policy(policy));
            assertEquals(expected, same.records());
            assertEquals(List.of(Damage.Verdict.HARMLESS), same.verdicts());
        }
        // Written down by the next opening, it stays harmless after a reboot.
        MappedWal.open(Logs.config(killed).onDamage(ReplayPolicy.STRICT)).close();
        for (final ReplayPolicy policy : ReplayPolicy.values()) {
            assertEquals(expected, replay(killed, policy).records());
        }
    }

    @Test
    @DisplayName("opening under STRICT refuses a damaged tail and alters nothing")
    void shouldRefuseToOpenWhenStrictAndDamaged() {
        final Path killed;
        try (MappedWal wal = MappedWal.open(Logs.config(log()))) {
            Logs.appendRange(wal, 0, 20);
            killed = Logs.copy(log(), directory.resolve("killed"));
        }
        damage(killed, 0, 10);
        final Map<String, Integer> before = Logs.content(killed);
        assertThrows(
                DamagedLogException.class,
                () -> MappedWal.open(Logs.config(killed).onDamage(ReplayPolicy.STRICT)));
        assertEquals(before, Logs.content(killed));
        MappedWal.open(Logs.config(killed)).close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    @DisplayName("a time range gives its samples, reads only the segments it needs, and misses none")
    void shouldReplayRangeWhenTimesAreGiven(int threads) {
        write(0, 1000);
        for (final int[] range : new int[][] {{0, 0}, {999, 999}, {300, 310}, {120, 700}, {-5, 2000}, {1000, 2000}}) {
            final Logs.Replayed replayed =
                    Logs.replay(log(), ReplayOptions.defaults().threads(threads).between(range[0], range[1]));
            final int from = Math.clamp(range[0], 0, 1000);
            final int to = Math.clamp(range[1] + 1L, from, 1000);
            assertEquals(Logs.range(from, to), replayed.records());
            assertEquals(to - from, replayed.report().samples());
            assertEquals(ReplayReport.State.SOUND, replayed.state());
            final ReplayReport.Shard shard = replayed.report().shards().getFirst();
            final int needed = (to - from) / 100 + 2;
            assertTrue(shard.segments() <= needed, () -> "read=" + shard.segments() + " needed=" + needed);
        }
    }

    @Test
    @DisplayName("P4: a whole epoch in the middle that is gone stops PREFIX for good")
    void shouldStopForGoodWhenSegmentIsMissing() throws Exception {
        write(0, 300);
        write(300, 310);
        Files.delete(Logs.segments(log(), 0).get(1));
        final Logs.Replayed prefix = replay(log(), ReplayPolicy.PREFIX);
        assertEquals(Logs.range(0, prefix.records().size()), prefix.records());
        assertTrue(prefix.records().size() < 150);
    }
}
