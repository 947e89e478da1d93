package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `verify` under a fuzzer that is guided by coverage, of the command and of the log (Jazzer):
///
/// ```
/// tools/bin/prove fuzz-verify --minutes 5
/// ```
///
/// The input of a failure is in `target/fuzz`. [HostileFilesTest] does the same by seeds, and shows what the judge
/// sees.
class FuzzVerifyTest {
    private static final int TIMEOUT_SECONDS = 20;

    @Test
    @DisplayName("P12, P4: the fuzz target takes any input")
    void shouldHoldWhenInputIsRandom() throws Exception {
        final Random random = new Random(7);
        for (int length = 0; length < 40; length += 4) {
            final byte[] input = new byte[length];
            random.nextBytes(input);
            FuzzVerify.fuzzerTestOneInput(input);
        }
    }

    @Test
    @Tag("slow")
    @DisplayName("P12, P4: verify agrees with the report, whatever a fuzzer finds")
    void shouldFindNothingWhenFuzzed() throws Exception {
        final String minutes = System.getProperty("fuzz.minutes");
        assumeTrue(minutes != null, "run: tools/bin/prove fuzz-verify --minutes 5");
        final Path directory = Path.of("target", "fuzz");
        final Path found = Files.createDirectories(directory.resolve("found"));
        final Path log = directory.resolve("log");
        final Process jazzer = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx400m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + FuzzVerify.class.getName(),
                        "--instrumentation_includes=io.seriatim.wal.**" + File.pathSeparator + "io.seriatim.tools.**",
                        "--reproducer_path=" + directory,
                        "-artifact_prefix=" + directory + "/",
                        "-timeout=" + TIMEOUT_SECONDS,
                        "-rss_limit_mb=3000",
                        "-max_len=256",
                        "-max_total_time=" + 60 * Long.parseLong(minutes),
                        "-print_final_stats=1",
                        found.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        final Thread atExit = new Thread(jazzer::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            assertEquals(0, jazzer.waitFor(), () -> "see " + log.toAbsolutePath());
        } finally {
            jazzer.destroyForcibly();
            Runtime.getRuntime().removeShutdownHook(atExit);
        }
        final List<String> done = Files.readString(log, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> line.startsWith("Done "))
                .toList();
        assertEquals(1, done.size(), () -> "never ran: " + log.toAbsolutePath());
        System.out.println("verify: " + done.getFirst());
    }
}
