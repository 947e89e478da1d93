package io.seriatim.tools.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.Invocation;
import io.seriatim.tools.Logs;
import io.seriatim.tools.Surgery;
import io.seriatim.wal.format.FrameLayout;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills repairs in the middle of their work. More of them: `-Drepair.kills=100 -Drepair.seed=1`.
@Tag("crash")
class RepairKillTest {
    private static final int KILLS = Integer.getInteger("repair.kills", 6);
    private static final long SEED = Long.getLong("repair.seed", System.nanoTime());
    private static final int MOST_DELAY_MS = 150;

    @TempDir
    private Path parent;

    @Test
    void shouldLeaveAWholeLogOrNoneWhenKilled() throws Exception {
        final Path damaged = Logs.closed(parent.resolve("wal"));
        final Path harmed = Logs.segments(damaged, 0).get(1);
        Surgery.on(harmed)
                .flip(Surgery.on(harmed).frames(FrameLayout.SAMPLE).get(5) + 17)
                .save();
        final Map<Path, String> before = Logs.contents(damaged);
        final List<String> salvage = Invocation.of("replay", damaged).lines();
        final Path out = parent.resolve("new");
        final Path unfinished = parent.resolve("new.repairing");
        final Random random = new Random(SEED);
        int left = 0;

        for (int kill = 0; kill < KILLS; kill++) {
            killed(damaged, out, unfinished, random.nextInt(MOST_DELAY_MS));

            final String at = "seed=" + SEED + " kill=" + kill;
            assertEquals(before, Logs.contents(damaged), at);
            if (Files.exists(out)) {
                assertFalse(Files.exists(unfinished), at);
                assertEquals(
                        salvage,
                        Invocation.of("replay", out, "--policy", "strict").lines(),
                        at);
                assertEquals(0, Invocation.of("verify", out).code(), at);
                Files.move(out, parent.resolve("whole-" + kill));
            } else {
                assertTrue(Files.exists(unfinished), at);
                left++;
                final Invocation again = Invocation.of("repair", damaged, "--out", out, "--write");
                assertEquals(3, again.code(), at);
                assertTrue(again.err().contains("did not come to its end"), again.err());
            }
        }
        System.out.println("repair: kills=" + KILLS + " left unfinished=" + left + " seed=" + SEED);
        final Invocation last = Invocation.of("repair", damaged, "--out", out, "--write", "--restart");
        assertEquals(2, last.code(), last.err());
        assertEquals(salvage, Invocation.of("replay", out, "--policy", "strict").lines());
        assertFalse(Files.exists(unfinished));
    }

    /// Waits for the first sign of work, and a moment more.
    private static void killed(Path damaged, Path out, Path unfinished, int delayMs)
            throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "io.seriatim.tools.Seriatim",
                        "repair",
                        damaged.toString(),
                        "--out",
                        out.toString(),
                        "--write",
                        "--restart")
                .redirectErrorStream(true)
                .redirectOutput(new File("/dev/null"))
                .start();
        final boolean leftover = Files.exists(unfinished);
        final Path sign = unfinished.resolve("shard-001");
        if (leftover) {
            // It is deleted first.
            while (process.isAlive() && Files.exists(sign)) {
                Thread.sleep(1);
            }
        }
        while (process.isAlive() && !Files.exists(sign)) {
            Thread.sleep(1);
        }
        Thread.sleep(delayMs);
        process.destroyForcibly();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    }
}
