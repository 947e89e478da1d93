package io.seriatim.tools.store;

import io.seriatim.wal.Labels;

/// What OTLP says around the points of a series: resource, scope, metric and attributes, the other way round than
/// `SERVE-MAPPING.md` says.
///
/// @param labels of the series
/// @param facts  what is known of it
record OtlpWords(Labels labels, OtlpFacts facts) {
    private static final String SCOPE = "otel_scope_";
    private static final String METADATA = "metadata.";

    /// @return what the metric is called, null or empty if nobody knows
    String name() {
        return facts.namesTheSeries() ? facts.name() : labels.get("__name__");
    }

    /// @return the fields of a `Metric` but for its points
    byte[] metric() {
        final ProtoBuffer out = new ProtoBuffer(256).text(1, name());
        if (facts.help() != null) {
            out.text(2, facts.help());
        }
        if (facts.unit() != null) {
            out.text(3, facts.unit());
        }
        facts.others().forEach((name, value) -> {
            if (name.startsWith(METADATA)) {
                attribute(12, name.substring(METADATA.length()), value, null, out);
            }
        });
        return out.toByteArray();
    }

    /// @return a `Resource`
    byte[] resource() {
        final ProtoBuffer out = new ProtoBuffer(256);
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
        return out.toByteArray();
    }

    /// @return an `InstrumentationScope`
    byte[] scope() {
        final ProtoBuffer out = new ProtoBuffer(256);
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
        return out.toByteArray();
    }

    /// @return `ScopeMetrics.schema_url`, if there is one
    byte[] scopeSchema() {
        final String url = labels.get(SCOPE + "schema_url");
        return url == null ? new byte[0] : new ProtoBuffer(64).text(3, url).toByteArray();
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

    /// @param field of the point
    /// @return the attributes of its points, as fields of a point
    byte[] attributes(int field) {
        final ProtoBuffer out = new ProtoBuffer(256);
        labels.forEach((label, value) -> {
            if (!label.equals("__name__")
                    && !label.equals("__temporality__")
                    && !label.equals("job")
                    && !label.equals("instance")
                    && !label.startsWith(SCOPE)) {
                attribute(field, original(label, label), value, type(label), out);
            }
        });
        return out.toByteArray();
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
                case "bool" -> {
                    if (!value.equals("true") && !value.equals("false")) {
                        return false;
                    }
                    out.varint(2, value.equals("true") ? 1 : 0);
                }
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
}
