package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.WalException;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `verify` and `replay` on directories that somebody has tampered with: they end in a report or in one line that says
/// why not, and what they print agrees with what a replay reports. More of them:
///
/// ```
/// tools/bin/prove verify --directories 10000
/// ```
@Tag("crash")
class HostileFilesTest {
    private static final int DIRECTORIES = Integer.getInteger("fuzz.directories", 25);
    private static final long FIRST_SEED = Long.getLong("fuzz.firstSeed", 0);
    private static final Duration PER_DIRECTORY = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path parent;

    private final Set<Integer> codes = new HashSet<>();

    @Test
    @DisplayName("P12, P4: verify and replay say of hostile files what the report says, in well-formed JSON")
    void shouldAgreeWithTheReportWhenFilesAreHostile() throws Exception {
        final List<Map<String, byte[]>> logs = List.of(
                HostileFiles.of(Logs.closed(parent.resolve("closed"))),
                HostileFiles.of(Logs.killed(parent.resolve("killed"))));
        for (int i = 0; i < DIRECTORIES; i++) {
            final long seed = FIRST_SEED + i;
            final Random random = new Random(seed);
            final Path directory = parent.resolve("hostile");
            HostileFiles.write(logs.get(random.nextInt(logs.size())), random, directory);
            assertTimeoutPreemptively(PER_DIRECTORY, () -> {
                try {
                    judge(directory);
                } catch (AssertionError | RuntimeException failure) {
                    throw new AssertionError("seed=" + seed, failure);
                }
            });
            delete(directory);
            if (i % 1000 == 999) {
                System.out.println("verify: " + (i + 1) + " hostile directories");
            }
        }
        // So that a machine which harms nothing, or everything beyond reading, does not pass.
        assertTrue(
                DIRECTORIES < 25 || codes.containsAll(Set.of(ExitCode.SOUND, ExitCode.DAMAGED)),
                () -> "codes=" + codes);
    }

    private void judge(Path directory) throws IOException {
        final Map<Path, String> before = Logs.contents(directory);
        final ReplayReport report = report(directory);
        final int code = report == null ? ExitCode.FAILED : ExitCode.of(report.state());
        codes.add(code);

        final Invocation json = agreed(code, Invocation.of("verify", directory, "--json"));
        final Invocation text = agreed(code, Invocation.of("verify", directory, "--quiet"));
        final Invocation replay = agreed(code, Invocation.of("replay", directory, "--quiet"));
        if (report != null) {
            final JsonNode root = JSON.readTree(json.out());
            assertEquals(report.state().name(), root.get("state").asText());
            assertEquals(code, root.get("exitCode").asInt());
            assertEquals(report.records(), root.get("records").asLong());
            assertEquals(report.samples(), root.get("samples").asLong());
            assertEquals(report.orphans(), root.get("orphans").asLong());
            assertEquals(report.shards().size(), root.get("shards").size());
            assertEquals(report.damages().size(), root.get("damages").size());
            assertEquals(report.damagesBeyond(), root.get("damagesBeyond").asLong());
            assertTrue(text.out().chars().noneMatch(c -> c != '\n' && Character.isISOControl(c)), text.out());
            for (final String line : replay.lines()) {
                assertTrue(JSON.readTree(line).isObject(), line);
            }
        }
        assertEquals(before, Logs.contents(directory), "changed");
    }

    /// @return null if the directory is refused
    private static ReplayReport report(Path directory) {
        try {
            return MappedWal.replay(directory, ReplayOptions.defaults(), (_, _) -> {});
        } catch (WalException _) {
            return null;
        }
    }

    private static Invocation agreed(int code, Invocation invocation) {
        assertEquals(code, invocation.code(), invocation.out() + invocation.err());
        assertFalse(invocation.err().contains("unexpected"), invocation.err());
        if (code == ExitCode.FAILED) {
            assertEquals("", invocation.out());
            assertEquals(1, invocation.err().lines().count(), invocation.err());
            assertTrue(invocation.err().startsWith("seriatim: "), invocation.err());
        }
        return invocation;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
