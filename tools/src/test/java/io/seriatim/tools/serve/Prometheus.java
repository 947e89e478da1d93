package io.seriatim.tools.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seriatim.tools.Promtool;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A real Prometheus, or one of its exporters, from Debian's packages, on loopback. Ends with [#close()].
final class Prometheus implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(120);

    private final Process process;
    private final int port;
    private final Path log;
    private final HttpClient client = HttpClient.newHttpClient();

    private Prometheus(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /// Skips the test if one of the two is not there; fails it if `-Dpromtool.required=true` says that they must be.
    static void assumeInstalled() {
        Promtool.assumeInstalled();
        for (final String program : new String[] {"prometheus", "prometheus-node-exporter"}) {
            boolean there = false;
            for (final String path : System.getenv().getOrDefault("PATH", "").split(":")) {
                there |= Files.isExecutable(Path.of(path, program));
            }
            final String missing = "no " + program + " on the PATH: install Debian's package of that name";
            assertTrue(there || !Boolean.getBoolean("promtool.required"), missing);
            assumeTrue(there, missing);
        }
    }

    /// @return a port that nobody has for now
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /// Starts one on a directory of its own, which may have data of an earlier one.
    static Prometheus start(Path directory, String config, int port, String... flags)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        final Path file = Files.writeString(directory.resolve("prometheus.yml"), config);
        final List<String> command = new ArrayList<>(List.of(
                "prometheus",
                "--config.file=" + file,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.enable-lifecycle",
                "--web.listen-address=127.0.0.1:" + port));
        command.addAll(List.of(flags));
        return start(directory, command, port, "/-/ready");
    }

    static Prometheus startNodeExporter(Path directory, int port) throws IOException, InterruptedException {
        return start(
                directory,
                List.of("prometheus-node-exporter", "--web.listen-address=127.0.0.1:" + port),
                port,
                "/metrics");
    }

    private static Prometheus start(Path directory, List<String> command, int port, String probe)
            throws IOException, InterruptedException {
        final Path log = Files.createTempFile(directory, "prometheus", ".log");
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        final Prometheus started = new Prometheus(process, port, log);
        try {
            started.await(probe);
            return started;
        } catch (IOException | InterruptedException | RuntimeException | Error failure) {
            started.close();
            throw failure;
        }
    }

    private void await(String probe) throws IOException, InterruptedException {
        final long deadlineNs = System.nanoTime() + TIMEOUT.toNanos();
        while (System.nanoTime() < deadlineNs && process.isAlive()) {
            try {
                if (get(probe).statusCode() == 200) {
                    return;
                }
            } catch (IOException _) {
                // It does not listen yet.
            }
            process.waitFor(100, TimeUnit.MILLISECONDS);
        }
        throw new AssertionError("it does not start: " + Files.readString(log));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(path, HttpRequest.newBuilder());
    }

    private HttpResponse<String> send(String path, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(
                request.uri(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(TIMEOUT)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /// Ends all scraping, but goes on writing to `remoteWrite`, and waits until everything has been taken there.
    /// One that is ended at once gives up what it has not read out of its own log yet: much, on a busy machine.
    void sendAll(Path directory, String remoteWrite) throws IOException, InterruptedException {
        Files.writeString(directory.resolve("prometheus.yml"), remoteWrite);
        final HttpResponse<String> answer =
                send("/-/reload", HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.noBody()));
        assertEquals(200, answer.statusCode(), answer::body);
        final long deadlineNs = System.nanoTime() + SEND_TIMEOUT.toNanos();
        while (!isAllSent()) {
            if (System.nanoTime() > deadlineNs) {
                throw new AssertionError("not all was sent: " + remoteStorage() + "\n" + Files.readString(log));
            }
            Thread.sleep(200);
        }
    }

    private boolean isAllSent() throws IOException, InterruptedException {
        final Map<String, Double> counts = remoteStorage();
        // What is sent again is counted again.
        return counts.get("samples_in_total") > 0
                && counts.get("samples_in_total") == counts.get("samples_total") - counts.get("samples_retried_total")
                && counts.get("samples_pending") == 0;
    }

    private Map<String, Double> remoteStorage() throws IOException, InterruptedException {
        final String prefix = "prometheus_remote_storage_";
        final Map<String, Double> counts = new TreeMap<>();
        get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(prefix + "samples_"))
                .forEach(line -> counts.merge(
                        line.substring(prefix.length()).split("[{ ]")[0],
                        Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)),
                        Double::sum));
        return counts;
    }

    /// @return the answer to a range query, a step a second
    JsonNode range(String query, long fromSeconds, long untilSeconds) throws IOException, InterruptedException {
        final HttpResponse<String> answer = get("/api/v1/query_range?step=1&start=" + fromSeconds + "&end="
                + untilSeconds + "&query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.body());
        }
        return new ObjectMapper().readTree(answer.body()).at("/data/result");
    }

    @Override
    public void close() {
        end();
    }

    /// As SIGTERM does it, and waits: what is to be written elsewhere is sent first.
    void end() {
        client.close();
        process.destroy();
        process.onExit().completeOnTimeout(null, 70, TimeUnit.SECONDS).join();
        process.destroyForcibly().onExit().join();
    }
}
