package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A real InfluxDB, from Debian's package `influxdb` (1.6), with one empty database, on loopback at a port that it
/// chose itself. Its files are in a directory of the test's; it ends with [#close()].
public final class Influxd implements AutoCloseable {
    private static final boolean REQUIRED = Boolean.getBoolean("influxd.required");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Pattern LISTENING = Pattern.compile("Listening on HTTP.* addr=(127\\.0\\.0\\.1:\\d+)");
    private static final String CONFIG = """
        reporting-disabled = true
        bind-address = "127.0.0.1:0"
        [meta]
        dir = "%1$s/meta"
        [data]
        dir = "%1$s/data"
        wal-dir = "%1$s/wal"
        query-log-enabled = false
        [monitor]
        store-enabled = false
        [http]
        bind-address = "127.0.0.1:0"
        log-enabled = false
        """;

    private final Process process;
    private final Path log;
    private final HttpClient client = HttpClient.newHttpClient();
    private String address;

    private Influxd(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /// Skips the test if there is none; fails it if `-Dinfluxd.required=true` says that there must be one.
    public static void assumeInstalled() {
        boolean there = false;
        for (final String directory : System.getenv().getOrDefault("PATH", "").split(":")) {
            there |= Files.isExecutable(Path.of(directory, "influxd"));
        }
        final String missing = "no influxd on the PATH: install Debian's package influxdb";
        assertTrue(there || !REQUIRED, missing);
        assumeTrue(there, missing);
    }

    /// Starts one in an empty directory.
    public static Influxd start(Path directory) throws IOException, InterruptedException {
        final Path config = directory.resolve("influxdb.conf");
        final Path log = directory.resolve("influxdb.log");
        Files.writeString(config, CONFIG.formatted(directory));
        final Influxd influxd = new Influxd(
                new ProcessBuilder("influxd", "-config", config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log);
        try {
            influxd.address = influxd.awaitAddress();
            assertEquals(
                    200,
                    influxd.post("/query?q=" + encoded("CREATE DATABASE seriatim"), "")
                            .statusCode());
            return influxd;
        } catch (IOException | InterruptedException | RuntimeException | Error failure) {
            influxd.close();
            throw failure;
        }
    }

    private String awaitAddress() throws IOException, InterruptedException {
        final long deadlineNs = System.nanoTime() + TIMEOUT.toNanos();
        while (System.nanoTime() < deadlineNs && process.isAlive()) {
            final Matcher listening = LISTENING.matcher(Files.readString(log));
            if (listening.find()) {
                return listening.group(1);
            }
            process.waitFor(50, TimeUnit.MILLISECONDS);
        }
        throw new AssertionError("influxd does not listen: " + Files.readString(log));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        final HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path))
                .timeout(TIMEOUT)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /// Writes lines, which it must take, all of them.
    public void write(String lines) throws IOException, InterruptedException {
        final HttpResponse<String> response = post("/write?db=seriatim&precision=ns", lines);
        assertEquals(204, response.statusCode(), response.body());
    }

    /// @return every series that it has: `name`, `tags`, `columns`, `values`; times in nanoseconds
    public JsonNode series() throws IOException, InterruptedException {
        final String query = encoded("SELECT * FROM /.*/ GROUP BY *");
        final HttpResponse<String> response = post("/query?db=seriatim&epoch=ns&q=" + query, "");
        assertEquals(200, response.statusCode(), response.body());
        final JsonNode result = new ObjectMapper().readTree(response.body()).at("/results/0");
        assertTrue(result.path("error").isMissingNode(), result::toString);
        return result.path("series");
    }

    @Override
    public void close() {
        client.close();
        process.destroy();
        process.onExit().completeOnTimeout(null, 20, TimeUnit.SECONDS).join();
        process.destroyForcibly().onExit().join();
    }
}
