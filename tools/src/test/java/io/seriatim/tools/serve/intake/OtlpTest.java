package io.seriatim.tools.serve.intake;

import static io.seriatim.tools.serve.intake.OtlpMessages.attribute;
import static io.seriatim.tools.serve.intake.OtlpMessages.gauge;
import static io.seriatim.tools.serve.intake.OtlpMessages.message;
import static io.seriatim.tools.serve.intake.OtlpMessages.point;
import static io.seriatim.tools.serve.intake.OtlpMessages.resource;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.Sum;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtlpTest {
    private static final String SCOPE = "instance=\"i-1\", job=\"shop/api\", otel_scope_name=\"lib\","
            + " otel_scope_schema_url=\"https://s/1\", otel_scope_short_name=\"l\", otel_scope_version=\"1.2\"";

    /// What every METADATA says of the scope.
    private static final String OF_SCOPE = "label.otel_scope_short_name=\"short.name\"";

    static final List<String> EVERYTHING = List.of(
            about(
                    "{__name__=\"room_temp_celsius\", " + gaugeLabels(),
                    100,
                    "help=\"how warm\", " + OF_SCOPE
                            + ", metadata.k=\"v\", name=\"room.temp\", scope_dropped_attributes_count=\"3\","
                            + " start=\"5\", type=\"gauge\", type.a=\"array\", type.b=\"bool\", type.by=\"bytes\","
                            + " type.d=\"double\", type.m=\"kvlist\", type.nothing=\"empty\", unit=\"Cel\""),
            "{__name__=\"room_temp_celsius\", " + gaugeLabels() + "} 100 21.5",
            "{__name__=\"room_temp_celsius\", " + gaugeLabels() + "} 200 7ff0000000000002",
            about(
                    "{__name__=\"io_bytes_per_second_total\", " + SCOPE,
                    110,
                    OF_SCOPE + ", monotonic=\"true\", name=\"io\","
                            + " scope_dropped_attributes_count=\"3\", start=\"10\", temporality=\"cumulative\","
                            + " type=\"counter\", unit=\"By/s\""),
            "{__name__=\"io_bytes_per_second_total\", " + SCOPE + "} 110 7.0",
            "{__name__=\"io_bytes_per_second_total\", " + SCOPE + "} 105 exemplar 6.5 {span_id=\"01020304050607f8\","
                    + " trace_id=\"000102030405060708090a0b0c0d0e0f\", user.id=\"u1\"}",
            about(
                    "{__name__=\"latency_milliseconds\", __temporality__=\"delta\", " + latencyLabels(),
                    120,
                    OF_SCOPE + ", name=\"latency\", scope_dropped_attributes_count=\"3\", temporality=\"delta\","
                            + " type=\"histogram\", unit=\"ms\""),
            "{__name__=\"latency_milliseconds\", __temporality__=\"delta\", " + latencyLabels() + "} 120 histogram"
                    + " explicit delta UNKNOWN count=6.0 start=20 sum=12.5 min=0.25 max=9.0 bounds=1.0,2.5"
                    + " positive=0:1.0,1:0.0,2:5.0",
            "{__name__=\"latency_milliseconds\", __temporality__=\"delta\", " + latencyLabels()
                    + "} 119 exemplar 3.0 null",
            about(
                    "{__name__=\"size\", " + SCOPE,
                    130,
                    OF_SCOPE + ", name=\"size\", scope_dropped_attributes_count=\"3\","
                            + " temporality=\"cumulative\", type=\"histogram\""),
            "{__name__=\"size\", " + SCOPE + "} 130 histogram scale=-2 UNKNOWN count=10.0 start=30 sum=-1.5 min=-8.0"
                    + " max=8.0 zeros=3.0 threshold=0.001 positive=-3:1.0,-2:0.0,-1:300.0 negative=4:2.0",
            summary("old", "0.5"),
            summary("old", "1"),
            summary("old_sum", null),
            summary("old_count", null),
            "{__name__=\"old\", " + SCOPE + ", quantile=\"0.5\"} 140 2.0",
            "{__name__=\"old\", " + SCOPE + ", quantile=\"1\"} 140 3.0",
            "{__name__=\"old_sum\", " + SCOPE + "} 140 8.5",
            "{__name__=\"old_count\", " + SCOPE + "} 140 4.0",
            "{__name__=\"target_info\", host_name=\"h1\", instance=\"i-1\", job=\"shop/api\", process_pid=\"42\"} 200"
                    + " about {dropped_attributes_count=\"2\", label.host_name=\"host.name\","
                    + " label.process_pid=\"process.pid\", schema_url=\"https://r/1\", type=\"info\","
                    + " type.process_pid=\"int\"}",
            "{__name__=\"target_info\", host_name=\"h1\", instance=\"i-1\", job=\"shop/api\", process_pid=\"42\"} 200"
                    + " 1.0");

    @TempDir
    Path directory;

    private static String about(String series, long time, String attributes) {
        return series + "} " + time + " about {" + attributes + "}";
    }

    private static String gaugeLabels() {
        return "a=\"[\\\"x\\\\\\\"y\\\",-1,null]\", b=\"true\", by=\"AQID\", d=\"0.5\", instance=\"i-1\","
                + " job=\"shop/api\", m=\"{\\\"k1\\\":\\\"v1\\\",\\\"k2\\\":null}\", nothing=\"\", "
                + SCOPE.substring(SCOPE.indexOf("otel_scope_name")) + ", s=\"text\"";
    }

    private static String latencyLabels() {
        return SCOPE + ", path=\"/\"";
    }

    private static String summary(String name, String quantile) {
        final String labels = SCOPE + (quantile == null ? "" : ", quantile=\"" + quantile + "\"");
        return about(
                "{__name__=\"" + name + "\", " + labels,
                140,
                OF_SCOPE + ", name=\"old\", scope_dropped_attributes_count=\"3\", start=\"40\", type=\"summary\"");
    }

    @Test
    void shouldKeepEveryKindAndField() throws Exception {
        final IntakeLog log = new IntakeLog(directory);

        final Outcome outcome = log.otlp(OtlpMessages.everything().toByteArray());

        assertEquals(0, outcome.rejected(), outcome.firstRejection());
        assertNull(outcome.firstRejection());
        assertEquals(8, outcome.samples());
        assertEquals(2, outcome.histograms());
        assertEquals(2, outcome.exemplars());
        assertEquals(9, outcome.metadata());
        assertEquals(sorted(EVERYTHING), sorted(log.lines()));
    }

    /// Series differ in order only between each other.
    static List<String> sorted(List<String> lines) {
        final List<String> sorted = new ArrayList<>(lines);
        sorted.sort(null);
        return sorted;
    }

    @Test
    void shouldSayMetadataOnceAndAStartWhenItChanges() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        for (final long start : new long[] {1, 1, 50, 0}) {
            log.otlp(message(sum(true, AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE, start, 100 + start)));
        }

        final String series = "{__name__=\"c_total\", instance=\"1\", job=\"api\"} ";
        final String attributes =
                "monotonic=\"true\", name=\"c\", start=\"%d\", temporality=\"cumulative\"," + " type=\"counter\"}";
        assertEquals(
                List.of(
                        series + "101 about {" + attributes.formatted(1),
                        series + "101 1.0",
                        series + "101 1.0",
                        series + "150 about {" + attributes.formatted(50),
                        series + "150 1.0",
                        series + "100 1.0"),
                log.lines());
    }

    private static Metric sum(boolean monotonic, AggregationTemporality temporality, long start, long time) {
        return Metric.newBuilder()
                .setName("c")
                .setSum(Sum.newBuilder()
                        .setIsMonotonic(monotonic)
                        .setAggregationTemporality(temporality)
                        .addDataPoints(NumberDataPoint.newBuilder()
                                .setStartTimeUnixNano(start)
                                .setTimeUnixNano(time)
                                .setAsInt(1)))
                .build();
    }

    @Test
    void shouldNotSayTheStartOfADeltaThatIsTheTimeBefore() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        for (final long[] times : new long[][] {{10, 20}, {20, 30}, {35, 40}}) {
            log.otlp(message(sum(false, AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA, times[0], times[1])));
        }

        final String series = "{__name__=\"c\", __temporality__=\"delta\", instance=\"1\", job=\"api\"} ";
        final String attributes =
                "monotonic=\"false\", name=\"c\", start=\"%d\", temporality=\"delta\", type=\"gauge\"}";
        assertEquals(
                List.of(
                        series + "20 about {" + attributes.formatted(10),
                        series + "20 1.0",
                        series + "30 1.0",
                        series + "40 about {" + attributes.formatted(35),
                        series + "40 1.0"),
                log.lines());
    }

    @Test
    void shouldSayIntegersThatNoDoubleIs() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        for (final long value : new long[] {1L << 53, (1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            log.otlp(message(gauge(
                    "g",
                    NumberDataPoint.newBuilder()
                            .setTimeUnixNano(1)
                            .setAsInt(value)
                            .build())));
        }

        final List<String> exact = log.lines().stream()
                .filter(line -> line.contains("exact"))
                .map(line -> line.substring(line.indexOf("exact"), line.indexOf(", name")))
                .toList();
        assertEquals(List.of("exact=\"9007199254740993\"", "exact=\"9223372036854775807\""), exact);
    }

    @Test
    void shouldJoinAttributesOfOneLabelAndMoveThoseThatAreTaken() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        log.otlp(message(gauge(
                "g",
                point(
                        1,
                        2,
                        attribute("a_b", "2"),
                        attribute("a.b", "1"),
                        attribute("job", "mine"),
                        attribute("9", "n")))));

        assertEquals(
                List.of(
                        "{__name__=\"g\", a_b=\"1;2\", exported_job=\"mine\", instance=\"1\", job=\"api\","
                                + " key_9=\"n\"} 1 about {label.a_b=\"a.b;a_b\", label.exported_job=\"job\","
                                + " label.key_9=\"9\", name=\"g\", type=\"gauge\"}",
                        "{__name__=\"g\", a_b=\"1;2\", exported_job=\"mine\", instance=\"1\", job=\"api\","
                                + " key_9=\"n\"} 1 2.0"),
                log.lines());
    }

    @Test
    void shouldTellResourcesApartThatDoNotNameTheirInstance() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        log.otlp(message(
                resource(attribute("service.name", "s"), attribute("host.name", "h1")), gauge("g", point(1, 1))));
        log.otlp(message(
                resource(attribute("service.name", "s"), attribute("host.name", "h2")), gauge("g", point(1, 1))));

        assertEquals(
                List.of(
                        "{__name__=\"g\", host_name=\"h1\", job=\"s\"} 1 1.0",
                        "{__name__=\"target_info\", host_name=\"h1\", job=\"s\"} 1 1.0",
                        "{__name__=\"g\", host_name=\"h2\", job=\"s\"} 1 1.0",
                        "{__name__=\"target_info\", host_name=\"h2\", job=\"s\"} 1 1.0"),
                log.lines().stream().filter(line -> !line.contains("about")).toList());
    }

    @Test
    void shouldFindASeriesAgainWhateverTheOrderOfItsAttributes() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        log.otlp(message(gauge("g", point(1, 1, attribute("a", "1"), attribute("b", "2")))));
        log.otlp(message(gauge("g", point(2, 2, attribute("b", "2"), attribute("a", "1")))));

        assertEquals(0, log.outcome.metadata());
        assertEquals(3, log.lines().size());
    }

    @Test
    void shouldFindASeriesAgainWhateverLiesBetweenItsAttributes() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        log.otlp(message(gauge("g", point(1, 1, attribute("a", "1"), attribute("b", "2"), attribute("c", "3")))));
        final Proto parted = new Proto()
                .raw(7, attribute("a", "1").toByteArray())
                .raw(7, attribute("b", "2").toByteArray())
                .put(out -> out.writeFixed64(3, 2))
                .raw(7, attribute("c", "3").toByteArray())
                .number(4, 2);
        final Proto metric = new Proto().text(1, "g").message(5, new Proto().message(1, parted));
        final byte[] resource = resource(attribute("service.name", "api"), attribute("service.instance.id", "1"))
                .toByteArray();
        log.otlp(new Proto()
                .message(1, new Proto().raw(1, resource).message(2, new Proto().message(2, metric)))
                .bytes());

        assertEquals(0, log.outcome.metadata());
        assertEquals(3, log.lines().size());
    }

    @Test
    void shouldRefuseWhatCannotBeKeptAndKeepTheRest() throws Exception {
        final IntakeLog log = new IntakeLog(IntakeLog.config(directory), new IntakeLimits(4, 200, 100, 64 << 20));
        final byte[] message = message(
                gauge("g", point(1, 1, attribute("\u00e9", "x"))),
                gauge("g", point(1, 1, attribute("a", "1"), attribute("b", "2"))),
                gauge("g", point(1, 1, attribute("a", "x".repeat(200)))),
                gauge("", point(1, 1)),
                gauge("g", NumberDataPoint.newBuilder().setTimeUnixNano(1).build()),
                gauge("g", point(-1, 1)),
                gauge("good", point(7, 8)));
        for (int i = 1; i < message.length; i++) {
            if (message[i - 1] == (byte) 0xc3 && message[i] == (byte) 0xa9) {
                message[i] = 'x'; // protobuf's library writes nothing that is not UTF-8
            }
        }
        final Outcome outcome = log.otlp(message);

        assertEquals(6, outcome.rejected());
        assertEquals("attribute key is not valid UTF-8: attribute key=\ufffdx", outcome.firstRejection());
        assertEquals(1, outcome.samples());
        assertTrue(log.lines().contains("{__name__=\"good\", instance=\"1\", job=\"api\"} 7 8.0"));
    }

    @Test
    void shouldRefuseAHistogramWhoseBoundsAndBucketsDisagree() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        final Outcome outcome = log.otlp(message(Metric.newBuilder()
                .setName("h")
                .setHistogram(Histogram.newBuilder()
                        .addDataPoints(HistogramDataPoint.newBuilder()
                                .setTimeUnixNano(1)
                                .addBucketCounts(1)
                                .addBucketCounts(2))
                        .addDataPoints(HistogramDataPoint.newBuilder()
                                .setTimeUnixNano(2)
                                .setCount(3)
                                .setFlags(1)))
                .build()));

        assertEquals(1, outcome.rejected());
        assertEquals("histogram has buckets that its bounds do not make: buckets=2 bounds=0", outcome.firstRejection());
        assertEquals(
                "{__name__=\"h\", instance=\"1\", job=\"api\"} 2 histogram explicit stale UNKNOWN count=3.0",
                log.lines().getLast());
    }

    @Test
    void shouldKeepPointsWhoseDescriptionIsTooLongForTheLog() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        final Metric metric = gauge("g", point(1, 2)).toBuilder()
                .setDescription("x".repeat(40_000))
                .build();
        final Outcome outcome = log.otlp(message(metric));

        assertEquals(0, outcome.rejected());
        assertTrue(outcome.firstRejection().startsWith("metadata is left out: label value too long"));
        assertEquals(List.of("{__name__=\"g\", instance=\"1\", job=\"api\"} 1 2.0"), log.lines());
    }

    @Test
    void shouldLogNothingOfABrokenMessage() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        final byte[] good = message(gauge("g", point(1, 2)), gauge("h", point(1, 2)));
        final byte[] broken = Arrays.copyOf(good, good.length + 2);
        broken[good.length] = 10;
        broken[good.length + 1] = 5;

        final BadMessageException failure = assertThrows(BadMessageException.class, () -> log.otlp(broken));

        assertEquals(
                "field is longer than what holds it (5 bytes): offset=" + (good.length + 1)
                        + " field=ExportMetricsServiceRequest.resource_metrics",
                failure.getMessage());
        assertEquals(List.of(), log.lines());
    }

    @Test
    void shouldConvertTimesIntoTheLogsUnit() throws Exception {
        final IntakeLog log =
                new IntakeLog(IntakeLog.config(directory).timeUnit(TimeUnit.MILLISECONDS), IntakeLimits.standard());
        log.otlp(message(gauge("g", point(1_999_999, 2))));

        assertTrue(log.lines().getLast().endsWith("} 1 2.0"));
    }

    @Test
    void shouldRefuseValuesThatAreNestedTooDeep() {
        AnyValue value = AnyValue.newBuilder().setIntValue(1).build();
        for (int i = 0; i < 200; i++) {
            value = AnyValue.newBuilder()
                    .setArrayValue(ArrayValue.newBuilder().addValues(value))
                    .build();
        }
        final byte[] deep = message(gauge("g", point(1, 1, attribute("a", value))));
        try (IntakeLog log = new IntakeLog(directory)) {
            final BadMessageException failure = assertThrows(BadMessageException.class, () -> log.otlp(deep));
            assertTrue(failure.getMessage().startsWith("messages are nested too deep: offset="));
            final byte[] json = "{\"resourceMetrics\":".repeat(1000).getBytes(StandardCharsets.UTF_8);
            assertThrows(BadMessageException.class, () -> log.otlpJson(json));
        }
    }
}
