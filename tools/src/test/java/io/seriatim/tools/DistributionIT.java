package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.ingest.PrometheusSegment;
import io.seriatim.tools.ingest.PrometheusSegment.Packing;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The distribution as a user has it: unpacked somewhere, started from elsewhere. Runs once it has been packed.
@Tag("crash")
class DistributionIT {
    @TempDir
    private Path parent;

    private Path home;
    private Path command;

    /// What a process wrote and how it ended.
    private record Ended(int code, String out, String err) {}

    @BeforeEach
    void unpack() throws Exception {
        final Path unpacked = Files.createDirectory(parent.resolve("unpacked here"));
        final Ended tar = run(parent, Map.of(), "tar", "xzf", packed(".tar.gz"), "-C", unpacked.toString());
        assertEquals(0, tar.code(), tar.err());
        try (Stream<Path> entries = Files.list(unpacked)) {
            home = entries.findFirst().orElseThrow();
        }
        command = home.resolve("bin/seriatim");
    }

    @Test
    void shouldRunFromAnyDirectoryAndThroughSymlinks() throws Exception {
        final Path elsewhere = Files.createDirectory(parent.resolve("elsewhere"));
        final Path absolute = Files.createSymbolicLink(elsewhere.resolve("a"), command);
        final Path relative = Files.createSymbolicLink(elsewhere.resolve("r"), elsewhere.relativize(command));
        final Path chain = Files.createSymbolicLink(elsewhere.resolve("c"), Path.of("r"));

        for (final Path start : List.of(command, absolute, relative, chain)) {
            final Ended version = run(elsewhere, Map.of(), start.toString(), "--version");
            assertEquals(0, version.code(), version.err());
            assertTrue(version.out().matches("seriatim \\d+\\.\\d+\\.\\d+\\S*\\s+"), version.out());
            assertEquals("", version.err());
        }
    }

    @Test
    void shouldIngestVerifyAndReplay() throws Exception {
        Files.writeString(parent.resolve("a.prom"), "a{b=\"c\"} 1 1\n");

        final Ended ingest = run(parent, Map.of(), command.toString(), "ingest", "--dir", "my log", "a.prom");
        final Ended verify = run(parent, Map.of(), command.toString(), "verify", "my log");
        final Ended replay = run(parent, Map.of(), command.toString(), "replay", "-q", "my log");

        assertEquals(0, ingest.code(), ingest.err());
        assertEquals(0, verify.code(), verify.err());
        assertEquals("{\"labels\":{\"__name__\":\"a\",\"b\":\"c\"},\"samples\":[[1,1.0]]}\n", replay.out());
    }

    @Test
    void shouldReadPackedRecordsWithoutAWarning() throws Exception {
        final Path segment = parent.resolve("00000000");
        Files.write(
                segment,
                new PrometheusSegment()
                        .record(Packing.SNAPPY, PrometheusSegment.series(1, "__name__", "up"))
                        .record(Packing.ZSTANDARD, PrometheusSegment.samples(1, 1, 0))
                        .bytes());

        final Ended ingest = run(parent, Map.of(), command.toString(), "ingest", segment.toString());

        assertEquals(0, ingest.code(), ingest.err());
        assertEquals("", ingest.err());
    }

    @Test
    void shouldKeepAnArchiveThatItMayLoseOrFindHarmed() throws Exception {
        // Blanks in the path keep the launcher from naming a file there.
        final Path cache = Files.createDirectory(parent.resolve("cache"));
        final Map<String, String> there = Map.of("SERIATIM_CACHE", cache.toString());
        final Path archive = cache.resolve("seriatim.jsa");

        final Ended first = run(parent, there, command.toString(), "--help");
        assertTrue(Files.size(archive) > 100_000, "made at the end of the first command");
        final Ended second = run(parent, there, command.toString(), "--help");
        Files.write(archive, new byte[] {1, 2, 3});
        final Ended harmed = run(parent, there, command.toString(), "--help");
        assertTrue(Files.size(archive) > 100_000, "made anew");
        Files.delete(archive);
        Files.createDirectory(archive);
        final Ended hindered = run(parent, there, command.toString(), "--help");
        final Ended without = run(parent, Map.of("SERIATIM_CACHE", ""), command.toString(), "--help");

        assertTrue(first.out().contains("Examples"), first.out());
        for (final Ended run : List.of(first, second, harmed, hindered, without)) {
            assertEquals(new Ended(0, first.out(), ""), run);
        }
    }

    @Test
    void shouldMakeTheArchiveAnewForAnotherJar() throws Exception {
        final Path cache = Files.createDirectory(parent.resolve("cache"));
        final Map<String, String> there = Map.of("SERIATIM_CACHE", cache.toString());
        final Path archive = cache.resolve("seriatim.jsa");
        final List<FileTime> made = new ArrayList<>();

        for (int i = 0; i < 2; i++) {
            run(parent, there, command.toString(), "--help");
            made.add(Files.getLastModifiedTime(archive));
        }
        Files.setLastModifiedTime(
                command.resolveSibling("../seriatim.jar"),
                FileTime.from(Instant.now().minusSeconds(3600)));
        run(parent, there, command.toString(), "--help");
        made.add(Files.getLastModifiedTime(archive));

        assertEquals(made.get(0), made.get(1));
        assertNotEquals(made.get(1), made.get(2));
    }

    @Test
    void shouldStartTheJvmWithTheHeapThatTheCommandMayTake() throws Exception {
        assertEquals(64 << 20, heap("replay", "wal"));
        assertEquals(32 << 20, heap("replay", "wal", "--memory", "32m"));
        assertEquals(48 << 20, heap("diff", "--memory=48MiB", "a", "b"));
        assertEquals(1L << 30, heap("replay", "--memory", "1g", "wal"));
        assertEquals(80 << 20, heap("stat", "wal"));
        final long own = heap("verify", "wal");
        for (final String nonsense : List.of("0", "x", "-1", "09m", "1m", "99999999999999g")) {
            assertEquals(own, heap("replay", "wal", "--memory", nonsense), nonsense);
        }
    }

    /// @return the most heap that the JVM would take, in bytes; the command itself finds no log
    private long heap(String... arguments) throws Exception {
        final List<String> line = new ArrayList<>(List.of(command.toString()));
        line.addAll(List.of(arguments));
        final Ended ended =
                run(parent, Map.of("SERIATIM_JAVA_OPTS", "-XX:+PrintFlagsFinal"), line.toArray(String[]::new));
        return ended.out()
                .lines()
                .filter(flag -> flag.strip().matches("size_t +MaxHeapSize +=.*"))
                .mapToLong(flag -> Long.parseLong(flag.replaceAll(".*= +(\\d+) .*", "$1")))
                .findFirst()
                .orElseThrow(() -> new AssertionError(ended.toString()));
    }

    @Test
    void shouldCompleteCommandsAndOptionsInBash() throws Exception {
        final Ended script = run(parent, Map.of(), command.toString(), "completion");
        Files.writeString(parent.resolve("completion.bash"), script.out());
        final String ask = "source completion.bash; COMP_WORDS=(seriatim ver); COMP_CWORD=1; COMP_LINE='seriatim ver';"
                + " _complete_seriatim; echo \"${COMPREPLY[@]}\";"
                + " COMP_WORDS=(seriatim ingest --rou); COMP_CWORD=2; COMP_LINE='seriatim ingest --rou';"
                + " _complete_seriatim; echo \"${COMPREPLY[@]}\"";

        final Ended bash = run(parent, Map.of(), "bash", "-c", ask);

        assertEquals("verify\n--round\n", bash.out(), bash.err());
        assertEquals(0, script.code(), script.err());
    }

    @Test
    void shouldHoldTheSameInBothArchives() throws Exception {
        final List<String> zipped = new ArrayList<>();
        try (ZipFile zip = new ZipFile(packed(".zip"))) {
            zip.stream().filter(entry -> !entry.isDirectory()).forEach(entry -> zipped.add(entry.getName()));
        }
        final List<String> unpacked;
        try (Stream<Path> files = Files.walk(home)) {
            unpacked = files.filter(Files::isRegularFile)
                    .map(file -> home.getParent().relativize(file).toString())
                    .sorted()
                    .toList();
        }

        assertEquals(unpacked, zipped.stream().sorted().toList());
        assertTrue(zipped.stream().anyMatch(name -> name.endsWith("/LICENSE")));
        assertFalse(zipped.stream().anyMatch(name -> name.contains("jupiter")));
    }

    private static String packed(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.getFileName().toString().matches("seriatim-\\d.*" + suffix))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("not packed: target/seriatim-*" + suffix))
                    .toAbsolutePath()
                    .toString();
        }
    }

    private static Ended run(Path directory, Map<String, String> environment, String... words) throws Exception {
        final File out = File.createTempFile("out", null, directory.toFile());
        final File err = File.createTempFile("err", null, directory.toFile());
        final ProcessBuilder builder = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out)
                .redirectError(err);
        builder.environment().keySet().removeIf(name -> name.startsWith("SERIATIM_") || name.contains("JAVA_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        final int code = builder.start().waitFor();
        return new Ended(
                code,
                Files.readString(out.toPath(), StandardCharsets.UTF_8),
                Files.readString(err.toPath(), StandardCharsets.UTF_8));
    }
}
