package io.seriatim.tools.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedOutputStream;
import io.seriatim.tools.ChildJvm;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import io.seriatim.wal.mmap.MappedWal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two `serve` in their own JVMs, the first a relay to the second, which is away for `-Drelay.seconds` of full traffic.
/// Meanwhile the relay itself is killed with SIGKILL, and again while it catches up. In the end the second one has
/// everything that the first one had acknowledged, in order within each series. `prove relay` runs it for long.
@Timeout(3600)
class RelayTest {
    private static final int SECONDS = Integer.getInteger("relay.seconds", 6);
    private static final int PRODUCERS = 2;
    private static final int SERIES = 500;
    private static final int PER_MESSAGE = 4;

    @TempDir
    private Path directory;

    private final List<ChildJvm> children = new ArrayList<>();
    private int relayPort;
    private int farPort;
    private volatile boolean ending;

    @AfterEach
    void tearDown() throws InterruptedException {
        ending = true;
        for (final ChildJvm child : children) {
            child.kill();
        }
    }

    private ChildJvm start(String dir, int port, Object... more) throws Exception {
        final List<Object> arguments =
                new ArrayList<>(List.of("serve", "--dir", directory.resolve(dir), "--http", "127.0.0.1:" + port));
        arguments.addAll(List.of("--grpc", "off", "--segment-size", "16m"));
        arguments.addAll(List.of(more));
        final ChildJvm child = ChildJvm.start(
                directory, List.of("-Xmx256m", "--sun-misc-unsafe-memory-access=allow"), arguments.toArray());
        children.add(child);
        while (true) {
            assertTrue(child.process().isAlive(), child.errText());
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return child;
            } catch (IOException _) {
                Thread.sleep(50);
            }
        }
    }

    private ChildJvm startRelay() throws Exception {
        return start("relay", relayPort, "--retain", "32m", "--forward", "remote-write+http://127.0.0.1:" + farPort);
    }

    /// Sends numbers that go up in each of its series, each message until it is acknowledged.
    private final class Producer extends Thread {
        private final HttpClient client = HttpClient.newHttpClient();
        private final int name;
        private long next;
        private long again;

        Producer(int name) {
            this.name = name;
        }

        @Override
        public void run() {
            while (!ending) {
                final byte[] message = ServeTest.snappy(message());
                while (!isTaken(message) && !ending) {
                    again++;
                }
                next += PER_MESSAGE;
            }
            client.close();
        }

        private byte[] message() {
            final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try {
                final CodedOutputStream out = CodedOutputStream.newInstance(bytes);
                for (int series = 0; series < SERIES; series++) {
                    out.writeByteArray(1, series(series));
                }
                out.flush();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            return bytes.toByteArray();
        }

        private byte[] series(int series) throws IOException {
            final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            final CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeByteArray(1, label("__name__", "m" + name));
            out.writeByteArray(1, label("series", "s" + series));
            for (int i = 0; i < PER_MESSAGE; i++) {
                final ByteArrayOutputStream sample = new ByteArrayOutputStream();
                final CodedOutputStream fields = CodedOutputStream.newInstance(sample);
                fields.writeDouble(1, next + i);
                fields.writeInt64(2, 1_700_000_000_000L + next + i);
                fields.flush();
                out.writeByteArray(2, sample.toByteArray());
            }
            out.flush();
            return bytes.toByteArray();
        }

        private static byte[] label(String label, String value) throws IOException {
            final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            final CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeString(1, label);
            out.writeString(2, value);
            out.flush();
            return bytes.toByteArray();
        }

        private boolean isTaken(byte[] message) {
            try {
                final HttpResponse<Void> answer = client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + relayPort + "/api/v1/write"))
                                .header("Content-Type", "application/x-protobuf")
                                .header("Content-Encoding", "snappy")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(message))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
                return answer.statusCode() == 204;
            } catch (IOException _) {
                pause(50);
                return false;
            } catch (InterruptedException failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private String metrics() throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + relayPort + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private double lagBytes() throws IOException, InterruptedException {
        return Double.parseDouble(metrics()
                .lines()
                .filter(line -> line.startsWith("seriatim_forward_lag_bytes "))
                .findFirst()
                .orElseThrow()
                .split(" ")[1]);
    }

    @Test
    void shouldPassOnEverythingWhenTheFarEndIsBack() throws Exception {
        relayPort = Prometheus.freePort();
        farPort = Prometheus.freePort();
        ChildJvm relay = startRelay();
        final List<Producer> producers = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
            producers.add(new Producer(i));
            producers.getLast().start();
        }
        Thread.sleep(TimeUnit.SECONDS.toMillis(SECONDS) / 2);
        relay.kill();
        relay = startRelay();
        Thread.sleep(TimeUnit.SECONDS.toMillis(SECONDS) / 2);
        final double backlog = lagBytes();
        final long backNs = System.nanoTime();
        final ChildJvm far = start("far", farPort);
        Thread.sleep(2000); // it catches up while more comes
        relay.kill();
        relay = startRelay();
        Thread.sleep(2000);
        ending = true;
        for (final Producer producer : producers) {
            producer.join();
        }
        while (lagBytes() > 0) {
            Thread.sleep(200);
        }
        final double seconds = (System.nanoTime() - backNs) / 1e9;
        for (final ChildJvm one : List.of(relay, far)) {
            one.process().destroy(); // SIGTERM
            assertEquals(143, one.end(), one.errText());
        }

        final Found found = new Found();
        final ReplayReport report = MappedWal.replay(directory.resolve("far"), ReplayOptions.defaults(), found);
        assertEquals(ReplayReport.State.SOUND, report.state());
        long again = 0;
        for (final Producer producer : producers) {
            again += producer.again;
            for (int series = 0; series < SERIES; series++) {
                final long last = found.next[producer.name][series];
                assertTrue(last >= producer.next - PER_MESSAGE, "last=" + last + " sent=" + producer.next);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "RelayTest: far end away for %d s, %.1f MiB waiting, all there after %.1f s; %,d samples, %,d more than"
                        + " once, %,d messages sent again by the clients%n",
                SECONDS,
                backlog / (1 << 20),
                seconds,
                found.samples,
                found.doubles,
                again);
    }

    /// Everything in turn, with nothing left out; what was sent again begins where it is sent from.
    private static final class Found implements ReplayHandler {
        private final long[][] next = new long[PRODUCERS][SERIES];
        private long samples;
        private long doubles;

        @Override
        public void onSamples(Labels labels, Samples all) {
            final int producer = Integer.parseInt(labels.get("__name__").substring(1));
            final int series = Integer.parseInt(labels.get("series").substring(1));
            for (int i = 0; i < all.count(); i++) {
                final long value = (long) all.value(i);
                samples++;
                if (value < next[producer][series]) {
                    doubles++;
                    continue;
                }
                assertEquals(next[producer][series], value, () -> "a gap in " + labels);
                next[producer][series]++;
            }
        }
    }
}
