package io.seriatim.tools.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.Invocation;
import io.seriatim.tools.store.FakeStore.Answer;
import io.seriatim.tools.store.StoreUrl.Protocol;
import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `replay --to` against a store that fails as stores do.
class StoreReplayTest {
    private static final int SERIES = 12;
    private static final int SAMPLES = 1_000;

    @TempDir
    private Path directory;

    private FakeStore store;

    @BeforeEach
    void setUp() throws IOException {
        store = new FakeStore();
        final WalConfig config = WalConfig.at(directory.resolve("wal"))
                .timeUnit(TimeUnit.MILLISECONDS)
                .segmentBytes(64 * 1024);
        try (MappedWal wal = MappedWal.open(config)) {
            final List<SeriesHandle> handles = new ArrayList<>();
            for (int series = 0; series < SERIES; series++) {
                handles.add(wal.series(Labels.of("__name__", "m" + series, "job", "test")));
            }
            for (int i = 0; i < SAMPLES; i++) {
                for (int series = 0; series < SERIES; series++) {
                    handles.get(series).append(1_000L + i, i + series / 100.0);
                }
            }
        }
    }

    @AfterEach
    void tearDown() {
        store.close();
    }

    private Invocation replay(Object... more) {
        final List<Object> arguments =
                new ArrayList<>(List.of("replay", directory.resolve("wal"), "--to", store.url(Protocol.REMOTE_WRITE)));
        arguments.addAll(List.of(more));
        return Invocation.of(arguments.toArray());
    }

    /// What the store has, in the order in which it came.
    private List<String> lines() {
        return store.taken().stream()
                .flatMap(body -> RemoteWriteBody.lines(body).stream())
                .toList();
    }

    private static Set<String> everything() {
        final Set<String> all = new HashSet<>();
        for (int i = 0; i < SAMPLES; i++) {
            for (int series = 0; series < SERIES; series++) {
                all.add(line(series, i));
            }
        }
        return all;
    }

    private static String line(int series, int i) {
        return "{__name__=m" + series + ",job=test} 1:" + (i + series / 100.0) + " 2:" + (1_000 + i);
    }

    private void assertEverythingOnceAndInOrder() {
        final List<String> lines = lines();
        assertEquals(SERIES * SAMPLES, lines.size());
        assertEquals(everything(), new HashSet<>(lines));
        for (int series = 0; series < SERIES; series++) {
            final String name = "{__name__=m" + series + ",";
            final List<String> own =
                    lines.stream().filter(line -> line.startsWith(name)).toList();
            for (int i = 0; i < SAMPLES; i++) {
                assertEquals(line(series, i), own.get(i));
            }
        }
    }

    @Test
    void shouldSendEverythingInOrderWithTheHeadersThatTheProtocolAsksFor() throws Exception {
        Files.writeString(directory.resolve("token"), "s3cret\n");
        final Invocation sent = replay("--token-file", directory.resolve("token"), "--header", "X-Scope-OrgID: t1");

        assertEquals(0, sent.code(), sent.err());
        assertEverythingOnceAndInOrder();
        final Map<String, String> headers = store.requests().getFirst().headers();
        assertEquals("application/x-protobuf", headers.get("Content-Type"));
        assertEquals("snappy", headers.get("Content-Encoding"));
        assertEquals("0.1.0", headers.get("X-Prometheus-Remote-Write-Version"));
        assertEquals("Bearer s3cret", headers.get("Authorization"));
        assertEquals("t1", headers.get("X-Scope-OrgID"));
        assertTrue(sent.err().contains("sent 12,000 samples, 0 histograms and 0 exemplars in 3 requests"), sent.err());
    }

    @Test
    void shouldSendAgainWhatFailsForTheTimeBeing() {
        store.next(Answer.of(503), Answer.of(429), Answer.of(500), new Answer(204, "", Map.of()), Answer.of(502));
        final Invocation sent = replay();

        assertEquals(0, sent.code(), sent.err());
        assertEverythingOnceAndInOrder();
        assertTrue(sent.err().contains("4 sent again"), sent.err());
    }

    @Test
    void shouldWaitAsLongAsTheStoreAsks() {
        store.next(new Answer(429, "slow down", Map.of("Retry-After", "1")));
        assertEquals(0, replay().code());

        final List<FakeStore.Request> requests = store.requests();
        assertTrue(requests.get(1).atNs() - requests.get(0).atNs()
                >= Duration.ofMillis(990).toNanos());
        assertEverythingOnceAndInOrder();
    }

    @Test
    void shouldUnderstandDatesToWaitFor() {
        final Instant now = Instant.parse("2026-03-01T08:00:00Z");
        assertEquals(Duration.ofSeconds(30), StoreClient.retryAfter("Sun, 01 Mar 2026 08:00:30 GMT", now));
        assertEquals(Duration.ZERO, StoreClient.retryAfter("Sun, 01 Mar 2026 07:00:30 GMT", now));
        assertEquals(Duration.ofSeconds(7), StoreClient.retryAfter("7", now));
        assertEquals(null, StoreClient.retryAfter("soon", now));
        assertEquals(null, StoreClient.retryAfter(null, now));
    }

    @Test
    void shouldLoseOnlyWhatTheStoreReallyRefuses() {
        final Set<String> bad = Set.of(line(3, 0), line(3, 1), line(7, 500), line(11, 999));
        store.judge(body -> RemoteWriteBody.lines(body).stream().anyMatch(bad::contains)
                ? new Answer(400, "out of order", Map.of())
                : new Answer(204, "", Map.of()));
        final Invocation sent = replay();

        assertEquals(2, sent.code(), sent.err());
        final Set<String> expected = everything();
        expected.removeAll(bad);
        assertEquals(SERIES * SAMPLES - bad.size(), lines().size());
        assertEquals(expected, new HashSet<>(lines()));
        assertTrue(sent.err().contains("refused: status=400 answer='out of order'"), sent.err());
        assertTrue(sent.err().contains("4 samples, histograms or exemplars were refused"), sent.err());
    }

    @Test
    void shouldEndAtOnceWhereWaitingWouldNotHelp() {
        for (final int status : new int[] {301, 401, 403, 404, 415, 501}) {
            store.next(Answer.of(status));
            final Invocation sent = replay();
            assertEquals(3, sent.code(), sent.err());
            assertTrue(sent.err().contains("the store does not take this: status=" + status), sent.err());
        }
        assertEquals(6, store.requests().size());
    }

    @Test
    void shouldGiveUpWhenItsPatienceEnds() {
        store.judge(_ -> Answer.of(503));
        final Invocation sent = replay("--retry-for", "1s");
        assertEquals(3, sent.code(), sent.err());
        assertTrue(sent.err().contains("because of 503"), sent.err());
        assertTrue(sent.err().contains("--retry-for"), sent.err());

        store.close();
        final Invocation nobody = replay("--retry-for", "500ms");
        assertEquals(3, nobody.code());
        assertTrue(nobody.err().contains("ConnectException"), nobody.err());
    }

    @Test
    void shouldNotWaitForAnAnswerThatDoesNotEnd() {
        store.next(new Answer(200, FakeStore.STUCK, Map.of()));
        final Invocation sent = replay("--request-timeout", "500ms");
        assertEquals(0, sent.code(), sent.err());
        assertTrue(sent.err().contains("no answer within 500 ms"), sent.err());
        assertTrue(sent.err().contains("1 sent again"), sent.err());
        assertEquals(SERIES * SAMPLES, new HashSet<>(lines()).size());
    }

    @Test
    void shouldGoOnWhereItWasInterrupted() {
        final Path resume = directory.resolve("sent");
        store.next(new Answer(204, "", Map.of()), Answer.of(401));
        final Invocation first = replay("--resume", resume);
        assertEquals(3, first.code());
        assertTrue(first.err().contains("the same command goes on from here"), first.err());
        final int before = lines().size();
        assertTrue(before > 0 && before < SERIES * SAMPLES, "before=" + before);

        assertEquals(0, replay("--resume", resume).code());
        assertEverythingOnceAndInOrder();

        assertEquals(0, replay("--resume", resume).code());
        assertEverythingOnceAndInOrder();

        final Invocation other = replay("--resume", resume, "--select", "m1");
        assertEquals(3, other.code());
        assertTrue(other.err().contains("another replay"), other.err());
    }

    @Test
    void shouldSelectLimitAndPace() {
        final long startNs = System.nanoTime();
        assertEquals(
                0, replay("--select", "m3", "--rate", "4k", "--limit", "500").code());
        assertEquals(500, lines().size());
        assertTrue(lines().stream().allMatch(line -> line.startsWith("{__name__=m3,")));

        // One request is let through at once, the next when the first is paid for: 5,000 samples at 10,000 a second.
        final int requests = store.requests().size();
        assertEquals(0, replay("--rate", "10k").code());
        final List<FakeStore.Request> paced =
                store.requests().subList(requests, store.requests().size());
        final long lastNs = paced.getLast().atNs() - paced.getFirst().atNs();
        assertEquals(3, paced.size());
        assertTrue(lastNs >= Duration.ofMillis(950).toNanos(), "lastNs=" + lastNs);
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        for (final List<Object> bad : List.<List<Object>>of(
                List.of("--to", "remote-write+ftp://x"),
                List.of("--to", "http://x"),
                List.of("--to", "otlp+http://user:pw@x"),
                List.of("--to", "remote-write+http://x", "-o", "file"),
                List.of("--to", "remote-write+http://x", "--rate", "0"),
                List.of("--to", "remote-write+http://x", "--header", "nonsense"),
                List.of("--to", "remote-write+http://x", "--header", "Authorization: x"))) {
            final List<Object> arguments = new ArrayList<>(List.of("replay", directory.resolve("wal")));
            arguments.addAll(bad);
            final Invocation refused = Invocation.of(arguments.toArray());
            assertEquals(64, refused.code(), () -> bad + " " + refused.err());
            assertFalse(refused.err().contains("pw@"), refused.err());
        }
        assertTrue(store.requests().isEmpty());
    }

    @Test
    void shouldAddThePathThatIsUsual() {
        assertEquals(
                "remote-write+http://h:9090/api/v1/write",
                StoreUrl.parse("remote-write+http://h:9090").toString());
        assertEquals(
                "otlp+https://h/v1/metrics", StoreUrl.parse("otlp+https://h/").toString());
        assertEquals(
                "otlp+http://h/other?a=b",
                StoreUrl.parse("otlp+http://h/other?a=b").toString());
    }
}
