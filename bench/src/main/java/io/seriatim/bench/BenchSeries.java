package io.seriatim.bench;

import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.TimeSeries;
import java.nio.charset.StandardCharsets;

/// One series object of a workload, as an engine would hold it: its labels, one sample, and a handle for who
/// keeps one.
///
/// Series that have the same labels share one [Set], and equal strings are one array in all sets: the kind of
/// engine that rivals, which have to read every label each time, find in cache.
class BenchSeries implements TimeSeries {
    /// A set of labels in every form that a contender wants, made before anything is timed.
    ///
    /// @param strings names and values in turn, as UTF-8: for the rivals
    /// @param values  the values as text, for a rival that takes no bytes
    /// @param labels  the same for Seriatim
    record Set(byte[][] strings, String[] values, Labels labels) {
        static Set of(byte[][] strings) {
            final String[] values = new String[strings.length / 2];
            for (int i = 0; i < values.length; i++) {
                values[i] = new String(strings[2 * i + 1], StandardCharsets.UTF_8).intern();
            }
            return new Set(strings, values, Labels.ofUtf8(strings));
        }
    }

    /// Names and values in turn.
    final byte[][] strings;

    /// The values as text.
    final String[] labelValues;

    private final Labels labels;
    private final long timestamp;
    private final double value;

    /// Set by whoever keeps one, at the first append.
    SeriesHandle handle;

    BenchSeries(Set set, long timestamp, double value) {
        this.strings = set.strings();
        this.labelValues = set.values();
        this.labels = set.labels();
        this.timestamp = timestamp;
        this.value = value;
    }

    @Override
    public Labels labels() {
        return labels;
    }

    @Override
    public int count() {
        return 1;
    }

    @Override
    public long timestamp(int index) {
        return timestamp;
    }

    @Override
    public double value(int index) {
        return value;
    }
}
