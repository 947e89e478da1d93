package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a replay found, by series, to be compared with what was appended.
final class Replayed implements ReplayHandler {
    /// One sample; value bits, not the value, so that NaNs are told apart.
    record Sample(long timestamp, long bits) {
        static Sample of(long timestamp, double value) {
            return new Sample(timestamp, Double.doubleToRawLongBits(value));
        }
    }

    final Map<Labels, List<Sample>> series = new HashMap<>();
    final List<byte[]> records = new ArrayList<>();
    long samples;
    ReplayReport report;

    static Replayed of(Path directory) {
        final Replayed found = new Replayed();
        found.report = MappedWal.replay(directory, ReplayOptions.defaults(), found);
        return found;
    }

    List<Sample> of(Labels labels) {
        return series.getOrDefault(labels, List.of());
    }

    @Override
    public void onSamples(Labels labels, Samples found) {
        final List<Sample> list = series.computeIfAbsent(labels, _ -> new ArrayList<>());
        for (int i = 0; i < found.count(); i++) {
            list.add(new Sample(found.timestamp(i), found.valueBits(i)));
            samples++;
        }
    }

    @Override
    public void onRecord(OpaqueRecord record) {
        records.add(record.toByteArray());
    }
}
