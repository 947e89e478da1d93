package io.seriatim.tools.serve.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A metric of OTLP without its data points: they come before what they cannot be understood without. Mutable and
/// reused. Not thread-safe.
final class OtlpMetric {
    private static final int NAME = 1 << Wire.TAG_BITS | Wire.BYTES;
    private static final int DESCRIPTION = 2 << Wire.TAG_BITS | Wire.BYTES;
    private static final int UNIT = 3 << Wire.TAG_BITS | Wire.BYTES;
    private static final int METADATA = 12 << Wire.TAG_BITS | Wire.BYTES;
    private static final int TEMPORALITY = 2 << Wire.TAG_BITS | Wire.VARINT;
    private static final int MONOTONIC = 3 << Wire.TAG_BITS | Wire.VARINT;

    private final Span name = new Span();
    private final Span description = new Span();
    private final Span unit = new Span();
    private final Span data = new Span();
    private final Buffer metadata = new Buffer();
    private long metadataBytes;
    private int kind;
    private int temporality;
    private boolean monotonic;

    /// Reads everything up to the reader's limit.
    void read(Wire wire) throws BadMessageException {
        name.clear();
        description.clear();
        unit.clear();
        data.clear();
        metadata.clear();
        metadataBytes = 0;
        kind = 0;
        temporality = 0;
        monotonic = false;
        while (wire.more()) {
            final int from = wire.at;
            final int tag = wire.tag();
            switch (tag) {
                case NAME -> name.take(wire);
                case DESCRIPTION -> description.take(wire);
                case UNIT -> unit.take(wire);
                case METADATA -> {
                    wire.skip(tag);
                    metadataBytes += wire.at - from;
                    if (metadataBytes <= Attribute.MOST_BYTES) {
                        metadata.put(wire.bytes, from, wire.at);
                    }
                }
                default -> {
                    if (Wire.type(tag) == Wire.BYTES && isData(Wire.number(tag))) {
                        kind = Wire.number(tag);
                        data.take(wire);
                    } else {
                        wire.skip(tag);
                    }
                }
            }
        }
        if (kind != Otlp.GAUGE && kind != Otlp.SUMMARY) {
            readKind(wire);
        }
    }

    private static boolean isData(int number) {
        return number == Otlp.GAUGE
                || number == Otlp.SUM
                || number == Otlp.HISTOGRAM
                || number == Otlp.EXPONENTIAL_HISTOGRAM
                || number == Otlp.SUMMARY;
    }

    private void readKind(Wire wire) throws BadMessageException {
        final int at = wire.at;
        final int limit = wire.limit;
        wire.at = data.from();
        wire.limit = data.to();
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag == TEMPORALITY) {
                temporality = (int) wire.varint();
            } else if (tag == MONOTONIC && kind == Otlp.SUM) {
                monotonic = wire.varint() != 0;
            } else {
                wire.skip(tag);
            }
        }
        wire.at = at;
        wire.limit = limit;
    }

    /// @return number of the field that holds the points, or 0
    int kind() {
        return kind;
    }

    Span data() {
        return data;
    }

    /// Keeps no message.
    void release() {
        name.clear();
        description.clear();
        unit.clear();
        data.clear();
    }

    /// @return bytes of everything that is not points, about
    long length() {
        return metadataBytes + name.length() + unit.length() + description.length();
    }

    /// Adds everything that is not points.
    void putTo(Buffer key) {
        key.put((byte) kind);
        key.putVarint(temporality);
        key.put((byte) (monotonic ? 1 : 0));
        name.putTo(key);
        unit.putTo(key);
        description.putTo(key);
        key.put(metadata.bytes(), 0, metadata.length());
    }

    MetricContext context(long id, Context scope) throws BadMessageException {
        if (scope.refusal() != null) {
            return refused(id, scope.refusal());
        }
        try {
            final String metricName = name.text("metric name");
            if (metricName.isEmpty()) {
                return refused(id, "metric has no name");
            }
            final String unitText = unit.text("unit");
            final boolean counter = kind == Otlp.SUM && monotonic;
            final boolean delta = temporality == Otlp.DELTA;
            final Map<String, String> labels = new TreeMap<>(scope.labels());
            if (delta) {
                labels.put("__temporality__", "delta");
            }
            return new MetricContext(
                    id,
                    Names.metric(metricName, unitText, kind == Otlp.GAUGE, counter),
                    delta,
                    labels,
                    description(scope, metricName, unitText),
                    null);
        } catch (RejectedException refusal) {
            return refused(id, refusal.getMessage());
        }
    }

    static MetricContext refused(long id, String refusal) {
        return new MetricContext(id, "", false, Map.of(), Map.of(), refusal);
    }

    private Map<String, String> description(Context scope, String metricName, String unitText)
            throws BadMessageException, RejectedException {
        final Map<String, String> said = new TreeMap<>(scope.unsaid());
        String prometheusType = "";
        final List<Attribute> attributes = new ArrayList<>();
        Attribute.read(metadata.bytes(), 0, metadata.length(), attributes);
        for (final Attribute attribute : attributes) {
            said.put("metadata." + attribute.key(), attribute.value());
            if (attribute.key().equals("prometheus.type")) {
                prometheusType = attribute.value();
            }
        }
        said.put("name", metricName);
        said.put("type", type(prometheusType));
        if (!unitText.isEmpty()) {
            said.put("unit", unitText);
        }
        final String help = description.text("description");
        if (!help.isEmpty()) {
            said.put("help", help);
        }
        if (kind == Otlp.SUM) {
            said.put("monotonic", Boolean.toString(monotonic));
        }
        if (temporality != 0) {
            said.put(
                    "temporality",
                    switch (temporality) {
                        case Otlp.DELTA -> "delta";
                        case 2 -> "cumulative";
                        default -> Integer.toString(temporality);
                    });
        }
        return said;
    }

    private String type(String prometheusType) {
        return switch (kind) {
            case Otlp.GAUGE -> prometheusType.equals("unknown") ? "unknown" : "gauge";
            case Otlp.SUM ->
                monotonic
                        ? "counter"
                        : prometheusType.equals("info") || prometheusType.equals("stateset") ? prometheusType : "gauge";
            case Otlp.SUMMARY -> "summary";
            default -> "histogram";
        };
    }
}
