package io.seriatim.tools.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.Invocation;
import io.seriatim.tools.store.FakeStore;
import io.seriatim.tools.store.FakeStore.Answer;
import io.seriatim.tools.store.RemoteWriteBody;
import io.seriatim.tools.store.StoreAccess;
import io.seriatim.tools.store.StoreUrl;
import io.seriatim.wal.WalConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What is logged arrives at the far end, however that behaves.
@Timeout(120)
class ForwardTest {
    private static final long TIME = 1_700_000_000_000L;

    @TempDir
    private Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final List<String> sent = new ArrayList<>();
    private FakeStore farEnd;
    private Serving serving;

    @BeforeEach
    void setUp() throws IOException {
        farEnd = new FakeStore();
    }

    @AfterEach
    void tearDown() {
        client.close();
        if (serving != null) {
            serving.close();
        }
        farEnd.close();
    }

    private void start() {
        start(1 << 30);
    }

    private Path token;

    /// A log that keeps next to nothing but what its consumer needs.
    private void start(long keepBytes) {
        final WalConfig config = WalConfig.at(directory.resolve("wal"))
                .timeUnit(TimeUnit.NANOSECONDS)
                .segmentBytes(16 * 1024)
                .retainBytes(16 * 1024)
                .consumerBytes(keepBytes);
        final FarEnd far = new FarEnd(
                StoreUrl.parse(farEnd.url(StoreUrl.Protocol.REMOTE_WRITE)),
                "forward",
                new StoreAccess(token, Map.of(), null, Duration.ofSeconds(5)));
        serving = new Serving(
                new ServeOptions(
                        config,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        null,
                        null,
                        null,
                        true,
                        ServeTest.limits(),
                        far),
                new Journal(new PrintStream(said, true, StandardCharsets.UTF_8), Journal.Format.TEXT, false));
    }

    private void write(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            final int number = sent.size();
            final byte[] message = ServeTest.writeRequest("m" + number % 7, TIME + number, number);
            final HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + serving.httpPort() + "/api/v1/write"))
                            .header("Content-Type", "application/x-protobuf")
                            .header("Content-Encoding", "snappy")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(ServeTest.snappy(message)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(204, answer.statusCode(), answer.body());
            sent.add("{__name__=m" + number % 7 + "} 1:" + (double) number + " 2:" + (TIME + number));
        }
    }

    private List<String> arrived() {
        return farEnd.taken().stream()
                .flatMap(body -> RemoteWriteBody.lines(body).stream())
                .toList();
    }

    private void awaitArrival() throws InterruptedException {
        while (new HashSet<>(arrived()).size() < sent.size()) {
            Thread.sleep(20);
        }
    }

    private void assertOnceAndInOrder() {
        final List<String> arrived = arrived();
        assertEquals(sent.size(), arrived.size());
        for (int series = 0; series < 7; series++) {
            final String name = "{__name__=m" + series + "}";
            assertEquals(
                    sent.stream().filter(line -> line.startsWith(name)).toList(),
                    arrived.stream().filter(line -> line.startsWith(name)).toList());
        }
    }

    private String page(String path) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + serving.httpPort() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void shouldLoseNothingWhileTheFarEndIsAwayAndItselfIsStartedAnew() throws Exception {
        farEnd.judge(_ -> Answer.of(503));
        start();
        write(300);
        while (!page("/metrics").contains("seriatim_forward_failing_seconds 1")) {
            Thread.sleep(100);
        }
        assertTrue(page("/").contains("nothing has arrived for"), page("/"));
        assertEquals("ready", page("/-/ready").strip()); // its own clients need not care
        serving.close(); // nothing is drained
        start();
        write(300);
        serving.close();
        start();

        farEnd.judge(_ -> new Answer(204, "", Map.of()));
        write(50);
        awaitArrival();
        assertOnceAndInOrder();
        while (!page("/metrics").contains("seriatim_forward_lag_bytes 0.0")) {
            Thread.sleep(50);
        }
        assertTrue(page("/metrics").contains("seriatim_forward_taken_total 650.0"), page("/metrics"));
        assertTrue(page("/metrics").contains("seriatim_forward_missed_bytes_total 0.0"));
        assertTrue(page("/metrics").contains("seriatim_forward_failing_seconds 0.0"));
    }

    /// The table in `README.md` and what is shown are the same.
    @Test
    void shouldShowTheMetricsThatAreDocumented() throws Exception {
        start();
        write(1);
        final Set<String> shown = new TreeSet<>();
        page("/metrics")
                .lines()
                .filter(line -> line.startsWith("# TYPE seriatim_"))
                .forEach(line -> shown.add(line.split(" ")[2]));
        final Set<String> documented = new TreeSet<>();
        final Matcher names = Pattern.compile("`(seriatim_[a-z_]+)`").matcher(Files.readString(Path.of("README.md")));
        while (names.find()) {
            documented.add(names.group(1));
        }
        assertEquals(shown, documented);
    }

    @Test
    void shouldSendTheRestBeforeItEnds() throws Exception {
        start();
        write(100);
        assertTrue(serving.drain(Duration.ofSeconds(20)));
        assertOnceAndInOrder();
        assertTrue(said.toString(StandardCharsets.UTF_8).contains("arrived=everything"));

        // And the next one sends none of it again.
        start();
        write(10);
        assertTrue(serving.drain(Duration.ofSeconds(20)));
        assertOnceAndInOrder();
    }

    @Test
    void shouldNotWaitForAFarEndThatIsAwayWhenItEnds() throws Exception {
        farEnd.judge(_ -> Answer.of(503));
        start();
        write(10);
        while (!page("/").contains("nothing has arrived for")) {
            Thread.sleep(20);
        }
        serving.drain(Duration.ofDays(1)); // or the test times out
        assertTrue(said.toString(StandardCharsets.UTF_8).contains("sent after the next start"));
    }

    @Test
    void shouldGoOnWhenItsTokenIsThereAgain() throws Exception {
        token = Files.writeString(directory.resolve("token"), "s3cret");
        start();
        write(20);
        awaitArrival();
        Files.delete(token);
        write(20);
        while (!page("/").contains("cannot read the token")) {
            Thread.sleep(20);
        }
        write(20);
        Files.writeString(token, "an0ther");
        awaitArrival();
        assertOnceAndInOrder();
        assertEquals("Bearer an0ther", farEnd.requests().getLast().headers().get("Authorization"));
    }

    @Test
    void shouldNotForwardToItself() throws Exception {
        final int port = Prometheus.freePort();
        final Invocation refused = Invocation.of(
                "serve",
                "--dir",
                directory.resolve("wal"),
                "--grpc",
                "off",
                "--http",
                "127.0.0.1:" + port,
                "--forward",
                "otlp+http://localhost:" + port);
        assertEquals(3, refused.code(), refused.err());
        assertTrue(refused.err().contains("it would forward to itself"), refused.err());
    }

    @Test
    void shouldGoOnBehindWhatTheFarEndRefuses() throws Exception {
        farEnd.judge(body -> RemoteWriteBody.lines(body).stream().anyMatch(line -> line.contains(" 1:13.0 "))
                ? new Answer(400, "out of order", Map.of())
                : new Answer(204, "", Map.of()));
        start();
        write(60);
        sent.remove(13);
        awaitArrival();
        assertOnceAndInOrder();
        assertTrue(page("/metrics").contains("seriatim_forward_refused_total 1.0"), page("/metrics"));
        assertTrue(said.toString(StandardCharsets.UTF_8).contains("refused=1"));
    }

    @Test
    void shouldCountWhatWasGoneBeforeItCouldBeSent() throws Exception {
        farEnd.judge(_ -> Answer.of(401)); // no reason to give up either: somebody will mend it
        start(256 * 1024);
        write(50);
        while (!page("/").contains("status=401")) {
            Thread.sleep(20);
        }
        serving.close();
        start(256 * 1024);
        write(3_000);
        serving.close();
        start(256 * 1024);
        farEnd.judge(_ -> new Answer(204, "", Map.of()));
        write(10);
        while (!arrived().contains(sent.getLast())) {
            Thread.sleep(20);
        }
        final int arrived = new HashSet<>(arrived()).size();
        assertTrue(arrived < sent.size() && arrived > 100, "arrived=" + arrived);
        assertTrue(!page("/metrics").contains("seriatim_forward_missed_bytes_total 0.0"), page("/metrics"));
    }
}
