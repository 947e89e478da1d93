package io.seriatim.tools.serve.intake;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Makes labels of attributes: names as Prometheus allows them, values as text. What that loses it tells:
/// `label.NAME` is what a label was called, `type.NAME` what its value was if no string.
final class AttributeLabels {
    private AttributeLabels() {}

    /// @param attributes sorted by key
    /// @param prefix     of every label's name
    /// @param taken      labels of another origin, which keep their names
    /// @param labels     where to put labels
    /// @param unsaid     where to put what the labels do not say
    static void put(
            List<Attribute> attributes,
            String prefix,
            Map<String, String> taken,
            Map<String, String> labels,
            Map<String, String> unsaid) {
        final Map<String, String> own = new TreeMap<>();
        for (final Attribute attribute : attributes) {
            final String plain =
                    prefix.isEmpty() ? Names.label(attribute.key()) : prefix + Names.label(attribute.key());
            final String label = taken.containsKey(plain) ? "exported_" + plain : plain;
            own.merge(label, attribute.value(), (before, one) -> before + ";" + one);
            if (!label.equals(prefix + attribute.key()) || unsaid.containsKey("label." + label)) {
                unsaid.merge("label." + label, attribute.key(), (before, one) -> before + ";" + one);
            }
            if (!attribute.type().equals("string") || unsaid.containsKey("type." + label)) {
                unsaid.merge("type." + label, attribute.type(), (before, one) -> before + ";" + one);
            }
        }
        labels.putAll(own);
    }
}
