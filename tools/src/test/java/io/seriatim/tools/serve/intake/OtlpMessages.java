package io.seriatim.tools.serve.intake;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint.Buckets;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint.ValueAtQuantile;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.List;

/// Messages of OTLP as its own library writes them.
final class OtlpMessages {
    private OtlpMessages() {}

    static KeyValue attribute(String key, String value) {
        return attribute(key, AnyValue.newBuilder().setStringValue(value).build());
    }

    static KeyValue attribute(String key, AnyValue value) {
        return KeyValue.newBuilder().setKey(key).setValue(value).build();
    }

    static Resource resource(KeyValue... attributes) {
        return Resource.newBuilder().addAllAttributes(List.of(attributes)).build();
    }

    static byte[] message(Resource resource, Metric... metrics) {
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .setResource(resource)
                        .addScopeMetrics(ScopeMetrics.newBuilder().addAllMetrics(List.of(metrics))))
                .build()
                .toByteArray();
    }

    static byte[] message(Metric... metrics) {
        return message(resource(attribute("service.name", "api"), attribute("service.instance.id", "1")), metrics);
    }

    static Metric gauge(String name, NumberDataPoint... points) {
        return Metric.newBuilder()
                .setName(name)
                .setGauge(Gauge.newBuilder().addAllDataPoints(List.of(points)))
                .build();
    }

    static NumberDataPoint point(long time, double value, KeyValue... attributes) {
        return NumberDataPoint.newBuilder()
                .setTimeUnixNano(time)
                .setAsDouble(value)
                .addAllAttributes(List.of(attributes))
                .build();
    }

    /// A message with every kind of metric and every field.
    static ExportMetricsServiceRequest everything() {
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .setResource(Resource.newBuilder()
                                .addAttributes(attribute("service.name", "api"))
                                .addAttributes(attribute("service.namespace", "shop"))
                                .addAttributes(attribute("service.instance.id", "i-1"))
                                .addAttributes(attribute("host.name", "h1"))
                                .addAttributes(attribute(
                                        "process.pid",
                                        AnyValue.newBuilder().setIntValue(42).build()))
                                .setDroppedAttributesCount(2))
                        .setSchemaUrl("https://r/1")
                        .addScopeMetrics(ScopeMetrics.newBuilder()
                                .setScope(InstrumentationScope.newBuilder()
                                        .setName("lib")
                                        .setVersion("1.2")
                                        .addAttributes(attribute("short.name", "l"))
                                        .setDroppedAttributesCount(3))
                                .setSchemaUrl("https://s/1")
                                .addMetrics(everyGauge())
                                .addMetrics(everySum())
                                .addMetrics(everyHistogram())
                                .addMetrics(everyExponential())
                                .addMetrics(everySummary())))
                .build();
    }

    private static Metric everyGauge() {
        return Metric.newBuilder()
                .setName("room.temp")
                .setUnit("Cel")
                .setDescription("how warm")
                .addMetadata(attribute("k", "v"))
                .setGauge(Gauge.newBuilder()
                        .addDataPoints(NumberDataPoint.newBuilder()
                                .addAllAttributes(everyAttribute())
                                .setStartTimeUnixNano(5)
                                .setTimeUnixNano(100)
                                .setAsDouble(21.5))
                        .addDataPoints(NumberDataPoint.newBuilder()
                                .addAllAttributes(everyAttribute())
                                .setStartTimeUnixNano(5)
                                .setTimeUnixNano(200)
                                .setFlags(1)))
                .build();
    }

    static List<KeyValue> everyAttribute() {
        return List.of(
                attribute("s", "text"),
                attribute("b", AnyValue.newBuilder().setBoolValue(true).build()),
                attribute("d", AnyValue.newBuilder().setDoubleValue(0.5).build()),
                attribute(
                        "by",
                        AnyValue.newBuilder()
                                .setBytesValue(ByteString.copyFrom(new byte[] {1, 2, 3}))
                                .build()),
                attribute(
                        "a",
                        AnyValue.newBuilder()
                                .setArrayValue(ArrayValue.newBuilder()
                                        .addValues(AnyValue.newBuilder().setStringValue("x\"y"))
                                        .addValues(AnyValue.newBuilder().setIntValue(-1))
                                        .addValues(AnyValue.newBuilder()))
                                .build()),
                attribute(
                        "m",
                        AnyValue.newBuilder()
                                .setKvlistValue(KeyValueList.newBuilder()
                                        .addValues(attribute("k1", "v1"))
                                        .addValues(KeyValue.newBuilder().setKey("k2")))
                                .build()),
                KeyValue.newBuilder().setKey("nothing").build());
    }

    private static Metric everySum() {
        return Metric.newBuilder()
                .setName("io")
                .setUnit("By/s")
                .setSum(Sum.newBuilder()
                        .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE)
                        .setIsMonotonic(true)
                        .addDataPoints(NumberDataPoint.newBuilder()
                                .setStartTimeUnixNano(10)
                                .setTimeUnixNano(110)
                                .setAsInt(7)
                                .addExemplars(everyExemplar())))
                .build();
    }

    private static Exemplar everyExemplar() {
        return Exemplar.newBuilder()
                .setTimeUnixNano(105)
                .setAsDouble(6.5)
                .setSpanId(ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6, 7, (byte) 0xf8}))
                .setTraceId(ByteString.copyFrom(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}))
                .addFilteredAttributes(attribute("user.id", "u1"))
                .build();
    }

    private static Metric everyHistogram() {
        return Metric.newBuilder()
                .setName("latency")
                .setUnit("ms")
                .setHistogram(Histogram.newBuilder()
                        .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA)
                        .addDataPoints(HistogramDataPoint.newBuilder()
                                .addAttributes(attribute("path", "/"))
                                .setStartTimeUnixNano(20)
                                .setTimeUnixNano(120)
                                .setCount(6)
                                .setSum(12.5)
                                .addAllBucketCounts(List.of(1L, 0L, 5L))
                                .addAllExplicitBounds(List.of(1.0, 2.5))
                                .setMin(0.25)
                                .setMax(9)
                                .addExemplars(Exemplar.newBuilder()
                                        .setTimeUnixNano(119)
                                        .setAsInt(3))))
                .build();
    }

    private static Metric everyExponential() {
        return Metric.newBuilder()
                .setName("size")
                .setExponentialHistogram(ExponentialHistogram.newBuilder()
                        .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE)
                        .addDataPoints(ExponentialHistogramDataPoint.newBuilder()
                                .setStartTimeUnixNano(30)
                                .setTimeUnixNano(130)
                                .setCount(10)
                                .setSum(-1.5)
                                .setScale(-2)
                                .setZeroCount(3)
                                .setZeroThreshold(0.001)
                                .setPositive(
                                        Buckets.newBuilder().setOffset(-3).addAllBucketCounts(List.of(1L, 0L, 300L)))
                                .setNegative(Buckets.newBuilder().setOffset(4).addBucketCounts(2))
                                .setMin(-8)
                                .setMax(8)))
                .build();
    }

    private static Metric everySummary() {
        return Metric.newBuilder()
                .setName("old")
                .setSummary(Summary.newBuilder()
                        .addDataPoints(SummaryDataPoint.newBuilder()
                                .setStartTimeUnixNano(40)
                                .setTimeUnixNano(140)
                                .setCount(4)
                                .setSum(8.5)
                                .addQuantileValues(ValueAtQuantile.newBuilder()
                                        .setQuantile(0.5)
                                        .setValue(2))
                                .addQuantileValues(ValueAtQuantile.newBuilder()
                                        .setQuantile(1)
                                        .setValue(3))))
                .build();
    }
}
