package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Coverage-guided fuzzing (Jazzer), each target in a JVM of its own for its share of the time:
///
/// ```
/// mvn -Pslow -pl wal-mmap -am verify -Dtest=FuzzLongTest -Dfuzz.minutes=30
/// ```
///
/// It begins with the kept inputs and the seeds, and stops at the first failure, whose input is then in
/// `target/fuzz/TARGET`: copy it to `src/test/resources/fuzz/TARGET` as a regression test. `-Dfuzz.keep=true` adds what
/// reached new code to the kept inputs, the smallest of each.
@Tag("slow")
class FuzzLongTest {
    /// The judge is no code to cover, and slow under instrumentation.
    private static final String NOT_GUIDED_BY = Stream.of(
                    "Hostile*", "MemoryStorage*", "SegmentEditor*", "Logs*", "EveryKindLog*")
            .map(name -> "io.seriatim.wal.mmap." + name)
            .collect(Collectors.joining(File.pathSeparator));

    @ParameterizedTest
    @EnumSource(FuzzTarget.class)
    void shouldFindNothingWhenFuzzed(FuzzTarget target) throws Exception {
        final String minutes = System.getProperty("fuzz.minutes");
        assumeTrue(minutes != null, "give -Dfuzz.minutes=30");
        final long seconds = (long) (60 * Double.parseDouble(minutes)) / FuzzTarget.values().length;
        final Path directory = Path.of("target", "fuzz", target.type.getSimpleName());
        final Path found = Files.createDirectories(directory.resolve("found"));
        final Path seeds = Files.createDirectories(directory.resolve("seeds"));
        int number = 0;
        for (final byte[] seed : target.seeds()) {
            Files.write(seeds.resolve("seed-" + number++), seed);
        }
        Files.createDirectories(target.kept());
        run(
                directory,
                target,
                List.of("-max_total_time=" + Math.max(1, seconds), "-print_final_stats=1"),
                found,
                target.kept(),
                seeds);
        if (Boolean.getBoolean("fuzz.keep")) {
            final Path minimal = Files.createDirectories(directory.resolve("minimal"));
            run(directory, target, List.of("-merge=1"), minimal, target.kept(), found, seeds);
            replaceKept(target, minimal);
        }
    }

    private static void replaceKept(FuzzTarget target, Path minimal) throws IOException {
        try (Stream<Path> files = Files.list(minimal)) {
            for (final Path file : files.toList()) {
                Files.move(file, target.kept().resolve(file.getFileName()));
            }
        }
    }

    private static void run(Path directory, FuzzTarget target, List<String> options, Path... corpora)
            throws IOException, InterruptedException {
        final List<Object> arguments = new ArrayList<>(List.of(
                "--target_class=" + target.type.getName(),
                "--instrumentation_includes=io.seriatim.wal.**",
                "--instrumentation_excludes=" + NOT_GUIDED_BY,
                "--reproducer_path=" + directory,
                "-artifact_prefix=" + directory + "/",
                "-timeout=120",
                "-rss_limit_mb=3000",
                "-max_len=" + target.maxBytes));
        arguments.addAll(options);
        arguments.addAll(List.of(corpora));
        final ProcessBuilder jazzer = Child.of(
                List.of("-Xmx400m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"),
                com.code_intelligence.jazzer.Jazzer.class,
                arguments.toArray());
        final Path log = directory.resolve("log");
        final Process process = jazzer.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try {
            assertEquals(0, process.waitFor(), () -> "see " + log.toAbsolutePath());
        } finally {
            process.destroyForcibly();
        }
    }
}
