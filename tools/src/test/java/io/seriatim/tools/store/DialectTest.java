package io.seriatim.tools.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.seriatim.tools.Invocation;
import io.seriatim.tools.store.FakeStore.Answer;
import io.seriatim.tools.store.StoreUrl.Protocol;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How both protocols say what a log holds, read by protobuf's own reader and the classes that `protoc` made of
/// OpenTelemetry's definitions.
class DialectTest {
    private static final long NANOS = 1_700_000_000_000_000_000L;
    private static final double STALE = Double.longBitsToDouble(0x7ff0000000000002L);

    @TempDir
    private Path directory;

    private FakeStore store;

    @BeforeEach
    void setUp() throws IOException {
        store = new FakeStore();
    }

    @AfterEach
    void tearDown() {
        store.close();
    }

    private void log(Consumer<MappedWal> content) {
        final WalConfig config = WalConfig.at(directory.resolve("wal"))
                .timeUnit(TimeUnit.NANOSECONDS)
                .segmentBytes(64 * 1024);
        try (MappedWal wal = MappedWal.open(config)) {
            content.accept(wal);
        }
    }

    private Invocation replay(Protocol protocol) {
        return Invocation.of("replay", directory.resolve("wal"), "--to", store.url(protocol));
    }

    private List<String> remoteWrite() {
        final Invocation sent = replay(Protocol.REMOTE_WRITE);
        assertEquals(0, sent.code(), sent.err());
        return store.taken().stream()
                .flatMap(body -> RemoteWriteBody.lines(body).stream())
                .toList();
    }

    private List<ResourceMetrics> otlp() throws IOException {
        final Invocation sent = replay(Protocol.OTLP);
        assertEquals(0, sent.code(), sent.err());
        final List<ResourceMetrics> all = new ArrayList<>();
        for (final byte[] body : store.taken()) {
            all.addAll(ExportMetricsServiceRequest.parseFrom(body).getResourceMetricsList());
        }
        return all;
    }

    private Metric onlyMetric() throws IOException {
        final List<ResourceMetrics> all = otlp();
        assertEquals(1, all.size());
        return all.getFirst().getScopeMetrics(0).getMetrics(0);
    }

    private static String text(List<KeyValue> attributes) {
        final List<String> texts = new ArrayList<>();
        for (final KeyValue one : attributes) {
            texts.add(one.getKey() + "="
                    + switch (one.getValue().getValueCase()) {
                        case STRING_VALUE -> "'" + one.getValue().getStringValue() + "'";
                        case BOOL_VALUE -> one.getValue().getBoolValue();
                        case INT_VALUE -> one.getValue().getIntValue();
                        case DOUBLE_VALUE -> one.getValue().getDoubleValue();
                        default -> throw new AssertionError(one);
                    });
        }
        return String.join(",", texts);
    }

    private static Histogram exponential() {
        final Histogram histogram = new Histogram()
                .exponential(3, 0.001, 2)
                .count(12)
                .sum(30.5)
                .min(-3)
                .max(9)
                .startTimestamp(NANOS - 5);
        histogram.positive().add(-2, 1);
        histogram.positive().add(-1, 4);
        histogram.positive().add(3, 2);
        histogram.negative().add(0, 3);
        return histogram;
    }

    private static Histogram explicit() {
        final Histogram histogram =
                new Histogram().count(7).sum(9.5).addBound(0.5).addBound(1).addBound(1e9);
        histogram.positive().add(0, 2);
        histogram.positive().add(2, 4);
        histogram.positive().add(3, 1);
        return histogram;
    }

    @Test
    void shouldSayNumbersAsRemoteWriteDoes() {
        log(wal -> {
            wal.series(Labels.of("__name__", "up", "a", "1", "empty", "")).append(NANOS + 1_999_999, -0.0);
            wal.series(Labels.of("__name__", "up", "a", "2")).append(-1_000_000, STALE);
            wal.series(Labels.of("job", "nameless")).append(NANOS, 1);
            wal.appendRecord(0, 7, new byte[] {1}, 0, 1);
        });
        assertEquals(
                List.of("{__name__=up,a=1} 1:-0.0 2:1700000000001", "{__name__=up,a=2} 1:7ff0000000000002 2:-1"),
                remoteWrite());
        final String said = replay(Protocol.REMOTE_WRITE).err();
        assertTrue(said.contains("opaque records (1)"), said);
        assertTrue(said.contains("samples of series without a __name__ (1)"), said);
        assertTrue(said.contains("times cut to milliseconds (1)"), said);
        assertTrue(said.contains("an empty label, which it takes for none (1)"), said);
    }

    @Test
    void shouldSayExponentialHistogramsAsNativeOnes() {
        log(wal -> {
            final SeriesHandle handle = wal.series(Labels.of("__name__", "h"));
            handle.append(NANOS, exponential());
            handle.append(NANOS, new Histogram().exponential(2, 0, 0).stale(true));
            final Histogram fine = new Histogram().exponential(9, 0, 0).count(6).delta(true);
            fine.positive().add(-3, 1);
            fine.positive().add(-2, 2);
            fine.positive().add(-1, 3);
            handle.append(NANOS, fine);
            handle.append(NANOS, new Histogram().exponential(-5, 0, 0));
            final Histogram floats = new Histogram()
                    .exponential(0, 0.5, Double.doubleToRawLongBits(0.25))
                    .floatCounts(true)
                    .count(Double.doubleToRawLongBits(1.75))
                    .sum(4)
                    .reset(Histogram.Reset.RESET);
            floats.positive().add(4, Double.doubleToRawLongBits(1.5));
            handle.append(NANOS, floats);
        });
        // Indexes are one higher than OpenTelemetry's: spans (offset, length) zigzag, deltas 1, 3, -2 zigzag.
        assertEquals(
                List.of(
                        "{__name__=h} histogram 1:12 3:30.5 4:6 5:0.001 6:2 8:08021001 9:06 11:08011002 11:08061001"
                                + " 12:020603 14:0 15:1700000000000",
                        "{__name__=h} histogram 1:0 3:7ff0000000000002 4:4 5:0.0 6:0 14:0 15:1700000000000",
                        "{__name__=h} histogram 1:6 3:7ff8000000000000 4:16 5:0.0 6:0 11:08011002 12:0208 14:3"
                                + " 15:1700000000000",
                        "{__name__=h} histogram 2:1.75 3:4.0 4:0 5:0.5 7:0.25 11:080a1001 13:000000000000f83f 14:1"
                                + " 15:1700000000000"),
                remoteWrite());
        final String said = replay(Protocol.REMOTE_WRITE).err();
        assertTrue(said.contains("exponential histograms with a scale below -4 (1)"), said);
        assertTrue(said.contains("joined to a scale of 8 (1)"), said);
        assertTrue(said.contains("delta temporality became gauge histograms (1)"), said);
    }

    @Test
    void shouldSayExplicitHistogramsAsSeriesOfBuckets() {
        log(wal -> {
            final SeriesHandle handle = wal.series(Labels.of("__name__", "rt", "job", "api"));
            handle.append(NANOS, explicit());
            handle.appendExemplar(NANOS, 0.75, Labels.of("trace_id", "4bf9"));
            handle.append(NANOS + 1_000_000_000L, new Histogram().stale(true));
        });
        final String bucket = "{__name__=rt_bucket,job=api,le=";
        final String at = " 2:1700000000000";
        final String stale = " 1:7ff0000000000002 2:1700000001000";
        assertEquals(
                List.of(
                        bucket + "0.5} 1:2.0" + at,
                        bucket + "0.5}" + stale,
                        bucket + "1.0} 1:2.0" + at,
                        bucket + "1.0} exemplar 1:0a0874726163655f69641204346266 9".replace(" 9", "39")
                                + " 2:0.75 3:1700000000000",
                        bucket + "1.0}" + stale,
                        bucket + "1.0E9} 1:6.0" + at,
                        bucket + "1.0E9}" + stale,
                        bucket + "+Inf} 1:7.0" + at,
                        bucket + "+Inf}" + stale,
                        "{__name__=rt_count,job=api} 1:7.0" + at,
                        "{__name__=rt_count,job=api}" + stale,
                        "{__name__=rt_sum,job=api} 1:9.5" + at,
                        "{__name__=rt_sum,job=api}" + stale),
                remoteWrite());
    }

    @Test
    void shouldCountAHistogramOnceWhateverBecomesOfIt() {
        log(wal -> wal.series(Labels.of("__name__", "rt")).append(NANOS, explicit()));
        final Invocation sent = replay(Protocol.REMOTE_WRITE);
        assertTrue(sent.err().contains("sent 0 samples, 1 histograms and 0 exemplars"), sent.err());
        assertTrue(!sent.err().contains("left out"), sent.err());
    }

    @Test
    void shouldSayMetadataOfAFamilyOnceInRemoteWrite() {
        log(wal -> {
            for (final String job : List.of("a", "b")) {
                final SeriesHandle handle = wal.series(Labels.of("__name__", "requests_total", "job", job));
                handle.appendMetadata(NANOS, Labels.of("type", "counter", "help", "All.", "unit", "1"));
                handle.appendMetadata(NANOS, Labels.of("start", "5"));
            }
        });
        assertEquals(List.of("metadata 1:1 2:requests_total 4:All. 5:1"), remoteWrite());
    }

    @Test
    void shouldTakeSeriesApartForOtlp() throws Exception {
        log(wal -> {
            final SeriesHandle handle = wal.series(Labels.of(
                    "__name__", "http_requests_total",
                    "job", "shop/cart",
                    "instance", "pod-1",
                    "otel_scope_name", "io.http",
                    "otel_scope_version", "1.2",
                    "otel_scope_schema_url", "https://s",
                    "otel_scope_a_b", "x",
                    "http_status", "200",
                    "ok", "true",
                    "plain", "p"));
            handle.appendMetadata(
                    NANOS,
                    Labels.of(
                            "name", "http.requests",
                            "type", "counter",
                            "unit", "{request}",
                            "help", "All.",
                            "monotonic", "true",
                            "temporality", "cumulative",
                            "start", Long.toString(NANOS - 7),
                            "label.http_status", "http.status",
                            "type.http_status", "int",
                            "type.ok", "bool",
                            "label.otel_scope_a_b", "a.b"));
            handle.append(NANOS, 3);
            handle.appendExemplar(
                    NANOS - 1,
                    0.5,
                    Labels.of("trace_id", "0123456789abcdef0123456789abcdef", "span_id", "0123456789abcdef", "k", "v"));
            handle.appendMetadata(NANOS + 1, Labels.of("exact", "9007199254740993"));
            handle.append(NANOS + 1, 9007199254740992.0);
            handle.append(NANOS + 2, STALE);
        });
        final List<ResourceMetrics> all = otlp();
        assertEquals(1, all.size());
        assertEquals(
                "service.namespace='shop',service.name='cart',service.instance.id='pod-1'",
                text(all.getFirst().getResource().getAttributesList()));
        final ScopeMetrics scope = all.getFirst().getScopeMetrics(0);
        assertEquals("io.http", scope.getScope().getName());
        assertEquals("1.2", scope.getScope().getVersion());
        assertEquals("https://s", scope.getSchemaUrl());
        assertEquals("a.b='x'", text(scope.getScope().getAttributesList()));
        final Metric metric = scope.getMetrics(0);
        assertEquals("http.requests", metric.getName());
        assertEquals("{request}", metric.getUnit());
        assertEquals("All.", metric.getDescription());
        assertTrue(metric.getSum().getIsMonotonic());
        assertEquals(2, metric.getSum().getAggregationTemporalityValue());
        final List<NumberDataPoint> points = metric.getSum().getDataPointsList();
        assertEquals(3, points.size());
        assertEquals("http.status=200,ok=true,plain='p'", text(points.get(0).getAttributesList()));
        assertEquals(NANOS - 7, points.get(0).getStartTimeUnixNano());
        assertEquals(NANOS, points.get(0).getTimeUnixNano());
        assertEquals(3.0, points.get(0).getAsDouble());
        assertEquals(0.5, points.get(0).getExemplars(0).getAsDouble());
        assertEquals(NANOS - 1, points.get(0).getExemplars(0).getTimeUnixNano());
        assertEquals(16, points.get(0).getExemplars(0).getTraceId().size());
        assertEquals(8, points.get(0).getExemplars(0).getSpanId().size());
        assertEquals("k='v'", text(points.get(0).getExemplars(0).getFilteredAttributesList()));
        assertEquals(9007199254740993L, points.get(1).getAsInt());
        assertEquals(NumberDataPoint.ValueCase.VALUE_NOT_SET, points.get(2).getValueCase());
        assertEquals(1, points.get(2).getFlags());
    }

    @Test
    void shouldSayWhatNobodyDescribedAsAGauge() throws Exception {
        log(wal -> wal.series(Labels.of("__name__", "x_total")).append(NANOS, 1.5));
        final Metric metric = onlyMetric();
        assertEquals("x_total", metric.getName());
        assertEquals(1.5, metric.getGauge().getDataPoints(0).getAsDouble());
    }

    @Test
    void shouldLeavePointsWhatTheyWereWhenMoreIsLearned() throws Exception {
        log(wal -> {
            final SeriesHandle own = wal.series(Labels.of("__name__", "a", "job", "1"));
            final SeriesHandle other = wal.series(Labels.of("__name__", "a", "job", "2", "ok", "yes"));
            own.append(NANOS, 1);
            other.append(NANOS, 2);
            // Of another series of the metric, as remote write says it of a family.
            wal.series(Labels.of("__name__", "a"))
                    .appendMetadata(NANOS, Labels.of("type", "counter", "type.ok", "bool"));
            other.append(NANOS + 1, 3);
            own.appendMetadata(NANOS, Labels.of("type", "gauge", "unit", "s"));
            own.append(NANOS + 1, 4);
        });
        final List<String> found = new ArrayList<>();
        for (final ResourceMetrics one : otlp()) {
            final Metric metric = one.getScopeMetrics(0).getMetrics(0);
            final List<NumberDataPoint> points = metric.hasSum()
                    ? metric.getSum().getDataPointsList()
                    : metric.getGauge().getDataPointsList();
            points.forEach(point -> found.add(metric.getDataCase() + " " + metric.getUnit() + point.getAsDouble() + " "
                    + text(point.getAttributesList())));
        }
        assertEquals(List.of("GAUGE 1.0 ", "GAUGE 2.0 ok='yes'", "SUM 3.0 ok='yes'", "GAUGE s4.0 "), found);
    }

    @Test
    void shouldSayDeltasAsDeltas() throws Exception {
        log(wal -> wal.series(Labels.of("__name__", "x_total", "__temporality__", "delta"))
                .append(NANOS, 1.5));
        final Metric metric = onlyMetric();
        assertEquals(1, metric.getSum().getAggregationTemporalityValue());
        assertEquals(0, metric.getSum().getDataPoints(0).getAttributesCount());
    }

    @Test
    void shouldSayHistogramsInOtlp() throws Exception {
        log(wal -> {
            wal.series(Labels.of("__name__", "e")).append(NANOS, exponential());
            wal.series(Labels.of("__name__", "f")).append(NANOS, explicit());
        });
        final List<ResourceMetrics> all = otlp();
        final var exponential = all.get(0).getScopeMetrics(0).getMetrics(0).getExponentialHistogram();
        final var point = exponential.getDataPoints(0);
        assertEquals(2, exponential.getAggregationTemporalityValue());
        assertEquals(List.of(1L, 4L, 0L, 0L, 0L, 2L), point.getPositive().getBucketCountsList());
        assertEquals(-2, point.getPositive().getOffset());
        assertEquals(List.of(3L), point.getNegative().getBucketCountsList());
        assertEquals(
                List.of(3, 2L, 12L, 30.5, -3.0, 9.0, 0.001, NANOS - 5, NANOS),
                List.of(
                        point.getScale(),
                        point.getZeroCount(),
                        point.getCount(),
                        point.getSum(),
                        point.getMin(),
                        point.getMax(),
                        point.getZeroThreshold(),
                        point.getStartTimeUnixNano(),
                        point.getTimeUnixNano()));
        final var explicit =
                all.get(1).getScopeMetrics(0).getMetrics(0).getHistogram().getDataPoints(0);
        assertEquals(List.of(2L, 0L, 4L, 1L), explicit.getBucketCountsList());
        assertEquals(List.of(0.5, 1.0, 1e9), explicit.getExplicitBoundsList());
        assertEquals(7, explicit.getCount());
        assertEquals(9.5, explicit.getSum());
        assertTrue(!explicit.hasMin() && !explicit.hasMax());
    }

    @Test
    void shouldLeaveOutWhatOtlpCannotSay() {
        log(wal -> {
            wal.series(Labels.of("__name__", "old")).append(-1, 1);
            wal.series(Labels.of("__name__", "alone")).appendExemplar(NANOS, 1, null);
            final Histogram wide = new Histogram().exponential(20, 0, 0).count(2);
            wide.positive().add(Integer.MIN_VALUE, 1);
            wide.positive().add(Integer.MAX_VALUE, 1);
            wal.series(Labels.of("__name__", "wide")).append(NANOS, wide);
        });
        final String said = replay(Protocol.OTLP).err();
        assertTrue(said.contains("samples at times beyond its range (1)"), said);
        assertTrue(said.contains("exemplars without a point that they could belong to (1)"), said);
        assertTrue(said.contains("more than 65,536 apart (1)"), said);
    }

    @Test
    void shouldCountWhatAPartialSuccessLeavesOut() {
        log(wal -> wal.series(Labels.of("__name__", "x")).append(NANOS, 1.5));
        final byte[] answer = ExportMetricsServiceResponse.newBuilder()
                .setPartialSuccess(ExportMetricsPartialSuccess.newBuilder()
                        .setRejectedDataPoints(1)
                        .setErrorMessage("too old"))
                .build()
                .toByteArray();
        store.next(new Answer(200, new String(answer, StandardCharsets.ISO_8859_1), Map.of()));
        final Invocation sent = replay(Protocol.OTLP);
        assertEquals(2, sent.code(), sent.err());
        assertTrue(sent.err().contains("refused: too old"), sent.err());
    }
}
