package io.seriatim.tools.replay;

import io.seriatim.wal.Labels;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.io.api.Binary;

/// A sample to be written. Reused.
final class ParquetRow {
    Series series;
    long timestamp;
    double value;

    /// A series' labels in the encoding of the file.
    ///
    /// @param metric its name, or null
    /// @param names  of its other labels
    /// @param values of its other labels
    record Series(Binary metric, List<Binary> names, List<Binary> values) {
        static Series of(Labels labels) {
            final List<Binary> names = new ArrayList<>();
            final List<Binary> values = new ArrayList<>();
            labels.forEach((name, value) -> {
                if (!name.equals(Exposition.METRIC_NAME)) {
                    names.add(Binary.fromString(name));
                    values.add(Binary.fromString(value));
                }
            });
            final String metric = labels.get(Exposition.METRIC_NAME);
            return new Series(metric == null ? null : Binary.fromString(metric), names, values);
        }
    }
}
