package io.seriatim.tools.serve.intake;

import io.seriatim.tools.serve.intake.Shape.Kind;

/// The messages of OTLP metrics, as `opentelemetry/proto/metrics/v1/metrics.proto` 1.11 has them.
final class Otlp {
    static final int GAUGE = 5;
    static final int SUM = 7;
    static final int HISTOGRAM = 9;
    static final int EXPONENTIAL_HISTOGRAM = 10;
    static final int SUMMARY = 11;

    static final int DELTA = 1;

    /// A flag of a data point: it has no value.
    static final int NO_RECORDED_VALUE = 1;

    private static final int KEY_TAG = 1 << Wire.TAG_BITS | Wire.BYTES;
    private static final int VALUE_TAG = 2 << Wire.TAG_BITS | Wire.BYTES;
    private static final int TEXT_TAG = 1 << Wire.TAG_BITS | Wire.BYTES;

    /// Two tags and two lengths.
    private static final int LEAST_VALUE_BYTES = 4;

    private static final int LEAST_ATTRIBUTE_BYTES = 2 + LEAST_VALUE_BYTES;

    private static final Shape ANY_VALUE = new Shape("AnyValue");
    private static final Shape KEY_VALUE = new Shape("KeyValue")
            .one(1, "key", Kind.TEXT)
            .one(2, "value", ANY_VALUE)
            .shortcut(Otlp::isPlainAttribute);

    static {
        ANY_VALUE
                .one(1, "string_value", Kind.TEXT)
                .one(2, "bool_value", Kind.BOOL)
                .one(3, "int_value", Kind.SIGNED)
                .one(4, "double_value", Kind.DOUBLE)
                .one(5, "array_value", new Shape("ArrayValue").many(1, "values", ANY_VALUE))
                .one(6, "kvlist_value", new Shape("KeyValueList").many(1, "values", KEY_VALUE))
                .one(7, "bytes_value", Kind.BASE64)
                .alternatives(5, 6);
    }

    private static final Shape EXEMPLAR = new Shape("Exemplar")
            .one(2, "time_unix_nano", Kind.FIXED)
            .one(3, "as_double", Kind.DOUBLE)
            .one(4, "span_id", Kind.HEX)
            .one(5, "trace_id", Kind.HEX)
            .one(6, "as_int", Kind.SIGNED_FIXED)
            .many(7, "filtered_attributes", KEY_VALUE);

    private static final Shape NUMBER_POINT = new Shape("NumberDataPoint")
            .one(2, "start_time_unix_nano", Kind.FIXED)
            .one(3, "time_unix_nano", Kind.FIXED)
            .one(4, "as_double", Kind.DOUBLE)
            .many(5, "exemplars", EXEMPLAR)
            .one(6, "as_int", Kind.SIGNED_FIXED)
            .many(7, "attributes", KEY_VALUE)
            .one(8, "flags", Kind.UNSIGNED);

    private static final Shape HISTOGRAM_POINT = new Shape("HistogramDataPoint")
            .one(2, "start_time_unix_nano", Kind.FIXED)
            .one(3, "time_unix_nano", Kind.FIXED)
            .one(4, "count", Kind.FIXED)
            .one(5, "sum", Kind.DOUBLE)
            .many(6, "bucket_counts", Kind.FIXED)
            .many(7, "explicit_bounds", Kind.DOUBLE)
            .many(8, "exemplars", EXEMPLAR)
            .many(9, "attributes", KEY_VALUE)
            .one(10, "flags", Kind.UNSIGNED)
            .one(11, "min", Kind.DOUBLE)
            .one(12, "max", Kind.DOUBLE);

    private static final Shape BUCKETS =
            new Shape("Buckets").one(1, "offset", Kind.ZIGZAG).many(2, "bucket_counts", Kind.UNSIGNED);

    private static final Shape EXPONENTIAL_POINT = new Shape("ExponentialHistogramDataPoint")
            .many(1, "attributes", KEY_VALUE)
            .one(2, "start_time_unix_nano", Kind.FIXED)
            .one(3, "time_unix_nano", Kind.FIXED)
            .one(4, "count", Kind.FIXED)
            .one(5, "sum", Kind.DOUBLE)
            .one(6, "scale", Kind.ZIGZAG)
            .one(7, "zero_count", Kind.FIXED)
            .one(8, "positive", BUCKETS)
            .one(9, "negative", BUCKETS)
            .one(10, "flags", Kind.UNSIGNED)
            .many(11, "exemplars", EXEMPLAR)
            .one(12, "min", Kind.DOUBLE)
            .one(13, "max", Kind.DOUBLE)
            .one(14, "zero_threshold", Kind.DOUBLE);

    private static final Shape SUMMARY_POINT = new Shape("SummaryDataPoint")
            .one(2, "start_time_unix_nano", Kind.FIXED)
            .one(3, "time_unix_nano", Kind.FIXED)
            .one(4, "count", Kind.FIXED)
            .one(5, "sum", Kind.DOUBLE)
            .many(
                    6,
                    "quantile_values",
                    new Shape("ValueAtQuantile").one(1, "quantile", Kind.DOUBLE).one(2, "value", Kind.DOUBLE))
            .many(7, "attributes", KEY_VALUE)
            .one(8, "flags", Kind.UNSIGNED);

    private static final Shape METRIC = new Shape("Metric")
            .one(1, "name", Kind.TEXT)
            .one(2, "description", Kind.TEXT)
            .one(3, "unit", Kind.TEXT)
            .one(GAUGE, "gauge", new Shape("Gauge").many(1, "data_points", NUMBER_POINT))
            .one(
                    SUM,
                    "sum",
                    new Shape("Sum")
                            .many(1, "data_points", NUMBER_POINT)
                            .one(2, "aggregation_temporality", Kind.ENUM)
                            .one(3, "is_monotonic", Kind.BOOL))
            .one(
                    HISTOGRAM,
                    "histogram",
                    new Shape("Histogram")
                            .many(1, "data_points", HISTOGRAM_POINT)
                            .one(2, "aggregation_temporality", Kind.ENUM))
            .one(
                    EXPONENTIAL_HISTOGRAM,
                    "exponential_histogram",
                    new Shape("ExponentialHistogram")
                            .many(1, "data_points", EXPONENTIAL_POINT)
                            .one(2, "aggregation_temporality", Kind.ENUM))
            .one(SUMMARY, "summary", new Shape("Summary").many(1, "data_points", SUMMARY_POINT))
            .many(12, "metadata", KEY_VALUE)
            .alternatives(GAUGE, SUM, HISTOGRAM, EXPONENTIAL_HISTOGRAM, SUMMARY);

    private static final Shape SCOPE = new Shape("InstrumentationScope")
            .one(1, "name", Kind.TEXT)
            .one(2, "version", Kind.TEXT)
            .many(3, "attributes", KEY_VALUE)
            .one(4, "dropped_attributes_count", Kind.UNSIGNED);

    private static final Shape ENTITY = new Shape("EntityRef")
            .one(1, "schema_url", Kind.TEXT)
            .one(2, "type", Kind.TEXT)
            .many(3, "id_keys", Kind.TEXT)
            .many(4, "description_keys", Kind.TEXT);

    private static final Shape RESOURCE = new Shape("Resource")
            .many(1, "attributes", KEY_VALUE)
            .one(2, "dropped_attributes_count", Kind.UNSIGNED)
            .many(3, "entity_refs", ENTITY);

    private static final Shape SCOPE_METRICS = new Shape("ScopeMetrics")
            .one(1, "scope", SCOPE)
            .many(2, "metrics", METRIC)
            .one(3, "schema_url", Kind.TEXT);

    private static final Shape RESOURCE_METRICS = new Shape("ResourceMetrics")
            .one(1, "resource", RESOURCE)
            .many(2, "scope_metrics", SCOPE_METRICS)
            .one(3, "schema_url", Kind.TEXT);

    /// The whole message.
    static final Shape REQUEST = new Shape("ExportMetricsServiceRequest").many(1, "resource_metrics", RESOURCE_METRICS);

    private Otlp() {}

    /// Most of a message are attributes, and nearly all of them have this form: a key and a text of fewer than 128
    /// bytes each, in this order.
    ///
    /// ```
    /// 0x0a | u8 length | key | 0x12 | u8 length | 0x0a | u8 length | text
    /// ```
    static boolean isPlainAttribute(byte[] bytes, int from, int to) {
        if (to - from < LEAST_ATTRIBUTE_BYTES || bytes[from] != KEY_TAG || bytes[from + 1] < 0) {
            return false;
        }
        final int value = from + 2 + bytes[from + 1];
        if (to - value < LEAST_VALUE_BYTES || bytes[value] != VALUE_TAG || bytes[value + 2] != TEXT_TAG) {
            return false;
        }
        // A length below 0 is not one of a single byte.
        return bytes[value + 1] == to - value - 2 && bytes[value + 3] == to - value - LEAST_VALUE_BYTES;
    }
}
