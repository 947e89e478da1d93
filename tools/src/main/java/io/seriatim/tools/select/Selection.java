package io.seriatim.tools.select;

import io.seriatim.wal.Labels;
import java.util.List;

/// The series that are wanted: those that at least one of several selectors matches. Immutable; thread-safe.
///
/// A selector matches if all its matchers do. A label that a series lacks counts as the empty string, as in
/// Prometheus.
public final class Selection {
    /// Every series.
    public static final Selection EVERYTHING = new Selection(List.of(), List.of());

    private final List<List<Matcher>> selectors;
    private final List<String> texts;

    private Selection(List<List<Matcher>> selectors, List<String> texts) {
        this.selectors = selectors;
        this.texts = texts;
    }

    /// Reads selectors such as `up{job="api"}`.
    ///
    /// @return [#EVERYTHING] if there are none
    /// @throws BadSelectorException if one makes no sense
    public static Selection of(List<String> selectors) {
        return selectors.isEmpty()
                ? EVERYTHING
                : new Selection(
                        selectors.stream()
                                .map(text -> new SelectorParser(text).parse())
                                .toList(),
                        List.copyOf(selectors));
    }

    /// @return true if no series is left out, whatever its labels
    public boolean isEverything() {
        return selectors.isEmpty() || selectors.contains(List.<Matcher>of());
    }

    /// @return true if the series is wanted
    public boolean matches(Labels series) {
        return isEverything() || selectors.stream().anyMatch(selector -> all(selector, series));
    }

    private static boolean all(List<Matcher> selector, Labels series) {
        for (final Matcher matcher : selector) {
            if (!matcher.matches(series)) {
                return false;
            }
        }
        return true;
    }

    /// @return the selectors as they were given
    @Override
    public String toString() {
        return texts.toString();
    }
}
