package io.seriatim.tools.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seriatim.tools.CannotRunException;
import io.seriatim.tools.Invocation;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demonstration itself, short: real children, really killed.
@Tag("crash")
class DemoCommandTest {
    @TempDir
    private Path parent;

    @Test
    @DisplayName("P1, P3: what a killed child had appended is there, each once, bit for bit")
    void shouldHoldAndLeaveNothingBehind() throws Exception {
        final Path directory = parent.resolve("demo");

        final Invocation demo = Invocation.of(
                "demo", "--rounds", 6, "--seconds", 0.4, "--disk", "256m", "--hosts", 20, "--json", "--dir", directory);

        assertEquals(0, demo.code(), demo.out() + demo.err());
        assertFalse(Files.exists(directory));
        final JsonNode result = new ObjectMapper().readTree(demo.out());
        assertTrue(result.get("held").asBoolean());
        assertEquals(6, result.get("rounds").size());
        long durable = 0;
        for (final JsonNode round : result.get("rounds")) {
            assertTrue(round.get("appends").asLong() > 0);
            durable += round.get("samplesDurable").asLong();
            assertTrue(round.get("samplesFound").asLong()
                    >= round.get("samplesReturned").asLong());
        }
        assertTrue(durable > 0);
    }

    @Test
    void shouldSayHowToLookAtWhatItKeeps() {
        final Path directory = parent.resolve("demo");

        final Invocation demo = Invocation.of(
                "demo", "--rounds", 1, "--seconds", 0.2, "--disk", "128m", "--quiet", "--keep", "--dir", directory);

        assertEquals(0, demo.code(), demo.out() + demo.err());
        assertTrue(demo.out().contains("Held through 1 kill"), demo.out());
        assertTrue(demo.err().contains("seriatim verify " + directory.resolve("wal")), demo.err());
        assertEquals(0, Invocation.of("verify", directory.resolve("wal")).code());
    }

    @Test
    void shouldExitWith3WhenItsDirectoryHoldsSomething() throws Exception {
        Files.writeString(parent.resolve("letter.txt"), "Dear log");

        final Invocation demo = Invocation.of("demo", "--dir", parent);

        assertEquals(3, demo.code());
        assertTrue(demo.err().contains("directory is not empty"), demo.err());
    }

    @Test
    void shouldSayWhyTheChildEndedByItself() throws Exception {
        final Path file = Files.writeString(parent.resolve("wal"), "not a directory");
        final ChildPlan plan = new ChildPlan(file, 1, 1, 1, ChildPlan.LEAST_BYTES);

        try (ChildProcess child = ChildProcess.start(plan, parent.resolve("child.err"))) {
            final CannotRunException failure = assertThrows(CannotRunException.class, () -> {
                for (int i = 0; i < 2_000; i++) {
                    child.check();
                    Thread.sleep(10);
                }
            });
            assertTrue(failure.getMessage().startsWith("the child ended by itself: "), failure.getMessage());
        }
    }
}
