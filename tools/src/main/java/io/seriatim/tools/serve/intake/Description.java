package io.seriatim.tools.serve.intake;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import java.util.TreeMap;

/// What is known about a series and stays the same: the attributes of its METADATA. Immutable.
///
/// @param attributes names and values, or null if nothing is known
record Description(Labels attributes) {
    /// @param start since when the series counts, or [Histogram#NO_START]
    /// @return the attributes with the start, or null if nothing is known
    Labels with(long start) {
        return start == Histogram.NO_START ? attributes : with("start", Long.toString(start), attributes);
    }

    /// @return the attributes with the start and an integer that a sample cannot say
    Labels with(long start, String exact) {
        return with("exact", exact, with(start));
    }

    /// @return how many it takes, about
    int bytes() {
        return attributes == null ? 0 : attributes.encodedLength();
    }

    private static Labels with(String name, String value, Labels attributes) {
        final TreeMap<String, String> all = new TreeMap<>();
        if (attributes != null) {
            attributes.forEach(all::put);
        }
        all.put(name, value);
        return Labels.of(all);
    }
}
