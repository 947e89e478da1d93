package io.seriatim.wal.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dynatrace.hash4j.hashing.Hashing;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Who does not use a library need not have it, and never loads the adapters for it.
@Timeout(120)
class AbsentLibraryTest {
    private static final String ALL =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    private static final String AGRONA_FLAG = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED";

    @TempDir
    private Path directory;

    /// Appends and replays with nothing but the log.
    static final class Plain {
        private Plain() {}

        public static void main(String[] arguments) {
            final Path log = Path.of(arguments[0]);
            try (MappedWal wal = MappedWal.open(WalConfig.at(log).segmentBytes(64 * 1024))) {
                wal.series(Labels.of("__name__", "up")).append(1, 1);
                wal.appendRecord(0, 1, new byte[10], 0, 10);
            }
            final var report = MappedWal.replay(log, ReplayOptions.defaults(), (_, _) -> {});
            System.out.println(report.state() + " " + report.records());
        }
    }

    /// The same with Agrona's buffers.
    static final class WithAgrona {
        private WithAgrona() {}

        public static void main(String[] arguments) {
            run(Path.of(arguments[0]), new AgronaLibrary());
        }
    }

    /// The same with Chronicle's.
    static final class WithChronicle {
        private WithChronicle() {}

        public static void main(String[] arguments) {
            run(Path.of(arguments[0]), new ChronicleLibrary());
        }
    }

    private static void run(Path log, Library library) {
        try (MappedWal wal = MappedWal.open(WalConfig.at(log).segmentBytes(64 * 1024))) {
            library.use(wal);
            library.append(library.series(100, library.putLabels(Labels.of("__name__", "up"), 100)), 0, 1);
            library.appendRecord(1, 0, 10);
        }
        final var report = MappedWal.replay(log, ReplayOptions.defaults(), (_, _) -> {});
        System.out.println(report.state() + " " + report.records());
    }

    private static String fewJars() {
        return Stream.of(
                        MappedWal.class,
                        Labels.class,
                        Agent.class,
                        Hashing.class,
                        AgronaAppender.class,
                        AbsentLibraryTest.class)
                .map(AbsentLibraryTest::location)
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private record End(String out, String err) {}

    private End run(String classPath, Class<?> main, String... flags) throws Exception {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.add(Files.createTempDirectory(directory, "run").resolve("log").toString());
        final Path out = directory.resolve("stdout");
        final Path err = directory.resolve("stderr");
        final ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        assertEquals(0, builder.start().waitFor(), () -> "exit of " + main + ": " + read(err));
        return new End(read(out), read(err));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private static void assertLoaded(boolean expected, String prefix, End end) {
        final List<String> loaded = end.out()
                .lines()
                .filter(line -> line.contains("[class,load] " + prefix))
                .toList();
        assertEquals(expected, !loaded.isEmpty(), () -> prefix + ": " + loaded);
    }

    @Test
    void shouldRunAndLoadNothingOfEitherLibraryWhenNeitherIsUsed() throws Exception {
        final End quiet = run(fewJars(), Plain.class);
        assertEquals("SOUND 2\n", quiet.out());
        assertEquals("", quiet.err());

        final End end = run(ALL, Plain.class, "-verbose:class");
        assertLoaded(false, "io.seriatim.wal.adapters.Agrona", end);
        assertLoaded(false, "io.seriatim.wal.adapters.Chronicle", end);
        assertLoaded(false, "net.openhft", end);
        assertLoaded(false, "org.agrona.concurrent.UnsafeBuffer", end);
        assertLoaded(true, "org.agrona.concurrent.AgentRunner", end); // the log's own need of it
    }

    @Test
    void shouldRunWithoutChronicleWhenOnlyAgronaIsUsed() throws Exception {
        assertFalse(fewJars().contains("chronicle"));
        final End end = run(fewJars(), WithAgrona.class, AGRONA_FLAG);
        assertEquals("SOUND 2\n", end.out());
        assertEquals("", end.err());
    }

    @Test
    void shouldLoadNothingOfAgronasBuffersWhenOnlyChronicleIsUsed() throws Exception {
        final End end = run(ALL, WithChronicle.class, "-verbose:class");
        assertTrue(end.out().contains("SOUND 2\n"));
        assertLoaded(true, "net.openhft.chronicle.bytes", end);
        assertLoaded(false, "io.seriatim.wal.adapters.Agrona", end);
        assertLoaded(false, "org.agrona.concurrent.UnsafeBuffer", end);
    }
}
