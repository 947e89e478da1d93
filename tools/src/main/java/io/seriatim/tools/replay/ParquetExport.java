package io.seriatim.tools.replay;

import io.seriatim.tools.Export;
import io.seriatim.tools.LabelsCache;
import io.seriatim.tools.LineSink;
import io.seriatim.tools.Unsaid;
import io.seriatim.tools.Unsaid.Reason;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.apache.parquet.hadoop.ParquetWriter;

/// An Apache Parquet file with a row for each sample, in the order of the log. Thread-safe.
///
/// Rows are collected in memory, by column, up to a bound, and then written as a row group.
final class ParquetExport implements Export {
    private final LineSink sink;
    private final Unsaid unsaid;
    private final long limit;
    private final ParquetTimes times;
    private final ParquetWriter<ParquetRow> writer;
    private final LabelsCache<ParquetRow.Series> series = new LabelsCache<>(ParquetRow.Series::of);
    private final ParquetRow row = new ParquetRow();
    private long rows;
    private boolean closed;

    /// @param limit       the most rows to write
    /// @param memoryBytes for a row group
    ParquetExport(LineSink sink, Unsaid unsaid, TimeUnit unit, long limit, long memoryBytes) {
        this.sink = sink;
        this.unsaid = unsaid;
        this.limit = limit;
        this.times = ParquetTimes.of(unit);
        try {
            this.writer = ParquetFiles.writer(new SinkFile(sink), times, memoryBytes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public synchronized void onSamples(Labels labels, Samples samples) {
        if (samples.count() == 0) {
            unsaid.add(Reason.EMPTY_SERIES, 1);
        }
        row.series = series.of(labels);
        for (int i = 0; i < samples.count(); i++) {
            if (times.isSayable(samples.timestamp(i))) {
                row.timestamp = times.of(samples.timestamp(i));
                write(samples.valueBits(i));
            } else {
                unsaid.add(Reason.TIMES, 1);
            }
        }
    }

    private void write(long bits) {
        row.value = Double.longBitsToDouble(bits);
        try {
            writer.write(row);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        if (++rows == limit) {
            throw LineSink.enough();
        }
    }

    @Override
    public void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {
        unsaid.add(Reason.DETAILS, 1);
    }

    @Override
    public void onExemplar(Labels series, Exemplar exemplar) {
        unsaid.add(Reason.DETAILS, 1);
    }

    @Override
    public void onMetadata(Labels series, Metadata metadata) {
        unsaid.add(Reason.DETAILS, 1);
    }

    @Override
    public void onOrphanDetail(long epochId, int ref, OpaqueRecord detail) {
        unsaid.add(Reason.DETAILS, 1);
    }

    @Override
    public void onRecord(OpaqueRecord record) {
        unsaid.add(Reason.OPAQUE_RECORDS, 1);
    }

    @Override
    public void onOrphan(long epochId, int ref, Samples samples) {
        unsaid.add(Reason.ORPHANS, samples.count());
    }

    /// Writes the last row group and the footer, without which nothing can be read.
    @Override
    public synchronized void finish() {
        if (!closed) {
            closed = true;
            try {
                writer.close();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    /// A file that ends at a limit is whole as well.
    @Override
    public void stopped() {
        finish();
    }
}
