package io.seriatim.tools.diff;

import com.dynatrace.hash4j.hashing.Hashing;
import io.seriatim.tools.select.Selection;
import io.seriatim.tools.sort.SampleSorter;
import io.seriatim.tools.sort.SortKey;
import io.seriatim.tools.sort.SortedSamples;
import io.seriatim.wal.Labels;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import io.seriatim.wal.mmap.MappedWal;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;

/// One of the two logs, sorted.
final class DiffSide implements AutoCloseable {
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
            public void onRecord(OpaqueRecord record) {
                if (selection.isEverything()) {
                    final long hash =
                            Hashing.xxh3_64().hashBytesToLong(record.array(), record.arrayOffset(), record.length());
                    sorter.add(SortKey.ofRecords(record.kind()), hash, record.length());
                }
            }
        });
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
