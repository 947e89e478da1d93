package io.seriatim.bench;

import io.seriatim.tools.Seriatim;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// `seriatim serve` in a JVM of its own, with every setting as it is by default, on a free port: an answer is sent when
/// the message survives power loss. It can be watched: its processor time, and samples of what runs.
final class ServeProcess implements AutoCloseable {
    private static final Pattern STARTED = Pattern.compile(".* started .*grpc=[^ ]*:(\\d+).*");
    private static final int STOP_SECONDS = 60;
    private static final double TICKS_A_SECOND = 100; // USER_HZ, which Linux fixes for all programs

    /// In a line of `stat`, behind the name in brackets: 12th and 13th, user and system time.
    private static final int USER_TIME = 11;

    /// Threads that are the JVM's own and run no Java.
    private static final Pattern OF_JVM =
            Pattern.compile("(GC Thread|G1 |VM |C[12] Compiler|JFR|Common-Cleaner|StringDedup|Monitor Deflat|Service"
                    + " Thread|Signal Dispatch|Finalizer|Reference Handl|Notification).*");

    /// Nothing but samples: of the threads' processor time, and the older ones of Java code. An application's events
    /// are recorded unless they are named, so the log's are.
    private static final String PROFILE = """
        <?xml version="1.0" encoding="UTF-8"?>
        <configuration version="2.0">
          <event name="jdk.CPUTimeSample">
            <setting name="enabled">true</setting>
            <setting name="throttle">2 ms</setting>
          </event>
          <event name="jdk.ExecutionSample">
            <setting name="enabled">true</setting>
            <setting name="period">10 ms</setting>
          </event>
        </configuration>
        """;

    private final Process process;
    private final int port;

    private ServeProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// Starts it and waits until it listens. What it says goes on to this JVM's stdout.
    static ServeProcess start(Path log, List<String> jvmFlags) throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(java("java"));
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Seriatim.class.getName(), "serve"));
        command.addAll(List.of("--dir", log.toString(), "--grpc", "127.0.0.1:0", "--http", "off"));
        System.out.println("$ " + String.join(" ", command));
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        // When this JVM is told to stop meanwhile, nothing stays behind.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        final BufferedReader said = process.inputReader();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            System.out.println(line);
            final Matcher started = STARTED.matcher(line);
            if (started.matches()) {
                Thread.ofPlatform().daemon().start(() -> copy(said));
                return new ServeProcess(process, Integer.parseInt(started.group(1)));
            }
        }
        throw new IOException("the server does not start");
    }

    private static void copy(BufferedReader said) {
        try {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                System.out.println(line);
            }
        } catch (IOException _) {
            // It has ended.
        }
    }

    private static String java(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }

    int port() {
        return port;
    }

    /// Processor seconds of a process so far.
    ///
    /// @param all      of all its threads, also those that have ended
    /// @param runsJava of those that run Java
    record Cpu(double all, double runsJava) {
        Cpu since(Cpu before) {
            return new Cpu(all - before.all, runsJava - before.runsJava);
        }
    }

    /// @return its processor time so far
    Cpu cpu() throws IOException {
        final Path proc = Path.of("/proc", Long.toString(process.pid()));
        double ofJava = 0;
        try (Stream<Path> threads = Files.list(proc.resolve("task"))) {
            for (final Path thread : threads.toList()) {
                try {
                    if (!OF_JVM.matcher(Files.readString(thread.resolve("comm")))
                            .lookingAt()) {
                        ofJava += seconds(thread);
                    }
                } catch (IOException _) {
                    // It has ended meanwhile.
                }
            }
        }
        return new Cpu(seconds(proc), ofJava);
    }

    private static double seconds(Path directory) throws IOException {
        final String stat = Files.readString(directory.resolve("stat"));
        final String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1])) / TICKS_A_SECOND;
    }

    /// Begins to sample what runs.
    ///
    /// @param settings a file to write what Flight Recorder is told
    void startProfile(Path settings) throws IOException, InterruptedException {
        Files.writeString(settings, PROFILE);
        jcmd("JFR.start", "name=bench", "settings=" + settings.toAbsolutePath());
    }

    /// Ends it, and writes what was sampled to a file.
    void stopProfile(Path file) throws IOException, InterruptedException {
        jcmd("JFR.stop", "name=bench", "filename=" + file.toAbsolutePath());
    }

    private void jcmd(String... command) throws IOException, InterruptedException {
        final List<String> all = new ArrayList<>(List.of(java("jcmd"), Long.toString(process.pid())));
        all.addAll(List.of(command));
        final Process jcmd = new ProcessBuilder(all).redirectErrorStream(true).start();
        jcmd.inputReader().lines().forEach(System.out::println);
        if (jcmd.waitFor() != 0) {
            throw new IOException("jcmd failed: command=" + String.join(" ", command));
        }
    }

    /// Ends it as an administrator would: it finishes what is under way and closes the log.
    @Override
    public void close() {
        process.destroy();
        process.onExit().completeOnTimeout(null, STOP_SECONDS, TimeUnit.SECONDS).join();
        process.destroyForcibly();
    }
}
