package io.seriatim.tools.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedOutputStream;
import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.Samples;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Both fronts over loopback, with real sockets and clients of other makers.
class ServeTest {
    private static final String TOKEN = "s3cret";
    private static final int CONNECTIONS = 16;
    private static final String PROTOBUF = "application/x-protobuf";

    @TempDir
    private Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private Serving serving;

    private void start(ServeLimits limits, BearerToken token) {
        final InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        final WalConfig config = WalConfig.at(directory.resolve("wal"))
                .timeUnit(TimeUnit.NANOSECONDS)
                .segmentBytes(1 << 20);
        serving = new Serving(
                new ServeOptions(config, any, any, null, token, true, limits, null),
                new Journal(new PrintStream(said, true, StandardCharsets.UTF_8), Journal.Format.JSON, false));
    }

    static ServeLimits limits() {
        return limits(1 << 20, 1 << 20, 8 << 20, Duration.ofSeconds(10));
    }

    private static ServeLimits limits(int message, int unpacked, long inflight, Duration header) {
        return new ServeLimits(
                message,
                unpacked,
                inflight,
                64,
                CONNECTIONS,
                8,
                64,
                4096,
                1000,
                64 << 20,
                Duration.ofSeconds(10),
                header,
                Duration.ofSeconds(30));
    }

    @AfterEach
    void end() {
        client.close();
        if (serving != null) {
            serving.close();
        }
    }

    static byte[] writeRequest(String name, long millis, double value) throws IOException {
        final byte[] label = message(out -> {
            out.writeString(1, "__name__");
            out.writeString(2, name);
        });
        final byte[] sample = message(out -> {
            out.writeDouble(1, value);
            out.writeInt64(2, millis);
        });
        final byte[] series = message(out -> {
            out.writeByteArray(1, label);
            out.writeByteArray(2, sample);
        });
        return message(out -> out.writeByteArray(1, series));
    }

    interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    static byte[] message(Fields fields) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    static byte[] snappy(byte[] message) {
        final SnappyJavaCompressor snappy = new SnappyJavaCompressor();
        final byte[] packed = new byte[snappy.maxCompressedLength(message.length)];
        return Arrays.copyOf(packed, snappy.compress(message, 0, message.length, packed, 0, packed.length));
    }

    static byte[] gzip(byte[] message) throws IOException {
        final ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(message);
        }
        return packed.toByteArray();
    }

    private HttpResponse<byte[]> post(String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        final HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .timeout(Duration.ofSeconds(30));
        return client.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + serving.httpPort() + path);
    }

    /// What the log holds: values by series, as text.
    private Map<String, String> logged() {
        final Map<String, String> found = new TreeMap<>();
        MappedWal.replay(directory.resolve("wal"), ReplayOptions.defaults(), new ReplayHandler() {
            @Override
            public void onSamples(Labels labels, Samples samples) {
                for (int i = 0; i < samples.count(); i++) {
                    found.merge(
                            labels.get("__name__"),
                            samples.timestamp(i) + "=" + samples.value(i),
                            (a, b) -> a + "," + b);
                }
            }
        });
        return found;
    }

    @Test
    void shouldTakeWhatClientsSendOverHttp() throws Exception {
        start(limits(), null);
        assertEquals(
                200,
                post("/v1/metrics", OtlpClient.gauge("a", 5, 1.5), "Content-Type", PROTOBUF)
                        .statusCode());
        assertEquals(
                200,
                post(
                                "/v1/metrics",
                                gzip(OtlpClient.gauge("b", 6, 2.5)),
                                "Content-Type",
                                PROTOBUF,
                                "Content-Encoding",
                                "gzip")
                        .statusCode());
        final String json = """
            {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"c","gauge":{"dataPoints":[
            {"timeUnixNano":"7","asDouble":3.5}]}}]}]}]}\
            """;
        final HttpResponse<byte[]> answer = post(
                "/v1/metrics",
                json.getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/json; charset=utf-8");
        assertEquals(200, answer.statusCode());
        assertEquals("{}", new String(answer.body(), StandardCharsets.UTF_8).strip());
        final HttpResponse<byte[]> written = post(
                "/api/v1/write",
                snappy(writeRequest("d", 8, 4.5)),
                "Content-Type",
                PROTOBUF,
                "Content-Encoding",
                "snappy");
        assertEquals(204, written.statusCode());
        assertEquals(
                "1",
                written.headers()
                        .firstValue("X-Prometheus-Remote-Write-Samples-Written")
                        .orElseThrow());

        assertEquals(
                Map.of("a", "5=1.5", "b", "6=2.5", "c", "7=3.5", "d", "8000000=4.5"), logged(), "while it is served");
    }

    @Test
    void shouldTakeWhatClientsSendOverGrpc() throws Exception {
        start(limits(), null);
        assertEquals(
                Status.Code.OK,
                export(OtlpClient.gauge("a", 5, 1.5), null, null).getCode());
        assertEquals(
                Status.Code.OK,
                export(OtlpClient.gauge("b", 6, 2.5), "gzip", null).getCode());

        assertEquals(Map.of("a", "5=1.5", "b", "6=2.5"), logged());
    }

    @Test
    void shouldRefuseWhatIsNoMessageAndLogNothing() throws Exception {
        start(limits(), null);
        final byte[] whole = OtlpClient.gauge("a", 5, 1.5);
        final byte[] torn = Arrays.copyOf(whole, whole.length - 1);

        assertEquals(400, post("/v1/metrics", torn, "Content-Type", PROTOBUF).statusCode());
        assertEquals(
                400,
                post("/v1/metrics", new byte[] {'{'}, "Content-Type", "application/json")
                        .statusCode());
        assertEquals(
                415, post("/v1/metrics", whole, "Content-Type", "text/plain").statusCode());
        assertEquals(415, post("/v1/metrics", whole).statusCode());
        assertEquals(
                415,
                post("/v1/metrics", whole, "Content-Type", PROTOBUF, "Content-Encoding", "br")
                        .statusCode());
        assertEquals(400, post("/api/v1/write", whole, "Content-Type", PROTOBUF).statusCode(), "not packed");
        assertEquals(404, post("/v1/traces", whole, "Content-Type", PROTOBUF).statusCode());
        assertEquals(405, get("/v1/metrics").statusCode());
        assertEquals(405, post("/metrics", whole).statusCode());
        assertEquals(Status.Code.INVALID_ARGUMENT, export(torn, null, null).getCode());

        assertEquals(Map.of(), logged());
        assertEquals(200, post("/v1/metrics", whole, "Content-Type", PROTOBUF).statusCode(), "it goes on");
    }

    @Test
    void shouldRefuseBombsAndWhatIsTooLong() throws Exception {
        start(limits(64 * 1024, 256 * 1024, 8 << 20, Duration.ofSeconds(10)), null);
        final byte[] zeros = new byte[16 << 20];
        final byte[] claim = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0x7f, 0, 0};

        assertEquals(
                413,
                post("/v1/metrics", gzip(zeros), "Content-Type", PROTOBUF, "Content-Encoding", "gzip")
                        .statusCode());
        assertEquals(
                413,
                post("/v1/metrics", new byte[64 * 1024 + 1], "Content-Type", PROTOBUF)
                        .statusCode());
        assertEquals(400, post("/api/v1/write", claim, "Content-Type", PROTOBUF).statusCode());
        assertFalse(export(zeros, "gzip", null).isOk());
        assertFalse(export(new byte[300 * 1024], null, null).isOk());
        assertEquals(Map.of(), logged());
    }

    @Test
    void shouldTellClientsToComeAgainWhenThereIsNoRoom() throws Exception {
        start(limits(1 << 20, 1 << 20, 16 * 1024, Duration.ofSeconds(10)), null);
        final HttpResponse<byte[]> busy = post("/v1/metrics", new byte[512 * 1024], "Content-Type", PROTOBUF);

        assertEquals(429, busy.statusCode());
        assertEquals("1", busy.headers().firstValue("Retry-After").orElseThrow());
        final Metadata trailers = new Metadata();
        final Status status = export(new byte[512 * 1024], null, trailers);
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, status.getCode());
        final byte[] details =
                trailers.get(Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER));
        assertNotNull(details);
        assertTrue(new String(details, StandardCharsets.ISO_8859_1).contains("google.rpc.RetryInfo"));
        assertEquals(
                200,
                post("/v1/metrics", OtlpClient.gauge("a", 5, 1), "Content-Type", PROTOBUF)
                        .statusCode());
    }

    @Test
    void shouldAskForTheToken() throws Exception {
        final Path file = Files.writeString(directory.resolve("token"), TOKEN + "\n");
        start(limits(), BearerToken.read(file));
        final byte[] message = OtlpClient.gauge("a", 5, 1.5);

        assertEquals(401, post("/v1/metrics", message, "Content-Type", PROTOBUF).statusCode());
        assertEquals(
                401,
                post("/v1/metrics", message, "Content-Type", PROTOBUF, "Authorization", "Bearer s3creT")
                        .statusCode());
        assertEquals(401, get("/metrics").statusCode());
        assertEquals(200, get("/-/healthy").statusCode());
        assertEquals(Status.Code.UNAUTHENTICATED, export(message, null, null).getCode());
        assertEquals(Map.of(), logged());
        assertEquals(
                200,
                post("/v1/metrics", message, "Content-Type", PROTOBUF, "Authorization", "bearer " + TOKEN)
                        .statusCode());
    }

    @Test
    void shouldEndConnectionsThatFeedAHeaderDropByDrop() throws Exception {
        start(limits(1 << 20, 1 << 20, 8 << 20, Duration.ofSeconds(1)), null);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), serving.httpPort())) {
            socket.setSoTimeout(60_000);
            final Thread drops = Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream().write("POST /v1/metrics HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
                    while (true) {
                        socket.getOutputStream().write('x');
                        Thread.sleep(100);
                    }
                } catch (IOException | InterruptedException _) {
                    // the connection has ended, as it should
                }
            });
            assertTrue(endOf(socket.getInputStream()));
            drops.interrupt();
            drops.join();
        }
    }

    private static boolean endOf(InputStream in) {
        try {
            while (in.read() >= 0) {
                // an answer may come first
            }
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        } catch (IOException _) {
            return true; // reset
        }
    }

    @Test
    void shouldCloseConnectionsThatAreTooMany() throws Exception {
        start(limits(), null);
        final List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                sockets.add(new Socket(InetAddress.getLoopbackAddress(), serving.grpcPort()));
                assertTrue(sockets.getLast().getInputStream().read() >= 0, "the server's settings come");
            }
            final Socket surplus = new Socket(InetAddress.getLoopbackAddress(), serving.grpcPort());
            sockets.add(surplus);
            surplus.setSoTimeout(60_000);
            assertTrue(endOf(surplus.getInputStream()));
        } finally {
            for (final Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /// Not kept waiting until one of the others has been silent for too long: those are all there still.
    @Test
    void shouldCloseHttpConnectionsThatAreTooManyAtOnce() throws Exception {
        start(limits(), null);
        final List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                final Socket socket = new Socket(InetAddress.getLoopbackAddress(), serving.httpPort());
                sockets.add(socket);
                ready(socket); // accepted for sure
            }
            for (int i = 0; i < 3; i++) {
                try (Socket surplus = new Socket(InetAddress.getLoopbackAddress(), serving.httpPort())) {
                    surplus.setSoTimeout(60_000);
                    assertTrue(endOf(surplus.getInputStream()));
                }
                for (final Socket socket : sockets) {
                    ready(socket);
                }
            }
        } finally {
            for (final Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /// Refused while its message still comes: a client that sends all of it before it reads sees the answer, and may
    /// go on.
    @Test
    void shouldAnswerClientsThatSendTooMuchBeforeTheyRead() throws Exception {
        start(limits(64 * 1024, 256 * 1024, 8 << 20, Duration.ofSeconds(10)), null);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), serving.httpPort())) {
            for (int i = 0; i < 5; i++) {
                postHeader(socket, 8 << 20, "");
                for (int sent = 0; sent < 8 << 20; sent += 1 << 20) {
                    socket.getOutputStream().write(new byte[1 << 20]);
                }
                final String header = header(socket, 413);
                assertFalse(header.toLowerCase(Locale.ROOT).contains("connection: close"), header);
                ready(socket);
            }
        }
    }

    @Test
    void shouldSayThatItClosesWhenTheRestOfAMessageIsNotWaitedFor() throws Exception {
        start(limits(64 * 1024, 256 * 1024, 8 << 20, Duration.ofSeconds(10)), null);
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), serving.httpPort());
                Socket asking = new Socket(InetAddress.getLoopbackAddress(), serving.httpPort())) {
            postHeader(silent, 8 << 20, "");
            postHeader(asking, 8 << 20, "Expect: 100-continue\r\n");
            for (final Socket socket : List.of(silent, asking)) {
                final String header = header(socket, 413);
                assertTrue(header.toLowerCase(Locale.ROOT).contains("connection: close"), header);
                assertTrue(endOf(socket.getInputStream()));
            }
        }
    }

    private static void postHeader(Socket socket, long length, String more) throws IOException {
        final String header = "POST /v1/metrics HTTP/1.1\r\nHost: x\r\nContent-Type: " + PROTOBUF + "\r\n" + more
                + "Content-Length: " + length + "\r\n\r\n";
        socket.getOutputStream().write(header.getBytes(StandardCharsets.US_ASCII));
    }

    /// Asks and reads the whole answer, so that the connection can be used again.
    private static void ready(Socket socket) throws IOException {
        socket.getOutputStream().write("GET /-/ready HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        header(socket, 200);
    }

    private static String header(Socket socket, int status) throws IOException {
        socket.setSoTimeout(60_000);
        final InputStream in = socket.getInputStream();
        final StringBuilder header = new StringBuilder();
        while (header.indexOf("\r\n\r\n") < 0) {
            final int next = in.read();
            assertTrue(next >= 0, "closed: " + header);
            header.append((char) next);
        }
        assertTrue(header.toString().startsWith("HTTP/1.1 " + status), header.toString());
        in.skipNBytes(Long.parseLong(header.toString().replaceAll("(?is).*content-length: (\\d+).*", "$1")));
        return header.toString();
    }

    @Test
    void shouldShowHowItFares() throws Exception {
        start(limits(), null);
        post("/v1/metrics", OtlpClient.gauge("a", 5, 1.5), "Content-Type", PROTOBUF);

        assertEquals("ready\n", get("/-/ready").body());
        assertTrue(
                get("/metrics").body().contains("seriatim_records_total{kind=\"sample\",protocol=\"otlp_http\"} 1.0"));
        final HttpResponse<String> page = get("/");
        assertTrue(page.body().contains("READY"));
        assertTrue(page.headers()
                .firstValue("Content-Security-Policy")
                .orElseThrow()
                .startsWith("default-src 'none'"));
    }

    @Test
    void shouldFinishWhatIsUnderWayAndCloseTheLog() throws Exception {
        start(limits(), null);
        assertEquals(
                200,
                post("/v1/metrics", OtlpClient.gauge("a", 5, 1.5), "Content-Type", PROTOBUF)
                        .statusCode());
        assertTrue(serving.drain(Duration.ofSeconds(10)));
        serving = null;

        assertEquals(Map.of("a", "5=1.5"), logged());
        assertTrue(said.toString(StandardCharsets.UTF_8).contains("\"event\":\"stopped\""));
    }

    private Status export(byte[] message, String compressor, Metadata trailersOut) throws Exception {
        final ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", serving.grpcPort())
                .usePlaintext()
                .build();
        return OtlpClient.export(channel, message, compressor, trailersOut);
    }
}
