package io.seriatim.tools.ingest;

import java.util.Map;
import java.util.TreeMap;

/// What an input holds and a log has no place for, counted by what it is. Not thread-safe.
final class LeftOut {
    private static final int MOST_KINDS = 1_000;

    private final Map<String, Count> counts = new TreeMap<>();

    /// How much of one kind.
    static final class Count {
        private final boolean data;
        private long count;

        Count(boolean data) {
            this.data = data;
        }

        /// @return whether these are measurements, not something about them
        boolean isData() {
            return data;
        }

        long count() {
            return count;
        }
    }

    /// Something about measurements: a help text, an exemplar.
    void note(String kind) {
        add(kind, false);
    }

    /// Measurements of a sort that a log cannot hold: a histogram, a text.
    void data(String kind) {
        add(kind, true);
    }

    private void add(String kind, boolean data) {
        final String known = counts.containsKey(kind) || counts.size() < MOST_KINDS ? kind : "other";
        counts.computeIfAbsent(known, _ -> new Count(data)).count++;
    }

    /// @return by kind
    Map<String, Count> counts() {
        return counts;
    }

    boolean hasData() {
        return counts.values().stream().anyMatch(Count::isData);
    }
}
