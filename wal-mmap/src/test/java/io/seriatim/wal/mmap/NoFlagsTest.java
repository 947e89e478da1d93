package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// An embedding program needs no flag and hears no warning: the two modules, Agrona and hash4j, nothing else.
@Timeout(120)
class NoFlagsTest {
    @TempDir
    private Path directory;

    /// Opens, appends, forces, rolls, truncates, closes, replays. Uses nothing but the four libraries.
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws Exception {
            final Path log = Path.of(arguments[0]);
            try (MappedWal wal = MappedWal.open(WalConfig.at(log).segmentBytes(64 * 1024))) {
                final SeriesHandle up = wal.series(Labels.of("__name__", "up"));
                for (int i = 0; i < 10_000; i++) {
                    up.append(i, i);
                }
                wal.flush();
                wal.truncateBefore(wal.durable(0) / 2);
            }
            final ReplayReport report = MappedWal.replay(log, ReplayOptions.defaults(), (_, _) -> {});
            System.out.println(report.state());
        }
    }

    private static Path location(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static List<Path> libraries() throws Exception {
        return List.of(
                location(MappedWal.class),
                location(Labels.class),
                location(Agent.class),
                location(com.dynatrace.hash4j.hashing.Hashing.class));
    }

    private void assertQuiet(List<String> command) throws IOException, InterruptedException {
        final Child.End end = Child.run(Child.clean(command), directory);
        assertEquals("", end.err());
        assertEquals("SOUND\n", end.out());
        assertEquals(0, end.exit());
    }

    private List<String> onTheClassPath(String... flags) throws Exception {
        final List<Path> path = new ArrayList<>(libraries());
        path.add(location(NoFlagsTest.class));
        final List<String> command = new ArrayList<>();
        command.add(Child.JAVA.toString());
        command.addAll(List.of(flags));
        command.add("-cp");
        command.add(path.stream().distinct().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        command.add(Program.class.getName());
        command.add(directory.resolve("log").toString());
        return command;
    }

    @Test
    @DisplayName("P8: no flag, no warning on the class path")
    void shouldSayNothingWhenOnTheClassPath() throws Exception {
        assertQuiet(onTheClassPath());
    }

    @Test
    @DisplayName("P8: a JVM without Flight Recorder will do, and never loads the events")
    void shouldRunWhenThereIsNoFlightRecorder() throws Exception {
        assertQuiet(onTheClassPath("--limit-modules", "java.base"));
        assertFalse(loaded("--limit-modules", "java.base").contains("io.seriatim.wal.mmap.ForceEvent"));
        assertTrue(loaded().contains("io.seriatim.wal.mmap.ForceEvent"), "the search finds nothing");
    }

    private String loaded(String... flags) throws Exception {
        final List<String> all = new ArrayList<>(List.of(flags));
        all.add("-verbose:class");
        return Child.run(Child.clean(onTheClassPath(all.toArray(String[]::new))), directory)
                .out();
    }

    @Test
    @DisplayName("P8: no flag, no warning on the module path")
    void shouldSayNothingWhenOnTheModulePath() throws Exception {
        // The program becomes a package of its own module: the log's own is closed to it.
        final Path classes = directory.resolve("program");
        final Path source = Files.createDirectories(directory.resolve("source/app"));
        Files.writeString(source.resolveSibling("module-info.java"), "module app { requires io.seriatim.wal.mmap; }");
        Files.writeString(source.resolve("Main.java"), """
            package app;
            import io.seriatim.wal.*;
            import io.seriatim.wal.mmap.MappedWal;
            public class Main {
                public static void main(String[] arguments) throws Exception {
                    var log = java.nio.file.Path.of(arguments[0]);
                    try (var wal = MappedWal.open(WalConfig.at(log).segmentBytes(64 * 1024))) {
                        var up = wal.series(Labels.of("__name__", "up"));
                        for (int i = 0; i < 10_000; i++) {
                            up.append(i, i);
                        }
                        wal.flush();
                    }
                    System.out.println(MappedWal.replay(log, ReplayOptions.defaults(), (s, p) -> {}).state());
                }
            }
            """);
        final String modules = libraries().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        final Child.End compiled = Child.run(
                Child.clean(List.of(
                        Child.JAVA.resolveSibling("javac").toString(),
                        "-p",
                        modules,
                        "-d",
                        classes.toString(),
                        source.resolveSibling("module-info.java").toString(),
                        source.resolve("Main.java").toString())),
                directory);
        assertEquals(0, compiled.exit(), compiled::err);
        for (final List<String> flags : List.of(List.<String>of(), List.of("--limit-modules", "app"))) {
            final List<String> command = new ArrayList<>(List.of(Child.JAVA.toString()));
            command.addAll(flags); // the second: without Flight Recorder, which nothing requires
            command.addAll(List.of("-p", modules + File.pathSeparator + classes, "-m", "app/app.Main"));
            command.add(directory.resolve("log" + flags.size()).toString());
            assertQuiet(command);
        }
    }
}
