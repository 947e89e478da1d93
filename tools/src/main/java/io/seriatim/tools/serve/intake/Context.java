package io.seriatim.tools.serve.intake;

import java.util.Map;

/// What data points have in common: their resource, their scope, and in the end their metric. Immutable.
///
/// @param id      of this one; never used twice
/// @param labels  for every series below
/// @param unsaid  what the labels do not say, for every METADATA below
/// @param refusal why nothing below it can be kept, or null
/// @param target  of a resource: the labels of its `target_info`, or null; else null
/// @param about   of a resource: the METADATA of its `target_info`
record Context(
        long id,
        Map<String, String> labels,
        Map<String, String> unsaid,
        String refusal,
        Map<String, String> target,
        Map<String, String> about) {
    static Context of(long id, Map<String, String> labels, Map<String, String> unsaid) {
        return new Context(id, labels, unsaid, null, null, null);
    }

    /// @return how many entries its maps have
    int entries() {
        return labels.size()
                + unsaid.size()
                + (target == null ? 0 : target.size())
                + (about == null ? 0 : about.size());
    }

    static Context refused(long id, String refusal) {
        return new Context(id, Map.of(), Map.of(), refusal, null, null);
    }
}
