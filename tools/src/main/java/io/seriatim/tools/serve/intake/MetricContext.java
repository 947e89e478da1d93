package io.seriatim.tools.serve.intake;

import java.util.Map;

/// A metric, with its scope and resource. Immutable.
///
/// @param id          never used twice
/// @param name        of its series
/// @param delta       whether each point counts from the one before
/// @param labels      of its series, without the name
/// @param description of its series: `type`, `unit`, ...
/// @param refusal     why its points cannot be kept, or null
record MetricContext(
        long id,
        String name,
        boolean delta,
        Map<String, String> labels,
        Map<String, String> description,
        String refusal) {
    /// @return how many entries its maps have
    int entries() {
        return labels.size() + description.size();
    }
}
