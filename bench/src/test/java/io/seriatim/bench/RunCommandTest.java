package io.seriatim.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// One results.json from several runs. The runs here have no contender, so they start no JVM.
class RunCommandTest {
    @TempDir
    private Path directory;

    private int run(String... arguments) {
        final Stream<String> where =
                Stream.of("--dir", directory.resolve("data").toString(), "--out", directory.toString());
        return new CommandLine(new RunCommand())
                .setErr(new java.io.PrintWriter(java.io.Writer.nullWriter()))
                .registerConverter(ContenderKind.class, ContenderKind::of)
                .registerConverter(Part.class, Part::of)
                .execute(Stream.concat(where, Arrays.stream(arguments)).toArray(String[]::new));
    }

    private Results results() throws IOException {
        return Results.read(directory.resolve("results.json"));
    }

    /// As if it had been measured by the run before.
    private Results plant() throws IOException {
        final Results empty = results();
        final Results planted = new Results(
                "2026-01-01T00:00:00Z",
                empty.mode(),
                empty.machine(),
                empty.seed(),
                empty.contenders(),
                List.of(measured("w1"), measured("memory")),
                List.of(
                        new Results.Refusal("w1", "rocksdb", "no such library"),
                        new Results.Refusal("memory", "rocksdb", "no such library")));
        planted.write(directory.resolve("results.json"));
        return planted;
    }

    private static Measurement measured(String part) {
        return new Measurement(part, "stream", "1 threads", 1, 1, Map.of("itemsPerSecond", 1e6), Map.of());
    }

    @Test
    void shouldKeepOtherPartsAndReplaceItsOwnWhenAdding() throws IOException {
        assertEquals(0, run("memory", "--only", "stream"));
        final Results planted = plant();

        assertEquals(0, run("memory", "--only", "stream", "--add"));

        assertEquals(List.of(measured("w1")), results().measurements());
        assertEquals(planted.refusals().subList(0, 1), results().refusals());
        assertEquals("2026-01-01T00:00:00Z", results().started());
    }

    @Test
    void shouldBeginAnewWhenNotAdding() throws IOException {
        assertEquals(0, run("memory", "--only", "stream"));
        plant();

        assertEquals(0, run("memory", "--only", "stream"));

        assertEquals(List.of(), results().measurements());
    }

    @Test
    void shouldRefuseWhenAddingToAnotherMode() throws IOException {
        assertEquals(0, run("memory", "--only", "stream"));
        final Results planted = plant();

        assertEquals(CommandLine.ExitCode.USAGE, run("memory", "--only", "stream", "--add", "--full"));

        assertEquals(planted, results());
    }
}
