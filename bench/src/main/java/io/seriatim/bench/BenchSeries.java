package io.seriatim.bench;

import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.TimeSeries;
import java.nio.charset.StandardCharsets;

/// One series object of a workload, as an engine would hold it: for the rivals its labels as UTF-8 byte arrays, for
/// Seriatim as [Labels], both made before anything is timed. It carries one sample.
class BenchSeries implements TimeSeries {
    /// Names and values in turn. Equal strings are one array in all series: the kind of engine that rivals, which
    /// have to read them every time, find in cache.
    final byte[][] strings;

    /// The values as text, for a rival that takes no bytes.
    final String[] labelValues;

    private final Labels labels;
    private final long timestamp;
    private final double value;

    /// Set by whoever keeps one, at the first append.
    SeriesHandle handle;

    BenchSeries(byte[][] strings, long timestamp, double value) {
        this.strings = strings;
        this.labelValues = new String[strings.length / 2];
        for (int i = 0; i < labelValues.length; i++) {
            labelValues[i] = new String(strings[2 * i + 1], StandardCharsets.UTF_8).intern();
        }
        this.labels = Labels.ofUtf8(strings);
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
