package io.seriatim.tools.store;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import java.util.Map;
import java.util.TreeMap;

/// A series as OTLP names it: taken apart into resource, scope, metric and attributes, the other way round than
/// `SERVE-MAPPING.md` says. Not thread-safe.
final class OtlpSeries {
    private static final String SCOPE = "otel_scope_";
    private static final int FIXED_BYTES = 64; // name, unit and lengths, roughly

    private final Labels labels;
    private final Stream[] streams = new Stream[Stream.Kind.values().length];
    private OtlpFacts facts;
    private long start = Histogram.NO_START;
    private long exactTimestamp;
    private Long exact;
    private byte[] resource;
    private byte[] scope;
    private byte[] scopeSchema;
    private byte[] attributes;
    private Stream latest;

    OtlpSeries(Labels labels, OtlpFacts facts) {
        this.labels = labels;
        learn(facts);
    }

    /// The points of one kind: what a metric of OTLP is.
    record Stream(OtlpSeries series, Kind kind, boolean delta) {
        /// The number of a metric's field for its points.
        enum Kind {
            NUMBER(0, 5, 7),
            EXPLICIT(9, 8, 9),
            EXPONENTIAL(10, 11, 1);

            private final int field;
            private final int exemplars;
            private final int attributes;

            Kind(int field, int exemplars, int attributes) {
                this.field = field;
                this.exemplars = exemplars;
                this.attributes = attributes;
            }

            /// @return of the metric, 0 if that is for the series to say
            int field() {
                return field;
            }

            /// @return of the point
            int exemplars() {
                return exemplars;
            }

            /// @return of the point
            int attributes() {
                return attributes;
            }
        }
    }

    /// Takes over what METADATA says.
    void learn(OtlpFacts said) {
        facts = said;
        final ProtoBuffer inner = new ProtoBuffer(256);
        resource = resource(inner).toByteArray();
        scope = scope(inner.clear()).toByteArray();
        scopeSchema = bytes(labels.get(SCOPE + "schema_url"));
        attributes = null;
    }

    private static byte[] bytes(String text) {
        return text == null ? new byte[0] : new ProtoBuffer(64).text(3, text).toByteArray();
    }

    private ProtoBuffer resource(ProtoBuffer out) {
        final String job = labels.get("job");
        if (job != null) {
            final int slash = job.indexOf('/');
            if (slash > 0 && slash < job.length() - 1) {
                attribute(1, "service.namespace", job.substring(0, slash), null, out);
                attribute(1, "service.name", job.substring(slash + 1), null, out);
            } else {
                attribute(1, "service.name", job, null, out);
            }
        }
        final String instance = labels.get("instance");
        if (instance != null) {
            attribute(1, "service.instance.id", instance, null, out);
        }
        return out;
    }

    private ProtoBuffer scope(ProtoBuffer out) {
        final String name = labels.get(SCOPE + "name");
        final String version = labels.get(SCOPE + "version");
        if (name != null) {
            out.text(1, name);
        }
        if (version != null) {
            out.text(2, version);
        }
        labels.forEach((label, value) -> {
            if (isScopeAttribute(label)) {
                attribute(3, original(label, label.substring(SCOPE.length())), value, type(label), out);
            }
        });
        return out;
    }

    private static boolean isScopeAttribute(String label) {
        return label.startsWith(SCOPE)
                && !label.equals(SCOPE + "name")
                && !label.equals(SCOPE + "version")
                && !label.equals(SCOPE + "schema_url");
    }

    /// Two attributes that became one label cannot be told apart any more.
    private String original(String label, String otherwise) {
        final String said = facts.others().get("label." + label);
        return said == null || said.indexOf(';') >= 0 ? otherwise : said;
    }

    private String type(String label) {
        return facts.others().get("type." + label);
    }

    /// @return the attributes of its points, as fields of a point of this kind
    byte[] attributes(Stream.Kind kind) {
        if (attributes == null || latest == null || latest.kind() != kind) {
            final ProtoBuffer out = new ProtoBuffer(256);
            labels.forEach((label, value) -> {
                if (!label.equals("__name__")
                        && !label.equals("__temporality__")
                        && !label.equals("job")
                        && !label.equals("instance")
                        && !label.startsWith(SCOPE)) {
                    attribute(kind.attributes(), original(label, label), value, type(label), out);
                }
            });
            attributes = out.toByteArray();
        }
        return attributes;
    }

    /// A `KeyValue`.
    static void attribute(int field, String key, String value, String type, ProtoBuffer out) {
        final int pair = out.begin(field);
        out.text(1, key);
        final int any = out.begin(2);
        if (!typed(value, type, out)) {
            out.text(1, value);
        }
        out.end(any).end(pair);
    }

    private static boolean typed(String value, String type, ProtoBuffer out) {
        try {
            switch (type) {
                case "bool" -> out.varint(2, Boolean.parseBoolean(value) ? 1 : 0);
                case "int" -> out.varint(3, Long.parseLong(value));
                case "double" -> out.number(4, Double.parseDouble(value));
                case null, default -> {
                    return false;
                }
            }
            return true;
        } catch (NumberFormatException _) {
            return false; // "NaN" of a label is no Java number; the text says as much
        }
    }

    /// @return the points of this kind
    Stream stream(Stream.Kind kind, boolean delta) {
        Stream stream = streams[kind.ordinal()];
        if (stream == null || stream.delta() != delta) {
            stream = new Stream(this, kind, delta);
            streams[kind.ordinal()] = stream;
        }
        return stream;
    }

    /// Notes which points came last: exemplars that follow belong to them.
    void latest(Stream stream) {
        latest = stream;
    }

    Stream latest() {
        return latest;
    }

    boolean isDelta() {
        return facts.delta() || "delta".equals(labels.get("__temporality__"));
    }

    /// @return since when it counts, in the log's unit, or [Histogram#NO_START]
    long start() {
        return start;
    }

    void start(long timestamp) {
        start = timestamp;
    }

    /// Notes an integer that no double is, of the sample at that time that follows.
    void exact(long timestamp, long number) {
        exactTimestamp = timestamp;
        exact = number;
    }

    /// @return the integer of the sample at this time, or null
    Long exact(long timestamp) {
        return exact != null && exactTimestamp == timestamp ? exact : null;
    }

    /// @return about what a request says of it besides its points
    int bytes() {
        final int help = facts.help() == null ? 0 : facts.help().length();
        return resource.length + scope.length + help + FIXED_BYTES;
    }

    byte[] resource() {
        return resource;
    }

    byte[] scope() {
        return scope;
    }

    byte[] scopeSchema() {
        return scopeSchema;
    }

    OtlpFacts facts() {
        return facts;
    }

    String name() {
        return facts.namesTheSeries() ? facts.name() : labels.get("__name__");
    }

    /// @return `metadata.KEY` of the metric
    Map<String, String> metadata() {
        final Map<String, String> metadata = new TreeMap<>();
        facts.others().forEach((name, value) -> {
            if (name.startsWith("metadata.")) {
                metadata.put(name.substring("metadata.".length()), value);
            }
        });
        return metadata;
    }
}
