package io.seriatim.tools.diff;

import com.dynatrace.hash4j.hashing.Hashing;
import io.seriatim.tools.select.Selection;
import io.seriatim.tools.sort.SampleSorter;
import io.seriatim.tools.sort.SortKey;
import io.seriatim.tools.sort.SortedSamples;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import io.seriatim.wal.mmap.MappedWal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// One of the two logs, sorted.
final class DiffSide implements AutoCloseable {
    /// The label that a detail's series gets.
    private static final String DETAIL = "__detail__";

    private final Path log;
    private final SampleSorter sorter;
    private final LongAdder samples = new LongAdder();
    private ReplayReport report;

    DiffSide(Path log, Path temporary, long sortBytes) {
        this.log = log;
        this.sorter = SampleSorter.in(temporary, sortBytes);
    }

    /// Reads the log. An opaque record stands where its content's hash would be a time, so that equal ones
    /// meet.
    void read(ReplayOptions options, Selection selection) {
        report = MappedWal.replay(log, options, new ReplayHandler() {
            @Override
            public void onSamples(Labels series, Samples some) {
                if (selection.matches(series)) {
                    samples.add(some.count());
                    sorter.add(series, some);
                }
            }

            @Override
            public void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {
                detail(series, "histogram", timestamp, histogram.hashCode());
            }

            @Override
            public void onExemplar(Labels series, Exemplar exemplar) {
                final Labels own = exemplar.labels();
                final long hash = 31 * exemplar.valueBits() + (own == null ? 0 : own.hash64());
                detail(series, "exemplar", exemplar.timestamp(), hash);
            }

            @Override
            public void onMetadata(Labels series, Metadata metadata) {
                detail(
                        series,
                        "metadata",
                        metadata.timestamp(),
                        metadata.attributes().hash64());
            }

            private void detail(Labels series, String kind, long timestamp, long hash) {
                if (selection.matches(series)) {
                    sorter.add(SortKey.of(withKind(series, kind)), timestamp, hash);
                }
            }

            @Override
            public void onRecord(OpaqueRecord record) {
                if (selection.isEverything()) {
                    final long hash =
                            Hashing.xxh3_64().hashBytesToLong(record.array(), record.arrayOffset(), record.length());
                    sorter.add(SortKey.ofRecords(record.kind()), hash, record.length());
                }
            }
        });
    }

    /// Details are compared as if they were samples of another series, which has the kind among its labels.
    private static Labels withKind(Labels series, String kind) {
        final Map<String, String> labels = new HashMap<>();
        series.forEach(labels::put);
        labels.put(DETAIL, kind);
        return Labels.of(labels);
    }

    Path log() {
        return log;
    }

    ReplayReport report() {
        return report;
    }

    /// @return samples that were compared
    long samples() {
        return samples.sum();
    }

    SortedSamples sorted() {
        return sorter.sorted();
    }

    @Override
    public void close() {
        sorter.close();
    }
}
