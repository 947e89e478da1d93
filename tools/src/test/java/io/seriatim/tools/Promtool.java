package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Prometheus' own tool, from Debian's package `prometheus`.
///
/// @param code its exit code
/// @param out  its output, errors too
public record Promtool(int code, String out) {
    private static final boolean REQUIRED = Boolean.getBoolean("promtool.required");
    private static final long TIMEOUT_SECONDS = 120;

    /// Skips the test if there is none; fails it if `-Dpromtool.required=true` says that there must be one.
    public static void assumeInstalled() {
        boolean there = false;
        for (final String directory : System.getenv().getOrDefault("PATH", "").split(":")) {
            there |= Files.isExecutable(Path.of(directory, "promtool"));
        }
        final String missing = "no promtool on the PATH: install Debian's package prometheus";
        assertTrue(there || !REQUIRED, missing);
        assumeTrue(there, missing);
    }

    /// Runs it in a directory, with a file as its input or none.
    public static Promtool run(Path directory, Path input, Object... arguments)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of("promtool"));
        for (final Object argument : arguments) {
            command.add(argument.toString());
        }
        final Path out = Files.createTempFile(directory, "promtool", ".out");
        final ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.redirectInput(input == null ? Path.of("/dev/null").toFile() : input.toFile());
        final Process process = builder.start();
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("promtool does not end: " + command);
        }
        return new Promtool(process.exitValue(), Files.readString(out));
    }
}
