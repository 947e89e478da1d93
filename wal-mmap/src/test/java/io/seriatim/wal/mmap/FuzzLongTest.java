package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Coverage-guided fuzzing (Jazzer), each target in a JVM of its own for its share of the time:
///
/// ```
/// tools/bin/prove fuzz --minutes 30
/// ```
///
/// It begins with the kept inputs and the seeds, and stops at the first failure, whose input is then in
/// `target/fuzz/TARGET`: copy it to `src/test/resources/fuzz/TARGET`, under a name that says what it broke, as a
/// regression test. `-Dfuzz.keep=true` makes the kept inputs anew: the smallest that reach all that these, the found
/// ones and the seeds reach; those with names of their own stay.
@Tag("slow")
class FuzzLongTest {
    /// The judge is no code to cover, and slow under instrumentation.
    private static final String NOT_GUIDED_BY = Stream.of(
                    "Hostile*", "MemoryStorage*", "SegmentEditor*", "Logs*", "EveryKindLog*")
            .map(name -> "io.seriatim.wal.mmap." + name)
            .collect(Collectors.joining(File.pathSeparator));

    /// To find hangs: an input takes milliseconds.
    private static final int TIMEOUT_SECONDS = 20;

    private static final int PROGRESS_SECONDS = 30;
    private static final Pattern PROGRESS = Pattern.compile("^#\\d+.*cov: \\d+ ft: \\d+ corp: \\S+");
    private static final Pattern DONE = Pattern.compile("^Done \\d+ runs in \\d+ second");
    private static final Pattern PER_SECOND = Pattern.compile("average_exec_per_sec: +\\d+");
    private static final Pattern SLOWEST = Pattern.compile("slowest_unit_time_sec: +\\d+");

    @ParameterizedTest
    @EnumSource(FuzzTarget.class)
    void shouldFindNothingWhenFuzzed(FuzzTarget target) throws Exception {
        final String minutes = System.getProperty("fuzz.minutes");
        assumeTrue(minutes != null, "run: tools/bin/prove fuzz --minutes 30");
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
        System.out.println(target + ": " + figures(directory.resolve("log")));
        if (Boolean.getBoolean("fuzz.keep")) {
            final Path minimal = Files.createDirectories(directory.resolve("minimal"));
            run(directory, target, List.of("-merge=1"), minimal, target.kept(), found, seeds);
            replaceKept(target, minimal);
        }
    }

    private static void replaceKept(FuzzTarget target, Path minimal) throws IOException {
        for (final Path old : target.keptFiles()) {
            if (old.getFileName().toString().matches("[0-9a-f]{40}")) {
                Files.delete(old);
            }
        }
        try (Stream<Path> files = Files.list(minimal)) {
            for (final Path file : files.toList()) {
                Files.move(file, target.kept().resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
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
                "-timeout=" + TIMEOUT_SECONDS,
                "-rss_limit_mb=3000",
                "-max_len=" + target.maxBytes));
        arguments.addAll(options);
        arguments.addAll(List.of(corpora));
        final ProcessBuilder jazzer = Child.of(
                List.of("-Xmx400m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"),
                com.code_intelligence.jazzer.Jazzer.class,
                arguments.toArray());
        final Path log = directory.resolve("log");
        final Process process =
                jazzer.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        final Thread atExit = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            while (!process.waitFor(PROGRESS_SECONDS, TimeUnit.SECONDS)) {
                System.out.println(target + ": " + last(log, PROGRESS));
            }
            assertEquals(0, process.exitValue(), () -> "see " + log.toAbsolutePath());
        } finally {
            process.destroyForcibly();
            Runtime.getRuntime().removeShutdownHook(atExit);
        }
    }

    /// @return what a finished run did, in one line
    private static String figures(Path log) throws IOException {
        final String done = last(log, DONE);
        assertNotEquals("", done, () -> "never ran: " + log.toAbsolutePath());
        return done + ", " + last(log, PER_SECOND) + ", " + last(log, SLOWEST) + ", " + last(log, PROGRESS);
    }

    /// @return what the last line of a kind says, "" if there is none
    private static String last(Path log, Pattern line) throws IOException {
        // The log quotes inputs, which need not be text.
        return Files.readString(log, StandardCharsets.ISO_8859_1)
                .lines()
                .map(line::matcher)
                .filter(Matcher::find)
                .reduce((_, last) -> last)
                .map(Matcher::group)
                .orElse("");
    }
}
