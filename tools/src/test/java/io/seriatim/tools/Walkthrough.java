package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Walks through a page: makes the disasters that its comments name, runs what its `console` blocks show, and
/// compares what comes out with what stands there. To put the outputs into the pages anew:
///
/// ```
/// mvn -pl tools -am test -Dtest=RunbookTest -Dsurefire.failIfNoSpecifiedTests=false -Dgolden.regenerate=true
/// ```
final class Walkthrough implements AutoCloseable {
    private static final boolean REGENERATE = Boolean.getBoolean("golden.regenerate");

    private final Path root;
    private final Set<Disaster> seen = EnumSet.noneOf(Disaster.class);
    private Path parent;
    private MappedWal open;
    private int lastCode;

    /// @param root an empty directory
    Walkthrough(Path root) {
        this.root = root;
    }

    /// @return the disasters that came
    /// @throws AssertionError if something else comes out than stands there
    Set<Disaster> through(Path file) throws Exception {
        final List<String> page = Files.readAllLines(file);
        final List<String> found = new ArrayList<>();
        boolean console = false;
        for (final String line : page) {
            final boolean fence = line.startsWith("```");
            if (console && !fence && !line.startsWith("$ ")) {
                continue; // an output: what it is now comes in its place
            }
            found.add(line);
            console = fence ? line.equals("```console") : console;
            if (line.startsWith("<!-- ")) {
                setUp(line.substring(5, line.length() - 4));
            } else if (console && !fence) {
                found.addAll(run(line.substring(2)));
            }
        }
        if (REGENERATE) {
            Files.write(file, found);
        }
        assertEquals(String.join("\n", Files.readAllLines(file)), String.join("\n", found));
        return seen;
    }

    private void setUp(String what) throws IOException {
        if (what.startsWith("disaster: ")) {
            close();
            final Disaster disaster = Disaster.valueOf(what.substring(10));
            seen.add(disaster);
            parent = Files.createTempDirectory(root, disaster.name());
            disaster.in(parent);
        } else if (what.equals("open")) {
            open = MappedWal.open(WalConfig.at(parent.resolve("wal")).shards(2).segmentBytes(65536));
        } else {
            assertEquals("newer meta", what);
            Disaster.newerMeta(parent);
        }
    }

    @Override
    public void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    private List<String> run(String command) throws Exception {
        final String output;
        if (command.equals("echo $?")) {
            output = lastCode + "\n";
        } else if (command.startsWith("seriatim ")) {
            output = seriatim(command.substring(9));
        } else {
            output = shell(command, "");
            assertEquals(0, lastCode, command + output);
        }
        return Golden.normalize(output, parent)
                .replaceAll("[0-9a-f]{2}( [0-9a-f]{2}){3}(\\s+crc )", "xx xx xx xx$2")
                .replaceAll("pid=\\d+", "pid=4711")
                .replaceAll("started=\\S+", "started=2026-03-01T02:13:37Z")
                .lines()
                .toList();
    }

    /// What is behind a pipe goes to a shell; stderr is on the screen, too.
    private String seriatim(String command) throws Exception {
        final String[] stages = command.split(" \\| ", 2);
        final Object[] arguments =
                Arrays.stream(stages[0].split(" ")).map(this::place).toArray();
        final Invocation invocation = Invocation.of(arguments);
        lastCode = invocation.code();
        return (stages.length == 1 ? invocation.out() : shell(stages[1], invocation.out())) + invocation.err();
    }

    /// The test's own directory is another.
    private Object place(String argument) {
        return argument.matches("wal.*|lost\\+found.*|backup.*") ? parent.resolve(argument) : argument;
    }

    private String shell(String command, String input) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder("sh", "-c", command)
                .directory(parent.toFile())
                .redirectErrorStream(true)
                .start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            // It had seen enough.
        }
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), command);
        lastCode = process.exitValue();
        return output;
    }
}
