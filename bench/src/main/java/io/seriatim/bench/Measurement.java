package io.seriatim.bench;

import java.util.Map;

/// What one repetition measured.
///
/// @param part       of the suite, its id
/// @param contender  its id
/// @param variant    what was varied within the part, such as the number of threads; may be empty
/// @param round      which fresh JVM, from 1
/// @param repetition which in that JVM, from 1
/// @param values     numbers by name; the name says the unit
/// @param histograms by name, nanoseconds, as HdrHistogram encodes and compresses them, in Base64
record Measurement(
        String part,
        String contender,
        String variant,
        int round,
        int repetition,
        Map<String, Double> values,
        Map<String, String> histograms) {
    double value(String name) {
        return values.getOrDefault(name, Double.NaN);
    }

    Measurement in(String part, String contender, int round) {
        return new Measurement(part, contender, variant, round, repetition, values, histograms);
    }
}
