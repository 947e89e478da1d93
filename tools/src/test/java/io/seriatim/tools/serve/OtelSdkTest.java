package io.seriatim.tools.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleCounter;
import io.opentelemetry.api.metrics.DoubleGauge;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.DoubleUpDownCounter;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongGauge;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.sdk.common.Clock;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.Base2ExponentialHistogramOptions;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.seriatim.tools.serve.intake.IntakeLog;
import io.seriatim.wal.Labels;
import io.seriatim.wal.WalConfig;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a program records with OpenTelemetry's own SDK stands in the log: every kind of instrument, collected twice,
/// over
/// both transports and with both temporalities.
class OtelSdkTest {
    private static final long STARTED = 1_000;
    private static final long FIRST = 2_000;
    private static final long SECOND = 3_000;
    private static final String TRACE = "000102030405060708090a0b0c0d0e0f";
    private static final String SPAN = "0102030405060708";
    /// How Prometheus calls each metric.
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("requests", "requests_total"),
            Map.entry("busy", "busy_seconds_total"),
            Map.entry("queue", "queue"),
            Map.entry("held", "held_bytes"),
            Map.entry("level", "level_celsius"),
            Map.entry("fill", "fill_ratio"),
            Map.entry("size", "size_bytes"),
            Map.entry("wait", "wait_milliseconds"),
            Map.entry("size.exponential", "size_exponential_bytes"),
            Map.entry("wait.exponential", "wait_exponential_milliseconds"),
            Map.entry("seen", "seen_total"),
            Map.entry("spent", "spent_total"),
            Map.entry("open", "open"),
            Map.entry("drift", "drift"),
            Map.entry("threads", "threads"),
            Map.entry("load", "load"),
            Map.entry(
                    "otel.sdk.metric_reader.collection.duration",
                    "otel_sdk_metric_reader_collection_duration_seconds"));
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");

    @TempDir
    private Path directory;

    private final AtomicLong now = new AtomicLong(STARTED);
    private Serving serving;

    @BeforeEach
    void start() {
        final InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        final Duration patience = Duration.ofSeconds(30);
        final WalConfig config = WalConfig.at(directory.resolve("wal"))
                .timeUnit(TimeUnit.NANOSECONDS)
                .segmentBytes(1 << 20);
        final ServeLimits limits = new ServeLimits(
                1 << 20, 1 << 20, 8 << 20, 64, 64, 8, 64, 4096, 1000, 64 << 20, patience, patience, patience);
        final PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        serving = new Serving(
                new ServeOptions(config, any, any, null, null, true, limits, null),
                new Journal(nowhere, Journal.Format.TEXT, true));
    }

    @AfterEach
    void end() {
        if (serving != null) {
            serving.close();
        }
    }

    @Test
    void shouldKeepCumulativeMetricsSentOverGrpc() throws Exception {
        check(grpc(AggregationTemporalitySelector.alwaysCumulative()));
    }

    @Test
    void shouldKeepDeltasSentOverGrpc() throws Exception {
        check(grpc(AggregationTemporalitySelector.deltaPreferred()));
    }

    @Test
    void shouldKeepCumulativeMetricsSentOverHttp() throws Exception {
        check(http(AggregationTemporalitySelector.alwaysCumulative()));
    }

    @Test
    void shouldKeepDeltasSentOverHttp() throws Exception {
        check(http(AggregationTemporalitySelector.deltaPreferred()));
    }

    /// What the SDK handed to its exporter is what the log holds, point by point, and what is known of each metric.
    private void check(MetricExporter exporter) throws Exception {
        final Recorded recorded = new Recorded(exporter);
        record(recorded);
        assertTrue(serving.drain(Duration.ofSeconds(30)));
        serving = null;
        final List<String> found = IntakeLog.lines(directory.resolve("wal"));
        final List<String> points = new ArrayList<>();
        final Set<String> about = new TreeSet<>();
        for (final MetricData metric : recorded.all) {
            assertTrue(NAMES.containsKey(metric.getName()), metric.getName());
            for (final PointData point : metric.getData().getPoints()) {
                final String series = series(metric, point);
                points.add(series + " " + point.getEpochNanos() + " " + value(metric, point));
                about.add(series + " name=" + metric.getName() + " unit=" + metric.getUnit() + " help="
                        + metric.getDescription());
            }
        }
        assertEquals(NAMES.size() + 1, about.size()); // of requests there are two series
        final List<String> unexpected = new ArrayList<>(found.stream()
                .filter(line ->
                        !line.contains(" about {") && !line.contains(" exemplar ") && !line.contains("\"target_info\""))
                .toList());
        final List<String> missing =
                points.stream().filter(line -> !unexpected.remove(line)).toList();
        assertEquals(List.of(), missing, () -> "unexpected: " + unexpected);
        assertEquals(List.of(), unexpected);
        found.stream()
                .filter(line -> line.contains(" about {"))
                .forEach(line -> about.removeIf(expected -> {
                    final String[] words = expected.split(" (?:name|unit|help)=", -1);
                    return line.startsWith(words[0] + " ")
                            && line.contains(" name=\"" + words[1] + "\"") | line.contains("{name=\"" + words[1] + "\"")
                            && (words[2].isEmpty() || line.contains("unit=\"" + words[2] + "\""))
                            && (words[3].isEmpty() || line.contains("help=\"" + words[3] + "\""));
                }));
        assertEquals(Set.of(), about);
        final List<String> exemplars =
                found.stream().filter(line -> line.contains(" exemplar ")).toList();
        assertEquals(3, exemplars.size());
        for (final String exemplar : exemplars) {
            assertTrue(exemplar.contains("span_id=\"" + SPAN + "\", trace_id=\"" + TRACE + "\""), exemplar);
        }
        assertTrue(exemplars.stream().anyMatch(line -> line.contains("exemplar 4.0") && line.contains("user=\"u1\"")));
        assertTrue(found.stream().anyMatch(line -> line.contains("exact=\"9007199254740993\"")));
        assertTrue(found.contains(
                "{__name__=\"target_info\", host_cpus=\"2\", instance=\"i-1\", job=\"shop\"} " + FIRST + " 1.0"));
    }

    private static String series(MetricData metric, PointData point) {
        final TreeMap<String, String> labels = new TreeMap<>();
        point.getAttributes()
                .forEach((key, value) -> labels.put(key.getKey().replace('.', '_'), String.valueOf(value)));
        labels.put("__name__", NAMES.get(metric.getName()));
        labels.put("instance", "i-1");
        labels.put("job", "shop");
        labels.put("otel_scope_name", metric.getInstrumentationScopeInfo().getName());
        if (metric.getInstrumentationScopeInfo().getVersion() != null) {
            labels.put(
                    "otel_scope_version", metric.getInstrumentationScopeInfo().getVersion());
        }
        if (metric.getInstrumentationScopeInfo().getSchemaUrl() != null) {
            labels.put(
                    "otel_scope_schema_url",
                    metric.getInstrumentationScopeInfo().getSchemaUrl());
        }
        if (isDelta(metric)) {
            labels.put("__temporality__", "delta");
        }
        return Labels.of(labels).toString();
    }

    private static boolean isDelta(MetricData metric) {
        return switch (metric.getType()) {
            case LONG_SUM -> metric.getLongSumData().getAggregationTemporality() == AggregationTemporality.DELTA;
            case DOUBLE_SUM -> metric.getDoubleSumData().getAggregationTemporality() == AggregationTemporality.DELTA;
            case HISTOGRAM -> metric.getHistogramData().getAggregationTemporality() == AggregationTemporality.DELTA;
            case EXPONENTIAL_HISTOGRAM ->
                metric.getExponentialHistogramData().getAggregationTemporality() == AggregationTemporality.DELTA;
            default -> false;
        };
    }

    private static String value(MetricData metric, PointData point) {
        return switch (point) {
            case LongPointData number -> String.valueOf((double) number.getValue());
            case DoublePointData number -> String.valueOf(number.getValue());
            case HistogramPointData histogram ->
                head("explicit", metric, point, histogram.getCount(), histogram.getSum())
                        + extremes(histogram.hasMin(), histogram.getMin(), histogram.hasMax(), histogram.getMax())
                        + (histogram.getBoundaries().isEmpty() ? "" : " bounds=" + joined(histogram.getBoundaries()))
                        + " positive=" + buckets(0, histogram.getCounts());
            case ExponentialHistogramPointData histogram ->
                head("scale=" + histogram.getScale(), metric, point, histogram.getCount(), histogram.getSum())
                        + extremes(histogram.hasMin(), histogram.getMin(), histogram.hasMax(), histogram.getMax())
                        + " zeros=" + (double) histogram.getZeroCount() + " threshold=0.0 positive="
                        + buckets(
                                histogram.getPositiveBuckets().getOffset(),
                                histogram.getPositiveBuckets().getBucketCounts());
            default -> throw new AssertionError(point);
        };
    }

    private static String head(String kind, MetricData metric, PointData point, long count, double sum) {
        return "histogram " + kind + (isDelta(metric) ? " delta" : "") + " UNKNOWN count=" + (double) count + " start="
                + point.getStartEpochNanos() + " sum=" + sum;
    }

    private static String extremes(boolean hasMin, double min, boolean hasMax, double max) {
        return (hasMin ? " min=" + min : "") + (hasMax ? " max=" + max : "");
    }

    private static String joined(List<Double> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static String buckets(int offset, List<Long> counts) {
        final List<String> texts = new ArrayList<>();
        for (int i = 0; i < counts.size(); i++) {
            texts.add((offset + i) + ":" + (double) counts.get(i));
        }
        return String.join(",", texts);
    }

    /// Remembers what it exports.
    private static final class Recorded implements MetricExporter {
        private final MetricExporter next;
        private final List<MetricData> all = new ArrayList<>();

        Recorded(MetricExporter next) {
            this.next = next;
        }

        @Override
        public CompletableResultCode export(Collection<MetricData> metrics) {
            all.addAll(metrics);
            return next.export(metrics);
        }

        @Override
        public CompletableResultCode flush() {
            return next.flush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return next.shutdown();
        }

        @Override
        public AggregationTemporality getAggregationTemporality(InstrumentType type) {
            return next.getAggregationTemporality(type);
        }
    }

    private MetricExporter grpc(AggregationTemporalitySelector temporality) {
        return OtlpGrpcMetricExporter.builder()
                .setEndpoint("http://127.0.0.1:" + serving.grpcPort())
                .setAggregationTemporalitySelector(temporality)
                .build();
    }

    private MetricExporter http(AggregationTemporalitySelector temporality) {
        return OtlpHttpMetricExporter.builder()
                .setEndpoint("http://127.0.0.1:" + serving.httpPort() + "/v1/metrics")
                .setCompression("gzip")
                .setAggregationTemporalitySelector(temporality)
                .build();
    }

    private void record(MetricExporter exporter) {
        final SdkMeterProvider provider = SdkMeterProvider.builder()
                .setClock(new ManualClock())
                .setResource(Resource.create(Attributes.builder()
                        .put("service.name", "shop")
                        .put("service.instance.id", "i-1")
                        .put("host.cpus", 2L)
                        .build()))
                .registerView(
                        InstrumentSelector.builder().setName("*.exponential").build(),
                        View.builder()
                                .setAggregation(Aggregation.base2ExponentialBucketHistogram(
                                        Base2ExponentialHistogramOptions.builder()
                                                .setMaxBuckets(4)
                                                .setMaxScale(1)
                                                .build()))
                                .build())
                .registerView(
                        InstrumentSelector.builder().setName("requests").build(),
                        View.builder().setAttributeFilter(Set.of("http.route")).build())
                .registerMetricReader(PeriodicMetricReader.builder(exporter)
                        .setInterval(Duration.ofDays(1))
                        .build())
                .build();
        try (provider) { // ends with a collection of its own
            final Instruments instruments = new Instruments(provider.meterBuilder("lib")
                    .setInstrumentationVersion("1.2")
                    .setSchemaUrl("https://s/1")
                    .build());
            now.set(FIRST);
            instruments.first();
            assertTrue(provider.forceFlush().join(60, TimeUnit.SECONDS).isSuccess());
            now.set(SECOND);
            instruments.second();
            assertTrue(provider.forceFlush().join(60, TimeUnit.SECONDS).isSuccess());
        }
    }

    /// Of every kind one.
    private static final class Instruments {
        private final LongCounter requests;
        private final DoubleCounter busy;
        private final LongUpDownCounter queue;
        private final DoubleUpDownCounter held;
        private final LongGauge level;
        private final DoubleGauge fill;
        private final LongHistogram size;
        private final DoubleHistogram wait;
        private final LongHistogram sizeExponential;
        private final DoubleHistogram waitExponential;
        private boolean again;

        Instruments(Meter meter) {
            requests = meter.counterBuilder("requests")
                    .setUnit("{request}")
                    .setDescription("taken")
                    .build();
            busy = meter.counterBuilder("busy").ofDoubles().setUnit("s").build();
            queue = meter.upDownCounterBuilder("queue").build();
            held = meter.upDownCounterBuilder("held").ofDoubles().setUnit("By").build();
            level = meter.gaugeBuilder("level").ofLongs().setUnit("Cel").build();
            fill = meter.gaugeBuilder("fill").setUnit("1").build();
            size = meter.histogramBuilder("size")
                    .ofLongs()
                    .setUnit("By")
                    .setExplicitBucketBoundariesAdvice(List.of(10L, 100L))
                    .build();
            wait = meter.histogramBuilder("wait")
                    .setUnit("ms")
                    .setExplicitBucketBoundariesAdvice(List.of(0.5, 2.5))
                    .build();
            sizeExponential = meter.histogramBuilder("size.exponential")
                    .ofLongs()
                    .setUnit("By")
                    .build();
            waitExponential =
                    meter.histogramBuilder("wait.exponential").setUnit("ms").build();
            meter.counterBuilder("seen").buildWithCallback(out -> out.record(again ? 25 : 10));
            meter.counterBuilder("spent").ofDoubles().buildWithCallback(out -> out.record(again ? 2.75 : 0.5));
            meter.upDownCounterBuilder("open").buildWithCallback(out -> out.record(again ? -1 : 4));
            meter.upDownCounterBuilder("drift").ofDoubles().buildWithCallback(out -> out.record(again ? -0.25 : 1.5));
            meter.gaugeBuilder("threads").ofLongs().buildWithCallback(out -> out.record(again ? 8 : 7));
            meter.gaugeBuilder("load").buildWithCallback(out -> out.record(again ? 0.75 : 0.125));
        }

        void first() {
            requests.add(3, Attributes.of(ROUTE, "/a"));
            requests.add((1L << 53) + 1, Attributes.of(ROUTE, "/b"));
            busy.add(0.1);
            queue.add(5);
            held.add(100.5);
            level.set(21);
            fill.set(0.25);
            size.record(9);
            size.record(1000);
            wait.record(0.25);
            sizeExponential.record(2);
            sizeExponential.record(0);
            waitExponential.record(1.5);
        }

        void second() {
            again = true;
            final SpanContext context =
                    SpanContext.create(TRACE, SPAN, TraceFlags.getSampled(), TraceState.getDefault());
            try (Scope _ = Span.wrap(context).makeCurrent()) {
                requests.add(
                        4,
                        Attributes.builder().put(ROUTE, "/a").put("user", "u1").build());
                wait.record(7.5);
                sizeExponential.record(16);
            }
            busy.add(0.2);
            queue.add(-7);
            held.add(-0.5);
            level.set(22);
            fill.set(0.5);
            size.record(100);
            waitExponential.record(6);
        }
    }

    private final class ManualClock implements Clock {
        @Override
        public long now() {
            return now.get();
        }

        @Override
        public long nanoTime() {
            return now.get();
        }
    }
}
