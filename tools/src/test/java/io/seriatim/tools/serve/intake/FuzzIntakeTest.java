package io.seriatim.tools.serve.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The decoders of `serve` under a fuzzer that is guided by coverage (Jazzer):
///
/// ```
/// tools/bin/prove fuzz-intake --minutes 5
/// ```
///
/// It begins with messages that have every field. [HostileMessagesTest] harms the same ones by seeds, in every build.
class FuzzIntakeTest {
    private static final int TIMEOUT_SECONDS = 20;

    @TempDir
    private Path directory;

    private static byte[] seed(int decoder, byte[] message) {
        final ByteArrayOutputStream seed = new ByteArrayOutputStream();
        seed.write(decoder);
        seed.writeBytes(message);
        return seed.toByteArray();
    }

    private static List<byte[]> seeds() {
        return List.of(
                seed(0, OtlpMessages.everything().toByteArray()),
                seed(1, OtlpJsonTest.EVERYTHING.getBytes(StandardCharsets.UTF_8)),
                seed(2, RemoteWrite1Test.everything().bytes()),
                seed(3, RemoteWrite2Test.everything().bytes()));
    }

    @Test
    void shouldHoldWhenInputIsRandom() {
        final Random random = new Random(7);
        for (final byte[] seed : seeds()) {
            FuzzIntake.fuzzerTestOneInput(seed);
            for (int i = 0; i < 200; i++) {
                final byte[] harmed = seed.clone();
                harmed[1 + random.nextInt(harmed.length - 1)] ^= (byte) (1 + random.nextInt(255));
                FuzzIntake.fuzzerTestOneInput(harmed);
            }
        }
    }

    @Test
    @Tag("slow")
    void shouldFindNothingWhenFuzzed() throws Exception {
        final String minutes = System.getProperty("fuzz.minutes");
        assumeTrue(minutes != null, "run: tools/bin/prove fuzz-intake --minutes 5");
        final Path log = directory.resolve("log");
        assertEquals(0, fuzz(60 * Long.parseLong(minutes), false, log), () -> read(log));
        System.out.println("intake: " + done(log));
    }

    @Test
    @Tag("slow")
    void shouldFindAPlantedFault() throws Exception {
        assumeTrue(System.getProperty("fuzz.minutes") != null, "run: tools/bin/prove fuzz-intake --minutes 5");
        final Path log = directory.resolve("log");
        assertNotEquals(0, fuzz(300, true, log));
        assertTrue(read(log).contains("IllegalStateException: planted"), () -> read(log));
    }

    private static String done(Path log) {
        return read(log)
                .lines()
                .filter(line -> line.startsWith("Done "))
                .findFirst()
                .orElseThrow(() -> new AssertionError("never ran: " + read(log)));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException failure) {
            return failure.toString();
        }
    }

    private int fuzz(long seconds, boolean planted, Path log) throws Exception {
        final Path corpus = Files.createDirectories(directory.resolve("corpus"));
        int number = 0;
        for (final byte[] seed : seeds()) {
            Files.write(corpus.resolve("seed-" + number++), seed);
        }
        final List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx600m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dfuzz.planted=" + planted,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FuzzIntake.class.getName(),
                "--instrumentation_includes=io.seriatim.tools.serve.intake.**",
                "--reproducer_path=" + directory,
                "-artifact_prefix=" + Files.createDirectories(Path.of("target", "fuzz")) + "/intake-",
                "-timeout=" + TIMEOUT_SECONDS,
                "-rss_limit_mb=3000",
                "-max_len=4096",
                "-max_total_time=" + seconds,
                corpus.toString()));
        final Process jazzer = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        final Thread atExit = new Thread(jazzer::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            return jazzer.waitFor();
        } finally {
            jazzer.destroyForcibly();
            Runtime.getRuntime().removeShutdownHook(atExit);
        }
    }
}
