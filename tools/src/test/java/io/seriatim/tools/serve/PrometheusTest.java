package io.seriatim.tools.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.seriatim.tools.ChildJvm;
import io.seriatim.tools.Invocation;
import io.seriatim.tools.Promtool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A real Prometheus writes to `serve`, which is killed on the way; what the log holds goes into a second real
/// Prometheus; both know the same.
@Timeout(500)
class PrometheusTest {
    private static final int SECONDS = Integer.getInteger("prometheus.seconds", 12);

    @TempDir
    private Path directory;

    private ChildJvm serve;

    @BeforeEach
    void setUp() {
        Prometheus.assumeInstalled();
    }

    private void startServe(int port) throws Exception {
        serve = ChildJvm.start(
                directory,
                List.of("--sun-misc-unsafe-memory-access=allow"),
                "serve",
                "--dir",
                directory.resolve("wal"),
                "--http",
                "127.0.0.1:" + port,
                "--grpc",
                "off");
        while (true) {
            assertTrue(serve.process().isAlive(), serve.errText());
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException _) {
                Thread.sleep(100);
            }
        }
    }

    @Test
    void shouldFindTheTokenAndTlsOfThePageWellFormed() throws Exception {
        final List<String> blocks = ClientsDocument.blocks("yaml", 4318, 4317);
        Files.writeString(directory.resolve("token"), "s3cret");
        Files.writeString(directory.resolve("server.pem"), "");
        final Path config = Files.writeString(directory.resolve("prometheus.yml"), blocks.get(0) + blocks.get(1));
        final Promtool check = Promtool.run(directory, null, "check", "config", config);
        assertEquals(0, check.code(), check.out());
    }

    @Test
    void shouldGiveASecondPrometheusWhatTheFirstOneHas() throws Exception {
        final int exporterPort = Prometheus.freePort();
        final int servePort = Prometheus.freePort();
        final int firstPort = Prometheus.freePort();
        final long from = Instant.now().getEpochSecond();
        final String target = "  - job_name: %s\n    static_configs: [{targets: ['127.0.0.1:%d']}]\n";
        final String remoteWrite = ClientsDocument.blocks("yaml", servePort, 0).getFirst();
        final String scraping = "global: {scrape_interval: 1s}\nscrape_configs:\n"
                + target.formatted("prometheus", firstPort)
                + target.formatted("node", exporterPort)
                + remoteWrite;
        startServe(servePort);
        try (Prometheus _ = Prometheus.startNodeExporter(directory, exporterPort);
                Prometheus first = Prometheus.start(directory.resolve("first"), scraping, firstPort)) {
            Thread.sleep(SECONDS * 500L);
            serve.kill();
            Thread.sleep(2000);
            startServe(servePort);
            Thread.sleep(SECONDS * 500L);
            first.sendAll(directory.resolve("first"), remoteWrite);
        } finally {
            serve.process().destroy();
            serve.end();
        }
        final long until = Instant.now().getEpochSecond();
        final int secondPort = Prometheus.freePort();
        final String idle = "storage: {tsdb: {out_of_order_time_window: 1h}}\n";
        try (Prometheus first = Prometheus.start(directory.resolve("first"), "", firstPort);
                Prometheus second = Prometheus.start(
                        directory.resolve("second"), idle, secondPort, "--web.enable-remote-write-receiver")) {
            final Invocation replay = Invocation.of(
                    "replay", directory.resolve("wal"), "--to", "remote-write+http://127.0.0.1:" + secondPort);
            assertEquals(0, replay.code(), replay.err());
            final SortedMap<String, String> expected = answers(first, from, until);
            final SortedMap<String, String> found = answers(second, from, until);
            assertTrue(expected.size() > 500, "series=" + expected.size());
            assertEquals(expected, found);
        }
        final List<String> samples = dump("first");
        final List<String> unexpected = new ArrayList<>(dump("second"));
        final List<String> missing = new ArrayList<>(samples);
        missing.removeAll(new HashSet<>(unexpected));
        unexpected.removeAll(new HashSet<>(samples));
        assertEquals(List.of(), missing, () -> "unexpected: " + unexpected);
        assertEquals(List.of(), unexpected);
        System.out.println(
                "PrometheusTest: " + samples.size() + " samples, " + Files.size(serve.err()) + " bytes said");
    }

    private static SortedMap<String, String> answers(Prometheus prometheus, long from, long until) throws Exception {
        final SortedMap<String, String> answers = new TreeMap<>();
        for (final JsonNode series : prometheus.range("{__name__=~\".+\"}", from, until)) {
            answers.put(series.get("metric").toString(), series.get("values").toString());
        }
        return answers;
    }

    /// Every sample that one has, by its own tool.
    private List<String> dump(String which) throws Exception {
        final Promtool dump = Promtool.run(
                directory, null, "tsdb", "dump", directory.resolve(which).resolve("data"));
        assertEquals(0, dump.code(), dump.out());
        return dump.out().lines().sorted().toList();
    }
}
