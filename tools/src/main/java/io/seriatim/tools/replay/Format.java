package io.seriatim.tools.replay;

import io.seriatim.tools.CannotRunException;
import io.seriatim.tools.Export;
import io.seriatim.tools.JsonBuffer;
import io.seriatim.tools.JsonLines;
import io.seriatim.tools.LineSink;
import io.seriatim.tools.Unsaid;
import io.seriatim.tools.sort.SampleSorter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// What a log can be replayed into.
enum Format {
    /// Lines of JSON: everything, bit for bit.
    JSONL,
    /// Series, timestamp, value.
    CSV,
    /// What InfluxDB and many others read.
    LINEPROTOCOL,
    /// What `promtool tsdb create-blocks-from openmetrics` reads.
    OPENMETRICS,
    /// The older text format of Prometheus.
    PROMETHEUS,
    /// Apache Parquet: columns for databases and notebooks.
    PARQUET;

    /// @return whether everything is sorted before the first line is written
    boolean isSorted() {
        return this == OPENMETRICS || this == PROMETHEUS;
    }

    /// @return whether it can be cut at the end of a record and go on there
    boolean canGoOn() {
        return !isSorted() && this != PARQUET;
    }

    /// @return its name on the command line
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// What an export is made of.
    ///
    /// @param unit      of the log's timestamps, null if it does not tell
    /// @param temporary directory for temporary files
    /// @param limit     the most samples to write, where they are not lines
    /// @param sortBytes memory for sorting, or for collecting
    /// @param written   told how many sorted samples are written
    record Parts(
            LineSink sink,
            Unsaid unsaid,
            TimeUnit unit,
            Path temporary,
            long limit,
            long sortBytes,
            ExpositionExport.Written written) {
        private TimeUnit knownUnit(Format format) {
            if (unit == null) {
                throw new CannotRunException("the log does not tell its time unit, which " + format
                        + " needs: file=wal.meta (take jsonl or csv)");
            }
            return unit;
        }
    }

    Export export(Parts parts) {
        return switch (this) {
            case JSONL -> new JsonLines(parts.sink());
            case CSV -> new CsvLines(parts.sink(), parts.unsaid());
            case PARQUET ->
                new ParquetExport(parts.sink(), parts.unsaid(), parts.unit(), parts.limit(), parts.sortBytes());
            case LINEPROTOCOL -> new InfluxLines(parts.sink(), parts.unsaid(), parts.knownUnit(this));
            case OPENMETRICS -> {
                final Seconds seconds = new Seconds(parts.knownUnit(this));
                yield exposition(ExpositionExport.Flavour.OPENMETRICS, parts, (line, timestamp) -> {
                    seconds.append(line, timestamp);
                    return true;
                });
            }
            case PROMETHEUS -> {
                final Millis millis = new Millis(parts.knownUnit(this), parts.unsaid());
                yield exposition(ExpositionExport.Flavour.PROMETHEUS, parts, millis::append);
            }
        };
    }

    private static Export exposition(ExpositionExport.Flavour flavour, Parts parts, ExpositionExport.Times times) {
        return new ExpositionExport(
                flavour,
                times,
                parts.sink(),
                parts.unsaid(),
                SampleSorter.in(parts.temporary(), parts.sortBytes()),
                parts.written());
    }

    /// A log's timestamps as whole milliseconds.
    private record Millis(TimeUnit unit, Unsaid unsaid) {
        boolean append(JsonBuffer line, long timestamp) {
            final long millis = unit.toMillis(timestamp);
            if (unit.convert(millis, TimeUnit.MILLISECONDS) != timestamp) {
                if (millis == Long.MAX_VALUE || millis == Long.MIN_VALUE) {
                    return false;
                }
                unsaid.add(Unsaid.Reason.MILLIS, 1);
            }
            line.number(millis);
            return true;
        }
    }
}
