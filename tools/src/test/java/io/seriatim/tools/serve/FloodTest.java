package io.seriatim.tools.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.seriatim.tools.ChildJvm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clients that make `serve` remember as much as they can, each message within all limits: series with long labels,
/// resources with many attributes, metrics with long descriptions. It has 128 MiB of heap, gets many times that, and
/// stays itself.
@Timeout(300)
class FloodTest {
    private static final int MESSAGES = 150;
    private static final int A_MESSAGE = 200;
    private static final int LONG = 15_000;

    @TempDir
    private Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<Integer, Integer> answers = new TreeMap<>();
    private ChildJvm serve;
    private int port;

    @AfterEach
    void tearDown() throws InterruptedException {
        client.close();
        if (serve != null) {
            serve.kill();
        }
    }

    private static byte[] label(String name, String value) throws IOException {
        return ServeTest.message(out -> {
            out.writeString(1, name);
            out.writeString(2, value);
        });
    }

    /// Remote write 1.0: each series has a label that is nearly as long as it may be.
    private static byte[] longLabels(int first) throws IOException {
        final byte[] name = label("__name__", "flood");
        return ServeTest.message(message -> {
            for (int i = 0; i < A_MESSAGE; i++) {
                final byte[] id = label("id", (first + i) + "x".repeat(LONG));
                message.writeByteArray(1, ServeTest.message(series -> {
                    series.writeByteArray(1, name);
                    series.writeByteArray(1, id);
                    series.writeByteArray(2, ServeTest.message(sample -> {
                        sample.writeDouble(1, 1);
                        sample.writeInt64(2, 1_700_000_000_000L);
                    }));
                }));
            }
        });
    }

    /// OTLP: each point comes with a resource of its own, which has many short attributes.
    private static byte[] manyResources(int first) {
        final ExportMetricsServiceRequest.Builder message = ExportMetricsServiceRequest.newBuilder();
        for (int i = 0; i < A_MESSAGE; i++) {
            final Resource.Builder resource =
                    Resource.newBuilder().addAttributes(attribute("service.instance.id", "r" + (first + i)));
            for (int k = 0; k < 100; k++) {
                resource.addAttributes(attribute("k" + k, ""));
            }
            message.addResourceMetrics(ResourceMetrics.newBuilder()
                    .setResource(resource)
                    .addScopeMetrics(ScopeMetrics.newBuilder().addMetrics(gauge("up", ""))));
        }
        return message.build().toByteArray();
    }

    /// OTLP: each point is of a metric of its own, with a long description.
    private static byte[] longDescriptions(int first) {
        final ScopeMetrics.Builder scope = ScopeMetrics.newBuilder();
        for (int i = 0; i < A_MESSAGE; i++) {
            scope.addMetrics(gauge("m" + (first + i), "y".repeat(LONG)));
        }
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .setResource(Resource.newBuilder().addAttributes(attribute("service.name", "flood")))
                        .addScopeMetrics(scope))
                .build()
                .toByteArray();
    }

    private static Metric gauge(String name, String description) {
        return Metric.newBuilder()
                .setName(name)
                .setDescription(description)
                .setGauge(Gauge.newBuilder()
                        .addDataPoints(NumberDataPoint.newBuilder()
                                .setTimeUnixNano(1_700_000_000_000_000_000L)
                                .setAsDouble(1)))
                .build();
    }

    private static KeyValue attribute(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    /// A field of bytes, and in it the same again and again, up to some length.
    private static byte[] many(int length, int field, int... unit) throws IOException {
        final byte[] part = new byte[unit.length];
        for (int i = 0; i < unit.length; i++) {
            part[i] = (byte) unit[i];
        }
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (all.size() < length) {
            all.write(part);
        }
        return ServeTest.message(out -> out.writeByteArray(field, all.toByteArray()));
    }

    private static byte[] in(int field, byte[] message) throws IOException {
        return ServeTest.message(out -> out.writeByteArray(field, message));
    }

    /// Messages of few bytes on the wire that would become many objects: what is tiny in protobuf is not on the heap.
    private void sendTinyThings() throws Exception {
        final int length = 7 << 19;
        final byte[] point = many(length, 1, 0x3a, 3, 0x0a, 1, 'a');
        final byte[] metric = ServeTest.message(out -> {
            out.writeString(1, "m");
            out.writeByteArray(5, point);
        });
        final byte[] resource = many(length, 1, 0x0a, 3, 0x0a, 1, 'a');
        final byte[] labels = ServeTest.message(out -> {
            for (int i = 0; i < 300_000; i++) {
                out.writeByteArray(1, label(Integer.toString(i, 36), ""));
            }
        });
        final String json = "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":\"h\",\"histogram\":"
                + "{\"dataPoints\":[{\"explicitBounds\":[0" + ",0".repeat(length / 2) + "]}]}}]}]}]}";
        final String otlp = "application/x-protobuf";
        for (int i = 0; i < 3; i++) {
            send("/v1/metrics", otlp, "gzip", ServeTest.gzip(in(1, in(2, in(2, metric)))));
            send("/v1/metrics", otlp, "gzip", ServeTest.gzip(in(1, resource)));
            send("/v1/metrics", "application/json", "gzip", ServeTest.gzip(json.getBytes(StandardCharsets.UTF_8)));
            send("/api/v1/write", otlp, "snappy", ServeTest.snappy(in(1, labels)));
            final byte[] symbols = new byte[length];
            for (int at = 0; at < length; at += 2) {
                symbols[at] = 0x22;
            }
            send("/api/v1/write", otlp + ";proto=io.prometheus.write.v2.Request", "snappy", ServeTest.snappy(symbols));
        }
    }

    private HttpResponse<String> send(String path, byte[] message) throws IOException, InterruptedException {
        final boolean packed = path.endsWith("write");
        return send(
                path,
                "application/x-protobuf",
                packed ? "snappy" : "identity",
                packed ? ServeTest.snappy(message) : message);
    }

    private HttpResponse<String> send(String path, String type, String encoding, byte[] body)
            throws IOException, InterruptedException {
        final HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", type)
                .header("Content-Encoding", encoding);
        final HttpResponse<String> answer;
        try {
            answer = client.send(
                    request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new IOException(serve.errText() + Files.readString(serve.out()), failure);
        }
        answers.merge(answer.statusCode(), 1, Integer::sum);
        return answer;
    }

    private void start() throws Exception {
        port = Prometheus.freePort();
        serve = ChildJvm.start(
                directory,
                List.of(
                        "-Xmx128m",
                        "-XX:MaxDirectMemorySize=64m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "--sun-misc-unsafe-memory-access=allow"),
                "serve",
                "--dir",
                directory.resolve("wal"),
                "--retain",
                "256m",
                "--http",
                "127.0.0.1:" + port,
                "--grpc",
                "off",
                "--max-unpacked",
                "4m");
        while (true) {
            assertTrue(serve.process().isAlive(), serve.errText());
            try {
                if (honest() == 204) {
                    return;
                }
            } catch (IOException _) {
                Thread.sleep(100);
            }
        }
    }

    private int honest() throws IOException, InterruptedException {
        return send("/api/v1/write", ServeTest.writeRequest("honest", 1_700_000_000_000L, 1))
                .statusCode();
    }

    @Test
    void shouldStayWithinItsHeapWhateverClientsMakeItRemember() throws Exception {
        start();
        answers.clear();
        String refusal = "";
        for (int i = 0; i < MESSAGES; i++) {
            final String said = send("/api/v1/write", longLabels(i * A_MESSAGE)).body();
            refusal = said.contains("too many series") ? said : refusal;
        }
        for (int i = 0; i < MESSAGES; i++) {
            send("/v1/metrics", manyResources(i * A_MESSAGE));
            send("/v1/metrics", longDescriptions(i * A_MESSAGE));
        }
        sendTinyThings();

        assertEquals(204, honest());
        assertTrue(serve.process().isAlive(), serve.errText());
        assertTrue(refusal.contains("too many series"), refusal);
        System.out.println("FloodTest: answers=" + answers);
    }
}
