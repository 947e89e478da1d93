package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/// A process with an open log, that does what it is told while the file system under it is taken apart: whatever
/// comes, it has to answer, within bounded time. Samples are counted from 0.
final class TroubledWriter implements AutoCloseable {
    static final int SEGMENT_BYTES = 256 * 1024;
    static final int BULK = 3 * SEGMENT_BYTES / 32;
    private static final Labels UP = Labels.of("__name__", "up");
    private static final int PATIENCE_S = 120;
    private static final Logger LOGGER = Logger.getLogger("io.seriatim.wal"); // held, or it forgets its level

    private final Path directory;
    private final Path errors;
    private final Process process;
    private final BufferedReader out;
    private final BufferedWriter in;
    private long appended;
    private long durable;

    private TroubledWriter(Path directory, Path errors, Process process) {
        this.directory = directory;
        this.errors = errors;
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.in = process.outputWriter(StandardCharsets.UTF_8);
    }

    /// Starts one under a limit that the shell sets.
    ///
    /// @param ulimit for instance `-n 256`; or empty
    static TroubledWriter start(Path directory, String ulimit) throws IOException {
        final ProcessBuilder java = Child.of(
                List.of(
                        "-Xms64m",
                        "-Xmx64m",
                        "-XX:+AlwaysPreTouch",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-UseDynamicNumberOfCompilerThreads",
                        "-XX:InitialCodeCacheSize=32m",
                        "-XX:ReservedCodeCacheSize=32m",
                        "-XX:ErrorFile=/dev/null"),
                TroubledWriter.class,
                directory);
        if (!ulimit.isEmpty()) {
            final List<String> command =
                    new ArrayList<>(List.of("sh", "-c", "ulimit " + ulimit + " && exec \"$@\"", "sh"));
            command.addAll(java.command());
            java.command(command);
        }
        final Path errors = Files.createTempFile("seriatim-writer", ".err");
        return new TroubledWriter(
                directory, errors, java.redirectError(errors.toFile()).start());
    }

    /// The process is no more.
    static final class Died extends AssertionError {
        private static final long serialVersionUID = 1L;

        Died(String message) {
            super(message);
        }
    }

    /// Has everything done, and all of it has to go well.
    void doesWell(String... whats) throws IOException, InterruptedException {
        for (final String what : whats) {
            assertEquals("ok", does(what), what);
        }
    }

    /// Has something done that has to fail with a typed error.
    ///
    /// @param expected the exception's name, and a part of what the operating system said
    void failsIn(String what, String expected, String cause) throws IOException, InterruptedException {
        final String answer = does(what);
        assertTrue(answer.startsWith(expected + " <- ") && answer.contains(cause), () -> what + ": " + answer);
    }

    static WalConfig config(Path directory) {
        return WalConfig.at(directory)
                .segmentBytes(SEGMENT_BYTES)
                .flushEvery(Duration.ofMillis(1))
                .durableTimeout(Duration.ofSeconds(10))
                .backpressure(Backpressure.block(Duration.ofMillis(1500)));
    }

    long pid() {
        return process.pid();
    }

    /// Has something done.
    ///
    /// @return how it went: `ok`, or the exception's name with its cause; no answer is a failure of the test
    String does(String what) throws IOException, InterruptedException {
        in.write(what + "\n");
        in.flush();
        final Thread watchdog = Thread.ofPlatform().daemon().start(() -> {
            try {
                if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException _) {
                // it has answered
            }
        });
        final String answer = out.readLine();
        if (answer == null || answer.startsWith("#")) {
            final String rest = rest(); // before the process is ended, which closes its output
            watchdog.interrupt();
            process.destroyForcibly().waitFor();
            throw new Died("died of, or hung in: " + what + "\n" + answer + "\n" + rest + Files.readString(errors));
        }
        watchdog.interrupt();
        final String[] words = answer.split(" ", 3);
        appended = Long.parseLong(words[0]);
        durable = Long.parseLong(words[1]);
        return words[2];
    }

    /// @return what else it says until it ends by itself, or the watchdog ends it
    private String rest() {
        try {
            return out.lines().limit(40).collect(Collectors.joining("\n"));
        } catch (UncheckedIOException _) {
            return "";
        }
    }

    /// Judges by a replay in this process: everything appended is there, once, and nothing else.
    void assertNothingLost() {
        final Replayed found = Replayed.of(directory);
        final List<Replayed.Sample> samples = found.of(UP);
        for (int i = 0; i < samples.size(); i++) {
            assertEquals(Replayed.Sample.of(i, i), samples.get(i));
        }
        assertEquals(appended, samples.size(), found.report::toString);
        assertEquals(ReplayReport.State.SOUND, found.report.state(), found.report::toString);
    }

    /// Judges a log that another crash than a process's has gone through: everything durable is there.
    void assertNothingDurableLost() {
        final Replayed found = Replayed.of(directory);
        final List<Replayed.Sample> samples = found.of(UP);
        for (int i = 0; i < samples.size(); i++) {
            assertEquals(Replayed.Sample.of(i, i), samples.get(i));
        }
        final String figures =
                "durable=" + durable + " found=" + samples.size() + " appended=" + appended + " " + found.report;
        assertTrue(samples.size() >= durable && samples.size() <= appended, figures);
        assertTrue(found.report.state() != ReplayReport.State.DAMAGED, figures);
    }

    void end() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor(); // or its files keep the disk busy
        } catch (InterruptedException failure) {
            throw new AssertionError(failure);
        }
        Files.deleteIfExists(errors);
    }

    /// The process.
    static final class Program {
        private static final int SPARED_MAPS = 4;

        private final Path directory;
        private final List<AutoCloseable> held = new ArrayList<>();
        private MappedWal wal;
        private WalTailer tailer;
        private long appended;
        private long durable;

        Program(Path directory) {
            this.directory = directory;
        }

        void run(String what) throws Exception {
            switch (what) {
                case "open" -> wal = MappedWal.open(config(directory));
                case "append" -> {
                    for (int i = 0; i < BULK; i++) {
                        wal.series(UP).append(appended, appended);
                        appended++;
                    }
                }
                case "durable" -> {
                    wal.series(UP).append(appended, appended);
                    final long count = ++appended;
                    wal.flush();
                    durable = count;
                }
                case "truncate" -> wal.truncateBefore(wal.durable(0));
                case "replay" -> MappedWal.replay(directory, ReplayOptions.defaults(), (_, _) -> {});
                case "replay 3" ->
                    MappedWal.replay(
                            directory,
                            ReplayOptions.defaults().memoryBytes(4 << 20).threads(3),
                            (_, _) -> {});
                case "tail" -> {
                    tailer = tailer == null ? MappedWal.tail(directory, Checkpoint.of()) : tailer;
                    tailer.poll((_, _) -> {});
                }
                case "open another" ->
                    MappedWal.open(config(directory.resolveSibling("another")).shards(16))
                            .close();
                case "take files" -> {
                    while (true) {
                        held.add(FileChannel.open(Path.of("/dev/null"), StandardOpenOption.READ));
                    }
                }
                case "take maps" -> takeMaps();
                case "release" -> {
                    for (final AutoCloseable each : held) {
                        each.close();
                    }
                    held.clear();
                }
                case "close" -> wal.close();
                default -> throw new IllegalArgumentException(what);
            }
        }

        /// Until there are no more, then gives a few back: without any the JVM itself cannot live.
        private void takeMaps() throws Exception {
            final Path file = Files.createTempFile("seriatim-maps", "");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(4096));
                while (true) {
                    // The same page again and again: neighbours do not merge.
                    final Arena arena = Arena.ofShared();
                    held.add(arena::close);
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, 4096, arena);
                }
            } catch (IOException full) {
                for (int i = 0; i <= SPARED_MAPS; i++) {
                    held.removeLast().close();
                }
                throw full;
            } finally {
                Files.delete(file);
            }
        }
    }

    public static void main(String[] arguments) throws IOException {
        LOGGER.setLevel(Level.OFF);
        final Program program = new Program(Path.of(arguments[0]));
        final BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            String answer = "ok";
            try {
                program.run(command);
            } catch (WalException failure) {
                answer = failure.getClass().getSimpleName() + " <- " + failure.getCause();
            } catch (IOException failure) {
                answer = failure.toString();
            } catch (Throwable failure) {
                failure.printStackTrace();
                answer = "UNDECLARED " + failure;
            }
            System.out.println(program.appended + " " + program.durable + " " + answer.replace('\n', ' '));
        }
    }
}
