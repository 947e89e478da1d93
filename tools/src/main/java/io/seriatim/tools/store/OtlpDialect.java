package io.seriatim.tools.store;

import io.seriatim.tools.LabelsCache;
import io.seriatim.tools.Unsaid;
import io.seriatim.tools.Unsaid.Reason;
import io.seriatim.tools.store.OtlpStream.Kind;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.Samples;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/// [OTLP over HTTP](https://opentelemetry.io/docs/specs/otlp/#otlphttp), protobuf, of
/// `opentelemetry/proto/metrics/v1/metrics.proto`. Not thread-safe.
///
/// METADATA says what a series is: without it a series is a gauge. The latest description of a metric counts for
/// all its series that have none of their own.
final class OtlpDialect implements Dialect {
    private static final int MOST_METRICS = 50_000;

    private final TimeUnit unit;
    private final Unsaid unsaid;
    private final LabelsCache<OtlpSeries> known = new LabelsCache<>(OtlpSeries::new);
    private final BoundedMap<String, OtlpFacts> facts = new BoundedMap<>(MOST_METRICS, _ -> 1);
    private int generation;

    /// @param unit of the log's timestamps
    OtlpDialect(TimeUnit unit, Unsaid unsaid) {
        this.unit = unit;
        this.unsaid = unsaid;
    }

    private OtlpSeries series(Labels labels) {
        final OtlpSeries series = known.of(labels);
        if (series.asOf() != generation) {
            final OtlpFacts said = facts.get(metric(labels));
            series.assume(said == null ? OtlpFacts.NONE : said, generation);
        }
        return series;
    }

    private static String metric(Labels labels) {
        final String temporality = labels.get("__temporality__");
        return labels.get("__name__") + (temporality == null ? "" : " " + temporality);
    }

    private boolean isSayable(OtlpSeries series, long timestamp) {
        if (series.words().name() == null || series.words().name().isEmpty()) {
            unsaid.add(Reason.UNNAMED, 1);
            return false;
        }
        final long nanos = unit.toNanos(timestamp);
        if (nanos < 0 || nanos == Long.MAX_VALUE) {
            unsaid.add(Reason.TIMES, 1); // before 1970 or after 2262
            return false;
        }
        return true;
    }

    /// @return where the point goes
    private static ProtoBuffer point(OtlpSeries series, Kind kind, boolean delta, Parcel parcel) {
        final OtlpStream stream = series.stream(kind, delta);
        final byte[] attributes = stream.attributes();
        return parcel.of(stream, stream.bytes()).elements().encoded(attributes, 0, attributes.length);
    }

    private void times(long start, long timestamp, ProtoBuffer out) {
        if (start != Histogram.NO_START && unit.toNanos(start) > 0) {
            out.fixed(2, unit.toNanos(start));
        }
        out.fixed(3, unit.toNanos(timestamp));
    }

    @Override
    public void sample(Labels labels, Samples samples, int index, Parcel parcel) {
        final OtlpSeries series = series(labels);
        final long timestamp = samples.timestamp(index);
        if (!isSayable(series, timestamp)) {
            return;
        }
        final ProtoBuffer out = point(series, Kind.NUMBER, series.isDelta(), parcel);
        times(series.start(), timestamp, out);
        final Long exact = series.exact(timestamp);
        if (samples.valueBits(index) == NativeHistogram.STALE) {
            out.varint(8, 1); // no recorded value
        } else if (exact != null) {
            out.fixed(6, exact);
        } else {
            out.fixed(4, samples.valueBits(index));
        }
        parcel.added(Chunk.Kind.SAMPLE);
    }

    @Override
    public void histogram(Labels labels, long timestamp, Histogram histogram, Parcel parcel) {
        final OtlpSeries series = series(labels);
        if (!isSayable(series, timestamp)) {
            return;
        }
        if (!OtlpHistogram.isSayable(histogram)) {
            unsaid.add(Reason.TOO_WIDE, 1);
            return;
        }
        final Kind kind = histogram.exponential() ? Kind.EXPONENTIAL : Kind.EXPLICIT;
        final ProtoBuffer out = point(series, kind, histogram.delta(), parcel);
        times(histogram.startTimestamp(), timestamp, out);
        OtlpHistogram.write(histogram, out);
        parcel.added(Chunk.Kind.HISTOGRAM);
    }

    /// Exemplars are parts of points: of the one that came before.
    @Override
    public void exemplar(Labels labels, Exemplar exemplar, Parcel parcel) {
        final OtlpStream stream = series(labels).latest();
        if (stream == null || parcel.of(stream, 0).count() == 0) {
            unsaid.add(Reason.LONELY_EXEMPLARS, 1);
            return;
        }
        final ProtoBuffer out = parcel.of(stream, 0).elements();
        final int begin = out.begin(stream.kind().exemplars());
        out.fixed(2, Math.max(0, unit.toNanos(exemplar.timestamp())));
        OtlpHistogram.exemplar(exemplar, out);
        out.end(begin);
        parcel.attached();
    }

    @Override
    public void metadata(Labels labels, Metadata metadata, Parcel parcel) {
        final OtlpSeries series = series(labels);
        final Labels attributes = metadata.attributes();
        final Long start = number(attributes.get("start"));
        final Long exact = number(attributes.get("exact"));
        if (start != null) {
            series.start(start);
        }
        if (exact != null) {
            series.exact(metadata.timestamp(), exact);
        }
        final OtlpFacts said = OtlpFacts.of(attributes);
        if (!said.equals(OtlpFacts.NONE)) {
            if (!said.equals(facts.put(metric(labels), said))) {
                generation++;
            }
            series.describe(said);
        }
    }

    /// @return the integer that a text says, or null
    static Long number(String text) {
        try {
            return text == null ? null : Long.valueOf(text);
        } catch (NumberFormatException _) {
            return null;
        }
    }

    @Override
    public void write(Chunk chunk, int from, int to, ProtoBuffer request) {
        ((OtlpStream) chunk.series()).write(chunk, from, to, request);
    }

    @Override
    public byte[] pack(ProtoBuffer request) {
        final ByteArrayOutputStream packed = new ByteArrayOutputStream(request.length() / 8 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(request.bytes(), 0, request.length());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure); // a byte array has none
        }
        return packed.toByteArray();
    }

    @Override
    public String[] headers() {
        return new String[] {"Content-Type", "application/x-protobuf", "Content-Encoding", "gzip"};
    }

    /// `ExportMetricsServiceResponse`: `partial_success` (1) with `rejected_data_points` (1) and `error_message` (2).
    /// An answer that cannot be read says nothing.
    @Override
    public PartialSuccess partialSuccess(byte[] answer) {
        final ProtoReader outer = new ProtoReader(answer, 0, answer.length);
        PartialSuccess success = null;
        while (outer.next()) {
            if (outer.field() == 1 && outer.isBytes()) {
                success = success(new ProtoReader(answer, outer.at(), outer.at() + outer.length()));
            }
        }
        return success;
    }

    private static PartialSuccess success(ProtoReader inner) {
        long rejected = 0;
        String message = "";
        while (inner.next()) {
            if (inner.field() == 1) {
                rejected = inner.number();
            } else if (inner.field() == 2 && inner.isBytes()) {
                message = inner.text();
            }
        }
        return rejected == 0 && message.isEmpty() ? null : new PartialSuccess(rejected, message);
    }
}
