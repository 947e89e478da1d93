package io.seriatim.tools.select;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.seriatim.wal.Labels;

/// A condition on one label. Immutable; thread-safe.
///
/// @param name    of the label
/// @param value   to compare with, null if `pattern` is there
/// @param pattern to match from beginning to end, or null
/// @param wanted  false if series that agree are not wanted
record Matcher(String name, String value, Pattern pattern, boolean wanted) {
    /// The label that holds the name of the metric.
    static final String METRIC_NAME = "__name__";

    static Matcher equal(String name, String value, boolean wanted) {
        return new Matcher(name, value, null, wanted);
    }

    /// Linear in pattern and text, whatever they are: RE2 does not backtrack. As in Prometheus the whole value
    /// has to match, and a dot matches a line feed.
    ///
    /// @throws IllegalArgumentException if it is no pattern, or too large a one
    static Matcher regex(String name, String regex, boolean wanted) {
        PatternSize.check(regex);
        try {
            return new Matcher(name, null, Pattern.compile(regex, Pattern.DOTALL), wanted);
        } catch (PatternSyntaxException failure) {
            throw new IllegalArgumentException(failure.getDescription() + ": '" + failure.getPattern() + "'", failure);
        }
    }

    boolean matches(Labels series) {
        final String found = series.get(name);
        final String text = found == null ? "" : found;
        return (pattern == null ? text.equals(value) : pattern.matches(text)) == wanted;
    }
}
