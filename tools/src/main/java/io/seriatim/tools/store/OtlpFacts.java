package io.seriatim.tools.store;

import io.seriatim.wal.Labels;
import java.util.Map;
import java.util.TreeMap;

/// What METADATA says of a metric and OTLP has fields for. Immutable.
///
/// @param name      as OpenTelemetry calls it, or null
/// @param unit      or null
/// @param help      or null
/// @param type      `counter`, `gauge`, `histogram`, ...; null: nobody said
/// @param delta     whether values are of the time since the ones before
/// @param monotonic `true`, `false` or null
/// @param others    what else belongs to the metric or its labels: `metadata.KEY`, `label.LABEL`, `type.LABEL`
record OtlpFacts(
        String name,
        String unit,
        String help,
        String type,
        boolean delta,
        String monotonic,
        Map<String, String> others) {
    static final OtlpFacts NONE = new OtlpFacts(null, null, null, null, false, null, Map.of());

    static OtlpFacts of(Labels attributes) {
        final Map<String, String> others = new TreeMap<>();
        attributes.forEach((name, value) -> {
            if (name.startsWith("metadata.") || name.startsWith("label.") || name.startsWith("type.")) {
                others.put(name, value);
            }
        });
        return new OtlpFacts(
                attributes.get("name"),
                attributes.get("unit"),
                attributes.get("help"),
                attributes.get("type"),
                "delta".equals(attributes.get("temporality")),
                attributes.get("monotonic"),
                Map.copyOf(others));
    }

    boolean isSum() {
        return monotonic != null || "counter".equals(type);
    }

    boolean isMonotonic() {
        return monotonic == null ? "counter".equals(type) : monotonic.equals("true");
    }

    /// @return whether the series is named as the metric is; those of a summary have suffixes and a quantile
    boolean namesTheSeries() {
        return name != null && !"summary".equals(type);
    }
}
