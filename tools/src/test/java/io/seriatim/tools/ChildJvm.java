package io.seriatim.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The command in a JVM of its own, which may be killed or kept short of memory.
///
/// @param process the JVM
/// @param out     file with its stdout
/// @param err     file with its stderr
public record ChildJvm(Process process, Path out, Path err) {
    private static final long TIMEOUT_SECONDS = 180;

    /// Starts it.
    ///
    /// @param flags of the JVM
    public static ChildJvm start(Path directory, List<String> flags, Object... arguments) throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Seriatim.class.getName()));
        for (final Object argument : arguments) {
            command.add(argument.toString());
        }
        final Path out = Files.createTempFile(directory, "child", ".out");
        final Path err = Files.createTempFile(directory, "child", ".err");
        final Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new ChildJvm(process, out, err);
    }

    /// Waits for its end.
    ///
    /// @return its exit code
    public int end() throws InterruptedException {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            kill();
            throw new AssertionError("the child does not end");
        }
        return process.exitValue();
    }

    /// As SIGKILL does it, and waits.
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /// @return its stderr
    public String errText() throws IOException {
        return Files.readString(err);
    }
}
