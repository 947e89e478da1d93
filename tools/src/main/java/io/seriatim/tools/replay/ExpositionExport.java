package io.seriatim.tools.replay;

import io.seriatim.tools.Export;
import io.seriatim.tools.JsonBuffer;
import io.seriatim.tools.LabelsCache;
import io.seriatim.tools.LineBatch;
import io.seriatim.tools.LineSink;
import io.seriatim.tools.Unsaid;
import io.seriatim.tools.Unsaid.Reason;
import io.seriatim.tools.sort.SampleSorter;
import io.seriatim.tools.sort.SortKey;
import io.seriatim.tools.sort.SortedSamples;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.Samples;

/// What Prometheus' tools read: OpenMetrics, or the older text format. Thread-safe.
///
/// ```
/// # HELP up Replayed from a write-ahead log.
/// up{instance="host-1",job="api"} 1.5 1700000000.123
/// # EOF
/// ```
///
/// Both want all of a metric together, of it all of a series, and of it time going up. So everything is sorted
/// first, by metric, series and time, in bounded memory. A series has one value at a time: the one that was
/// appended first, as in Prometheus. A log does not know types: each metric is a family of its own, of type
/// unknown, which is what no `# TYPE` says in both formats. The older one calls it untyped; there it is said, since
/// it tells the two formats apart where a timestamp could be seconds or milliseconds.
final class ExpositionExport implements Export {
    private static final String HELP = " Replayed from a write-ahead log.\n";

    /// Which of the two formats.
    enum Flavour {
        /// Decimal seconds, and an end that can be seen.
        OPENMETRICS,
        /// Whole milliseconds.
        PROMETHEUS
    }

    private final Flavour flavour;
    private final Times times;
    private final LineSink sink;
    private final Unsaid unsaid;
    private final SampleSorter sorter;
    private final Written written;
    private final ThreadLocal<LabelsCache<Verdict>> verdicts =
            ThreadLocal.withInitial(() -> new LabelsCache<>(ExpositionExport::verdict));

    /// How a timestamp is written.
    @FunctionalInterface
    interface Times {
        /// @return false if it cannot be written
        boolean append(JsonBuffer line, long timestamp);
    }

    /// Told how far the writing is.
    @FunctionalInterface
    interface Written {
        void samples(long done, long total);
    }

    /// What the formats can say about a series.
    private enum Verdict {
        FINE(null),
        EMPTY_LABELS(Reason.EMPTY_LABELS),
        UNNAMED(Reason.UNNAMED),
        NAMES(Reason.NAMES);

        private final Reason reason;

        Verdict(Reason reason) {
            this.reason = reason;
        }

        boolean isSayable() {
            return this == FINE || this == EMPTY_LABELS;
        }
    }

    /// @param written told how many samples have been written after sorting
    ExpositionExport(Flavour flavour, Times times, LineSink sink, Unsaid unsaid, SampleSorter sorter, Written written) {
        this.flavour = flavour;
        this.times = times;
        this.sink = sink;
        this.unsaid = unsaid;
        this.sorter = sorter;
        this.written = written;
    }

    @Override
    public void onSamples(Labels series, Samples samples) {
        final Verdict verdict = verdicts.get().of(series);
        if (samples.count() == 0) {
            unsaid.add(Reason.EMPTY_SERIES, 1);
            return;
        }
        if (verdict.reason != null) {
            unsaid.add(verdict.reason, samples.count());
        }
        if (verdict.isSayable()) {
            sorter.add(series, samples);
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

    private static Verdict verdict(Labels series) {
        final String metric = series.get(Exposition.METRIC_NAME);
        if (metric == null || metric.isEmpty()) {
            return Verdict.UNNAMED;
        }
        final boolean[] flaws = {!Exposition.isPlainMetric(metric), false};
        series.forEach((name, value) -> {
            flaws[0] |= !Exposition.isPlainLabel(name);
            flaws[1] |= value.isEmpty();
        });
        return flaws[0] ? Verdict.NAMES : flaws[1] ? Verdict.EMPTY_LABELS : Verdict.FINE;
    }

    @Override
    public void finish() {
        try {
            write();
        } finally {
            if (flavour == Flavour.OPENMETRICS) {
                sink.aside("# EOF\n"); // behind a limit, too
            }
        }
    }

    private void write() {
        final SortedSamples sorted = sorter.sorted();
        final JsonBuffer prefix = new JsonBuffer();
        final LineBatch batch = new LineBatch();
        String family = "";
        long done = 0;
        while (sorted.nextSeries()) {
            final Labels series = SortKey.labels(sorted.key(), sorted.keyLength());
            final String metric = series.get(Exposition.METRIC_NAME);
            if (!metric.equals(family)) {
                family = metric;
                sink.aside("# HELP " + metric + HELP);
                if (flavour == Flavour.PROMETHEUS) {
                    sink.aside("# TYPE " + metric + " untyped\n");
                }
            }
            Exposition.series(prefix.clear(), series).ascii(' ');
            done += sorted.count();
            samples(sorted, prefix, batch);
            written.samples(done, sorter.samples());
        }
    }

    private void samples(SortedSamples sorted, JsonBuffer prefix, LineBatch batch) {
        long last = 0;
        boolean any = false;
        batch.clear();
        while (sorted.nextSample()) {
            if (any && sorted.timestamp() == last) {
                unsaid.add(Reason.SAME_TIME, 1);
                continue;
            }
            any = true;
            last = sorted.timestamp();
            sample(sorted, prefix, batch);
            if (batch.isLong()) {
                sink.record(batch, 0);
                batch.clear();
            }
        }
        sink.record(batch, 0);
    }

    private void sample(SortedSamples sorted, JsonBuffer prefix, LineBatch batch) {
        final JsonBuffer line = batch.text().raw(prefix.array(), prefix.length());
        final boolean payloadLost = Exposition.value(line, sorted.valueBits());
        if (!times.append(line.ascii(' '), sorted.timestamp())) {
            line.cut(batch.lengthOf(batch.lines()));
            unsaid.add(Reason.TIMES, 1);
            return;
        }
        if (payloadLost) {
            unsaid.add(Reason.NAN_PAYLOADS, 1);
        }
        line.ascii('\n');
        batch.endLine();
    }

    @Override
    public void close() {
        sorter.close();
    }
}
