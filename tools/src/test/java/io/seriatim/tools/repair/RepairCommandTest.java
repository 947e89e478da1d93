package io.seriatim.tools.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seriatim.tools.Harm;
import io.seriatim.tools.Invocation;
import io.seriatim.tools.Logs;
import io.seriatim.tools.ReportDocument;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.InspectedLog;
import io.seriatim.wal.mmap.LogInspector;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("crash")
class RepairCommandTest {
    @TempDir
    private Path parent;

    @ParameterizedTest
    @EnumSource
    void shouldKeepExactlyWhatSalvageYieldsWhenALogIsHarmed(Harm harm) throws IOException {
        final Path damaged = harm.make(parent.resolve("wal"));
        final Path repaired = parent.resolve("new");
        final Map<Path, String> before = Logs.contents(damaged);
        final Invocation salvage = Invocation.of("replay", damaged, "--policy", "salvage");

        final Invocation repair = Invocation.of("repair", damaged, "--out", repaired, "--write");

        assertEquals(salvage.code(), repair.code(), repair.out() + repair.err());
        assertEquals(before, Logs.contents(damaged), "the damaged log was changed");
        final Invocation replay = Invocation.of("replay", repaired, "--policy", "strict");
        assertEquals(0, replay.code(), replay.err());
        assertEquals(
                salvage.lines().stream()
                        .filter(line -> !line.startsWith("{\"orphan\""))
                        .toList(),
                replay.lines());
        final Invocation verify = Invocation.of("verify", repaired);
        assertEquals(0, verify.code(), verify.out());
        assertTrue(verify.out().contains("the log was closed cleanly"), verify.out());
        assertSameShape(damaged, repaired);
        assertFalse(Files.exists(parent.resolve("new.repairing")));
    }

    private static void assertSameShape(Path damaged, Path repaired) {
        final InspectedLog old = LogInspector.log(damaged);
        final InspectedLog made = LogInspector.log(repaired);
        assertEquals(old.timeUnit(), made.timeUnit());
        assertEquals(old.shards(), made.shards());
        assertEquals(old.segmentBytes(), made.segmentBytes());
        assertNotEquals(old.walId(), made.walId());
        final List<ReplayReport.Shard> before = replay(damaged).shards();
        final List<ReplayReport.Shard> after = replay(repaired).shards();
        for (final ReplayReport.Shard shard : before) {
            assertEquals(shard.records(), after.get(shard.shard()).records(), "records appended together");
        }
    }

    private static ReplayReport replay(Path log) {
        return MappedWal.replay(log, ReplayOptions.defaults(), (_, _) -> {});
    }

    @Test
    void shouldWriteNothingWhenNotAsked() throws IOException {
        final Path damaged = Harm.CHECKSUM_LOST.make(parent.resolve("wal"));
        final Map<Path, String> before = Logs.contents(parent);

        final Invocation repair = Invocation.of("repair", damaged, "--out", parent.resolve("new"));

        assertEquals(2, repair.code(), repair.err());
        assertEquals(before, Logs.contents(parent));
        assertTrue(repair.out().contains("would keep"), repair.out());
        assertTrue(repair.out().contains("  LOST CHECKSUM in shard-000/0000000000000001.seg"), repair.out());
        assertTrue(
                repair.out().contains("seriatim repair " + damaged + " --out " + parent.resolve("new") + " --write"),
                repair.out());
    }

    @Test
    void shouldKeepOrphansInAFileWhenAsked() throws IOException {
        final Path damaged = Harm.ORPHANED_SAMPLES.make(parent.resolve("wal"));
        final Path file = parent.resolve("orphans.jsonl");

        final Invocation repair =
                Invocation.of("repair", damaged, "--out", parent.resolve("new"), "--write", "--orphans", file);

        assertEquals(2, repair.code(), repair.err());
        final List<String> orphans = Invocation.of("replay", damaged).lines().stream()
                .filter(line -> line.startsWith("{\"orphan\""))
                .toList();
        assertFalse(orphans.isEmpty());
        assertEquals(orphans, Files.readAllLines(file));
        assertTrue(repair.out().contains("whose labels are lost: kept in " + file), repair.out());
    }

    @Test
    void shouldMakeNoFileForOrphansWhenThereAreNone() throws IOException {
        final Path damaged = Harm.CHECKSUM_LOST.make(parent.resolve("wal"));
        final Path file = parent.resolve("orphans.jsonl");

        Invocation.of("repair", damaged, "--out", parent.resolve("new"), "--write", "--orphans", file);

        assertFalse(Files.exists(file));
    }

    @Test
    void shouldKeepOrderWhenTheLogHadOtherNumbersOfShards() throws IOException {
        final Path log = parent.resolve("wal");
        final WalConfig config = WalConfig.at(log).segmentBytes(16 * 1024).timeUnit(TimeUnit.MICROSECONDS);
        for (final int shards : new int[] {3, 1, 2}) {
            try (MappedWal wal = MappedWal.open(config.shards(shards))) {
                for (int i = 0; i < 300; i++) {
                    final long timestamp = shards * 1000L + i;
                    wal.series(Labels.of("n", "s" + i % 7)).append(timestamp, i);
                    try (var batch = wal.batch()) {
                        for (int series = 0; series < 7; series++) {
                            batch.add(wal.series(Labels.of("n", "s" + series)), timestamp, -i);
                        }
                        batch.commit();
                    }
                }
                wal.appendRecord(shards - 1, 5, new byte[] {(byte) shards}, 0, 1);
            }
        }

        final Invocation repair = Invocation.of("repair", log, "--out", parent.resolve("new"), "--write");

        assertEquals(0, repair.code(), repair.err());
        assertEquals(2, LogInspector.log(parent.resolve("new")).shards());
        final List<String> old = Invocation.of("replay", log).lines();
        final List<String> made = Invocation.of("replay", parent.resolve("new")).lines();
        assertEquals(old.stream().sorted().toList(), made.stream().sorted().toList());
        for (int series = 0; series < 7; series++) {
            final String begin = "{\"labels\":{\"n\":\"s" + series + "\"}";
            assertEquals(
                    old.stream().filter(line -> line.startsWith(begin)).toList(),
                    made.stream().filter(line -> line.startsWith(begin)).toList());
        }
        assertTrue(repair.out().contains("1 of them in another shard than before"), repair.out());
    }

    @Test
    void shouldRefuseWhatIsThere() throws IOException {
        final Path damaged = Harm.CHECKSUM_LOST.make(parent.resolve("wal"));
        final Path out = Files.createDirectory(parent.resolve("new"));
        Files.writeString(out.resolve("precious"), "mine");

        final Invocation repair = Invocation.of("repair", damaged, "--out", out, "--write");

        assertEquals(3, repair.code());
        assertTrue(repair.err().contains("it is not overwritten: out=" + out), repair.err());
        assertEquals("mine", Files.readString(out.resolve("precious")));
    }

    @Test
    void shouldTakeAnEmptyDirectory() throws IOException {
        final Path damaged = Harm.CHECKSUM_LOST.make(parent.resolve("wal"));
        final Path out = Files.createDirectory(parent.resolve("new"));

        assertEquals(
                2, Invocation.of("repair", damaged, "--out", out, "--write").code());
        assertEquals(0, Invocation.of("verify", out).code());
    }

    @Test
    void shouldRefuseAPlaceInsideTheDamagedLogOrAroundIt() throws IOException {
        final Path damaged = Harm.CHECKSUM_LOST.make(parent.resolve("wal"));
        final Map<Path, String> before = Logs.contents(damaged);
        final Path link = Files.createSymbolicLink(parent.resolve("link"), damaged);

        for (final Path out : List.of(damaged, damaged.resolve("new"), link.resolve("new"), parent.resolve("wal/."))) {
            final Invocation repair = Invocation.of("repair", damaged, "--out", out, "--write");

            assertEquals(3, repair.code(), out + repair.out());
            assertTrue(repair.err().contains("outside the damaged one"), repair.err());
        }
        assertEquals(before, Logs.contents(damaged));
    }

    @Test
    void shouldExplainWhatAnUnfinishedRepairLeftAndDeleteItWhenAsked() throws IOException {
        final Path damaged = Harm.CHECKSUM_LOST.make(parent.resolve("wal"));
        final Path leftover = parent.resolve("new.repairing");
        Harm.NONE.make(leftover);
        final Object[] command = {"repair", damaged, "--out", parent.resolve("new"), "--write"};

        final Invocation refused = Invocation.of(command);

        assertEquals(3, refused.code());
        assertTrue(refused.err().contains("did not come to its end and left this behind: directory=" + leftover));
        assertTrue(refused.err().contains("--restart"), refused.err());

        final Invocation restarted =
                Invocation.of("repair", damaged, "--out", parent.resolve("new"), "--write", "--restart");

        assertEquals(2, restarted.code(), restarted.err());
        assertFalse(Files.exists(leftover));
    }

    @Test
    void shouldDeleteNothingThatIsNotFromARepair() throws IOException {
        final Path damaged = Harm.CHECKSUM_LOST.make(parent.resolve("wal"));
        final Path leftover = parent.resolve("new.repairing");
        Harm.NONE.make(leftover);
        Files.writeString(leftover.resolve("shard-000/precious"), "mine");
        final Map<Path, String> before = Logs.contents(leftover);

        final Invocation repair =
                Invocation.of("repair", damaged, "--out", parent.resolve("new"), "--write", "--restart");

        assertEquals(3, repair.code());
        assertTrue(repair.err().contains("nothing is deleted"), repair.err());
        assertEquals(before, Logs.contents(leftover));
    }

    @Test
    void shouldLeaveAnotherRepairAlone() throws IOException {
        final Path damaged = Harm.CHECKSUM_LOST.make(parent.resolve("wal"));
        final Path theirs = parent.resolve("new.repairing");
        try (MappedWal wal = MappedWal.open(Logs.config(theirs))) {
            Logs.fill(wal);

            final Invocation repair =
                    Invocation.of("repair", damaged, "--out", parent.resolve("new"), "--write", "--restart");

            assertEquals(3, repair.code());
            assertTrue(repair.err().contains("a repair to the same place is at work"), repair.err());
        }
        assertEquals(0, Invocation.of("verify", theirs).code());
    }

    @Test
    void shouldRefuseToWriteWhileTheLogIsOpen() throws IOException {
        final Path log = parent.resolve("wal");
        try (MappedWal wal = MappedWal.open(Logs.config(log))) {
            Logs.fill(wal);

            final Invocation repair = Invocation.of("repair", log, "--out", parent.resolve("new"), "--write");
            final Invocation dry = Invocation.of("repair", log);

            assertEquals(3, repair.code());
            final String pid = "pid=" + ProcessHandle.current().pid();
            assertTrue(
                    repair.err().contains("the log is open for writing: directory=" + log + " " + pid), repair.err());
            assertEquals(0, dry.code(), dry.err());
        }
    }

    @Test
    void shouldSayThatWriteNeedsAPlace() {
        final Invocation repair = Invocation.of("repair", parent, "--write");

        assertEquals(64, repair.code());
        assertTrue(repair.err().contains("--out E"), repair.err());
    }

    @Test
    void shouldReportWhatItsDocumentDescribes() throws IOException {
        final Path damaged = Harm.ORPHANED_SAMPLES.make(parent.resolve("wal"));
        final Path file = parent.resolve("orphans.jsonl");

        final Invocation dry = Invocation.of("repair", damaged, "--json");
        final Invocation repair = Invocation.of(
                "repair", damaged, "--out", parent.resolve("new"), "--write", "--orphans", file, "--json");

        ReportDocument.assertDescribes("repair", dry.out());
        ReportDocument.assertDescribes("repair", repair.out());
        final JsonNode report = new ObjectMapper().readTree(repair.out());
        assertTrue(report.get("written").asBoolean());
        assertEquals(file.toString(), report.get("orphansFile").asText());
        assertFalse(new ObjectMapper().readTree(dry.out()).get("written").asBoolean());
    }
}
