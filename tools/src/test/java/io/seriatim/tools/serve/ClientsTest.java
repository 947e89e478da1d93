package io.seriatim.tools.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.seriatim.tools.Invocation;
import io.seriatim.tools.serve.intake.IntakeLog;
import io.seriatim.wal.WalConfig;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `CLIENTS.md`, tried as shown.
@Timeout(120)
class ClientsTest {
    @TempDir
    private Path directory;

    private Serving serving;

    @BeforeEach
    void start() {
        final InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        final WalConfig config = WalConfig.at(directory.resolve("wal"))
                .timeUnit(TimeUnit.NANOSECONDS)
                .segmentBytes(1 << 20);
        final PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        serving = new Serving(
                new ServeOptions(config, any, any, null, null, true, ServeTest.limits(), null),
                new Journal(nowhere, Journal.Format.TEXT, true));
    }

    @AfterEach
    void end() {
        if (serving != null) {
            serving.close();
        }
    }

    private List<String> lines() throws Exception {
        assertTrue(serving.drain(Duration.ofSeconds(30)));
        serving = null;
        return IntakeLog.lines(directory.resolve("wal"));
    }

    private List<String> blocks(String language) throws Exception {
        return ClientsDocument.blocks(language, serving.httpPort(), serving.grpcPort());
    }

    @Test
    void shouldTakeWhatASdkSendsThatIsConfiguredAsShown() throws Exception {
        final List<String> blocks = blocks("properties");
        assertEquals(2, blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            final Map<String, String> settings = new TreeMap<>();
            blocks.get(i)
                    .lines()
                    .map(line -> line.split("=", 2))
                    .forEach(pair ->
                            settings.put(pair[0].toLowerCase(Locale.ROOT).replace('_', '.'), pair[1]));
            try (OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                    .disableShutdownHook()
                    .addPropertiesSupplier(() -> settings)
                    .build()
                    .getOpenTelemetrySdk()) {
                sdk.getMeter("test").counterBuilder("orders").build().add(40 + i);
            }
        }
        final List<String> lines = lines();
        for (int i = 0; i < blocks.size(); i++) {
            final String value = " " + (40.0 + i);
            assertTrue(
                    lines.stream()
                            .anyMatch(line ->
                                    line.startsWith("{__name__=\"orders_total\", instance=\"pod-1\", job=\"shop\"")
                                            && line.endsWith(value)),
                    () -> String.join("\n", lines));
        }
    }

    @Test
    void shouldTakeAFileOfJsonAsShown() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "no curl");
        Files.writeString(directory.resolve("metrics.json"), blocks("json").getFirst());
        final List<String> commands = blocks("sh");
        assertEquals(1, commands.size());
        final Process curl = new ProcessBuilder("sh", "-c", commands.getFirst())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        final String said = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, curl.waitFor(), said);
        assertTrue(lines().contains("{__name__=\"orders_total\", job=\"shop\", otel_scope_name=\"by hand\"}"
                + " 1700000000000000000 42.0"));
    }

    @Test
    void shouldIngestTheSameFile() throws Exception {
        final Path file = Files.writeString(
                directory.resolve("metrics.json"), blocks("json").getFirst());
        final String[] words = blocks("console").getFirst().strip().split(" ");
        assertEquals("seriatim", words[0]);
        words[3] = directory.resolve("ingested").toString();
        words[4] = file.toString();
        final Invocation ingest = Invocation.of((Object[]) Arrays.copyOfRange(words, 1, words.length));
        assertEquals(0, ingest.code(), ingest.err());
        assertTrue(IntakeLog.lines(directory.resolve("ingested"))
                .contains("{__name__=\"orders_total\", job=\"shop\", otel_scope_name=\"by hand\"}"
                        + " 1700000000000000000 42.0"));
    }
}
