package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seriatim.wal.Damage;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.WalException;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/// Runs `verify` and `replay` on a directory and compares what they print with what a replay reports.
final class VerifyJudge {
    private static final ObjectMapper JSON = new ObjectMapper();

    private VerifyJudge() {}

    /// @return the exit code
    /// @throws AssertionError if the command says something else than the report, or changes a file
    static int judge(Path directory) throws IOException {
        final Map<Path, String> before = Logs.contents(directory);
        final ReplayReport report = report(directory);
        final int code = report == null ? ExitCode.FAILED : code(report.state());

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
            assertEquals(
                    report.damages().size(),
                    text.lines().stream().filter(VerifyJudge::isDamage).count(),
                    text.out());
            assertTrue(text.out().chars().noneMatch(c -> c != '\n' && Character.isISOControl(c)), text.out());
            for (final String line : replay.lines()) {
                assertTrue(JSON.readTree(line).isObject(), line);
            }
        }
        assertEquals(before, Logs.contents(directory), "changed");
        return code;
    }

    /// By the document, not by the command.
    private static int code(ReplayReport.State state) {
        return switch (state) {
            case SOUND -> ExitCode.SOUND;
            case TORN -> ExitCode.TORN;
            case DAMAGED -> ExitCode.DAMAGED;
        };
    }

    private static boolean isDamage(String line) {
        return Arrays.stream(Damage.Verdict.values()).anyMatch(verdict -> line.startsWith(verdict + " "));
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
}
