package io.seriatim.tools.serve.intake;

import io.seriatim.tools.serve.intake.Shape.Kind;

/// The messages of Prometheus' remote write, 1.0 and 2.0.
final class RemoteWrite {
    private static final Shape SPAN =
            new Shape("BucketSpan").one(1, "offset", Kind.ZIGZAG).one(2, "length", Kind.UNSIGNED);

    private static final Shape HISTOGRAM = new Shape("Histogram")
            .one(1, "count_int", Kind.UNSIGNED)
            .one(2, "count_float", Kind.DOUBLE)
            .one(3, "sum", Kind.DOUBLE)
            .one(4, "schema", Kind.ZIGZAG)
            .one(5, "zero_threshold", Kind.DOUBLE)
            .one(6, "zero_count_int", Kind.UNSIGNED)
            .one(7, "zero_count_float", Kind.DOUBLE)
            .many(8, "negative_spans", SPAN)
            .many(9, "negative_deltas", Kind.ZIGZAG)
            .many(10, "negative_counts", Kind.DOUBLE)
            .many(11, "positive_spans", SPAN)
            .many(12, "positive_deltas", Kind.ZIGZAG)
            .many(13, "positive_counts", Kind.DOUBLE)
            .one(14, "reset_hint", Kind.ENUM)
            .one(15, "timestamp", Kind.SIGNED)
            .many(16, "custom_values", Kind.DOUBLE)
            .one(17, "start_timestamp", Kind.SIGNED);

    private static final Shape LABEL =
            new Shape("Label").one(1, "name", Kind.TEXT).one(2, "value", Kind.TEXT);

    private static final Shape SAMPLE =
            new Shape("Sample").one(1, "value", Kind.DOUBLE).one(2, "timestamp", Kind.SIGNED);

    /// The whole message of 1.0.
    static final Shape REQUEST_1 = new Shape("WriteRequest")
            .many(
                    1,
                    "timeseries",
                    new Shape("TimeSeries")
                            .many(1, "labels", LABEL)
                            .many(2, "samples", SAMPLE)
                            .many(
                                    3,
                                    "exemplars",
                                    new Shape("Exemplar")
                                            .many(1, "labels", LABEL)
                                            .one(2, "value", Kind.DOUBLE)
                                            .one(3, "timestamp", Kind.SIGNED))
                            .many(4, "histograms", HISTOGRAM))
            .many(
                    3,
                    "metadata",
                    new Shape("MetricMetadata")
                            .one(1, "type", Kind.ENUM)
                            .one(2, "metric_family_name", Kind.TEXT)
                            .one(4, "help", Kind.TEXT)
                            .one(5, "unit", Kind.TEXT));

    private static final Shape SAMPLE_2 = new Shape("Sample")
            .one(1, "value", Kind.DOUBLE)
            .one(2, "timestamp", Kind.SIGNED)
            .one(3, "start_timestamp", Kind.SIGNED);

    /// The whole message of 2.0.
    static final Shape REQUEST_2 = new Shape("Request")
            .many(4, "symbols", Kind.TEXT)
            .many(
                    5,
                    "timeseries",
                    new Shape("TimeSeries")
                            .many(1, "labels_refs", Kind.UNSIGNED)
                            .many(2, "samples", SAMPLE_2)
                            .many(3, "histograms", HISTOGRAM)
                            .many(
                                    4,
                                    "exemplars",
                                    new Shape("Exemplar")
                                            .many(1, "labels_refs", Kind.UNSIGNED)
                                            .one(2, "value", Kind.DOUBLE)
                                            .one(3, "timestamp", Kind.SIGNED))
                            .one(
                                    5,
                                    "metadata",
                                    new Shape("Metadata")
                                            .one(1, "type", Kind.ENUM)
                                            .one(3, "help_ref", Kind.UNSIGNED)
                                            .one(4, "unit_ref", Kind.UNSIGNED))
                            .one(6, "created_timestamp", Kind.SIGNED));

    private RemoteWrite() {}

    /// @return what METADATA calls a type of a metric, or null if nothing is said
    static String type(long type) {
        return switch ((int) type) {
            case 0 -> null;
            case 1 -> "counter";
            case 2 -> "gauge";
            case 3 -> "histogram";
            case 4 -> "gaugehistogram";
            case 5 -> "summary";
            case 6 -> "info";
            case 7 -> "stateset";
            default -> Integer.toString((int) type);
        };
    }
}
