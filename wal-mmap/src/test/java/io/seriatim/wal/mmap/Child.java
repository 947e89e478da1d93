package io.seriatim.wal.mmap;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Another JVM of the same JDK, on this test's class path.
final class Child {
    static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    private Child() {}

    /// A command that runs a main class with arguments.
    static ProcessBuilder of(List<String> flags, Class<?> main, Object... arguments) {
        final List<String> command = new ArrayList<>();
        command.add(JAVA.toString());
        command.addAll(flags);
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(main.getName());
        for (final Object argument : arguments) {
            command.add(argument.toString());
        }
        return clean(command);
    }

    /// Without the variables by which flags reach a JVM, and which make it say so.
    static ProcessBuilder clean(List<String> command) {
        final ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        return builder;
    }

    /// What a process said, and how it ended.
    record End(int exit, String out, String err) {}

    static End run(ProcessBuilder builder, Path directory) throws IOException, InterruptedException {
        final File out = directory.resolve("stdout").toFile();
        final File err = directory.resolve("stderr").toFile();
        final Process process = builder.redirectOutput(out).redirectError(err).start();
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException("still running: " + builder.command());
        }
        return new End(process.exitValue(), read(out), read(err));
    }

    private static String read(File file) throws IOException {
        return java.nio.file.Files.readString(file.toPath(), StandardCharsets.UTF_8);
    }
}
