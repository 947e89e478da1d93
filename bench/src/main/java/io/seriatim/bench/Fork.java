package io.seriatim.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/// A program that ran in a fresh JVM.
///
/// @param measurements that it printed
/// @param reason       why it did not run to its end, or null
record Fork(List<Measurement> measurements, String reason) {
    private static final int REASON_LENGTH = 200;

    /// Runs a program with this JVM's class path. What it prints otherwise goes to the log.
    static Fork run(List<String> flags, Class<?> main, List<String> arguments, PrintWriter log, Duration timeout)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        log.println("$ " + String.join(" ", command));

        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        // When this JVM is told to stop meanwhile, nothing stays behind.
        final Thread sweeper = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(sweeper);
        final Thread watchdog = Thread.ofPlatform().daemon().start(() -> endAfter(process, timeout));
        final List<Measurement> found = new ArrayList<>();
        String reason = null;
        String complaint = null;
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(Program.TAG)) {
                    found.add(Program.parse(line));
                } else if (line.startsWith(Program.REFUSED)) {
                    reason = line.substring(Program.REFUSED.length());
                } else {
                    log.println(line);
                    if (complaint == null && line.matches(".*(Exception|Error|SIGBUS|SIGSEGV)\\b.*")) {
                        complaint = line.strip();
                    }
                }
            }
        }
        final int exit = process.waitFor();
        watchdog.interrupt();
        Runtime.getRuntime().removeShutdownHook(sweeper);
        if (exit == CommandLine.ExitCode.USAGE) {
            throw new IOException("the program does not take these arguments: " + String.join(" ", arguments));
        }
        if (reason == null && (exit != 0 || found.isEmpty())) {
            reason = complaint == null ? "exit code " + exit : complaint;
        }
        return new Fork(found, reason == null ? null : reason.substring(0, Math.min(REASON_LENGTH, reason.length())));
    }

    private static void endAfter(Process process, Duration timeout) {
        try {
            if (!process.waitFor(timeout.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            // It ended by itself.
        }
    }
}
