package io.seriatim.tools.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.ChildJvm;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A crowd of hostile connections at both ports of a `serve` that has 128 MiB of heap: silent ones, half headers, half
/// messages, bytes that are no HTTP. It stays within its memory, and serves those who come when the crowd has been
/// shown out. `prove crowd` sends 10,000.
@Timeout(300)
class CrowdTest {
    private static final int CROWD = Integer.getInteger("crowd.connections", 2_000);
    private static final long MOST_RESIDENT_KIB = 512 * 1024;
    private static final List<String> OPENINGS = List.of(
            "",
            "POST /v1/metrics HTTP/1.1\r\nHost: x\r\nX-Slow: ",
            "POST /api/v1/write HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\n"
                    + "Content-Encoding: snappy\r\nContent-Length: 4000000\r\n\r\nonly this",
            "\u0000\u0001\u0002 no protocol of this world",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    @TempDir
    private Path directory;

    private final List<SocketChannel> crowd = new ArrayList<>();
    private ChildJvm serve;

    @AfterEach
    void tearDown() throws Exception {
        for (final SocketChannel one : crowd) {
            one.close();
        }
        if (serve != null) {
            serve.kill();
        }
    }

    /// @return false if the connection was refused or reset at once; most that are too many are closed a little later
    private boolean enter(int port, int number) {
        try {
            final SocketChannel channel = SocketChannel.open();
            crowd.add(channel);
            channel.connect(new InetSocketAddress("127.0.0.1", port));
            final String opening = OPENINGS.get(number % OPENINGS.size());
            channel.write(ByteBuffer.wrap(opening.getBytes(StandardCharsets.ISO_8859_1)));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static int status(HttpClient client, String url) throws InterruptedException {
        try {
            final byte[] message = ServeTest.snappy(ServeTest.writeRequest("m", 1_700_000_000_000L, 1));
            return client.send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .timeout(Duration.ofSeconds(5))
                                    .header("Content-Type", "application/x-protobuf")
                                    .header("Content-Encoding", "snappy")
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(message))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException _) {
            return 0; // not let in yet
        }
    }

    private long residentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + serve.process().pid() + "/status")).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldServeOthersWhenACrowdHasBeenShownOut() throws Exception {
        final int httpPort = Prometheus.freePort();
        final int grpcPort = Prometheus.freePort();
        serve = ChildJvm.start(
                directory,
                List.of("-Xmx128m", "-XX:MaxDirectMemorySize=64m", "--sun-misc-unsafe-memory-access=allow"),
                "serve",
                "--dir",
                directory.resolve("wal"),
                "--http",
                "127.0.0.1:" + httpPort,
                "--grpc",
                "127.0.0.1:" + grpcPort,
                "--header-timeout",
                "3s",
                "--request-timeout",
                "3s",
                "--idle-timeout",
                "5s",
                "--max-inflight",
                "32m");
        final String url = "http://127.0.0.1:" + httpPort + "/api/v1/write";
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (status(client, url) != 204) {
                assertTrue(serve.process().isAlive(), serve.errText());
                Thread.sleep(100);
            }
        }
        int entered = 0;
        long most = 0;
        for (int i = 0; i < CROWD; i++) {
            entered += enter(i % 3 == 0 ? grpcPort : httpPort, i) ? 1 : 0;
            most = i % 500 == 0 ? Math.max(most, residentKib()) : most;
        }
        most = Math.max(most, residentKib());
        int status = 0;
        while (status != 204) {
            try (HttpClient client = HttpClient.newHttpClient()) {
                status = status(client, url);
            }
            assertTrue(serve.process().isAlive(), serve.errText());
            most = Math.max(most, residentKib());
        }
        assertTrue(most < MOST_RESIDENT_KIB, "most=" + most);
        assertEquals(-1, serve.errText().indexOf("OutOfMemoryError"), serve.errText());
        System.out.println("CrowdTest: connections=" + CROWD + " opened=" + entered + " mostResidentKib=" + most);
    }
}
