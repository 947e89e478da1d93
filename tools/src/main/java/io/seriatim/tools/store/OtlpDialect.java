package io.seriatim.tools.store;

import io.seriatim.tools.LabelsCache;
import io.seriatim.tools.Unsaid;
import io.seriatim.tools.Unsaid.Reason;
import io.seriatim.tools.store.OtlpSeries.Stream;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.Samples;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/// [OTLP over HTTP](https://opentelemetry.io/docs/specs/otlp/#otlphttp), protobuf, of
/// `opentelemetry/proto/metrics/v1/metrics.proto`. Not thread-safe.
///
/// METADATA says what a series is: without it a series is a gauge. The latest description of a metric counts for
/// all its series that have none of their own.
final class OtlpDialect implements Dialect {
    private static final int MOST_METRICS = 50_000;
    private static final int CUMULATIVE = 2;
    private static final int DELTA = 1;

    private final TimeUnit unit;
    private final Unsaid unsaid;
    private final LabelsCache<OtlpSeries> known = new LabelsCache<>(this::series);
    private final Map<String, OtlpFacts> facts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, OtlpFacts> eldest) {
            return size() > MOST_METRICS;
        }
    };

    /// @param unit of the log's timestamps
    OtlpDialect(TimeUnit unit, Unsaid unsaid) {
        this.unit = unit;
        this.unsaid = unsaid;
    }

    private OtlpSeries series(Labels labels) {
        return new OtlpSeries(labels, facts.getOrDefault(metric(labels), OtlpFacts.NONE));
    }

    private static String metric(Labels labels) {
        final String temporality = labels.get("__temporality__");
        return labels.get("__name__") + (temporality == null ? "" : " " + temporality);
    }

    private boolean isSayable(OtlpSeries series, long timestamp) {
        if (series.name() == null || series.name().isEmpty()) {
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
    private ProtoBuffer point(OtlpSeries series, Stream.Kind kind, boolean delta, Parcel parcel) {
        final Stream stream = series.stream(kind, delta);
        final byte[] attributes = series.attributes(kind);
        series.latest(stream);
        return parcel.of(stream, series.bytes()).elements().encoded(attributes, 0, attributes.length);
    }

    private void times(long start, long timestamp, ProtoBuffer out) {
        if (start != Histogram.NO_START && unit.toNanos(start) > 0) {
            out.fixed(2, unit.toNanos(start));
        }
        out.fixed(3, unit.toNanos(timestamp));
    }

    @Override
    public void sample(Labels labels, Samples samples, int index, Parcel parcel) {
        final OtlpSeries series = known.of(labels);
        final long timestamp = samples.timestamp(index);
        if (!isSayable(series, timestamp)) {
            return;
        }
        final ProtoBuffer out = point(series, Stream.Kind.NUMBER, series.isDelta(), parcel);
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
        final OtlpSeries series = known.of(labels);
        if (!isSayable(series, timestamp)) {
            return;
        }
        if (!OtlpHistogram.isSayable(histogram)) {
            unsaid.add(Reason.TOO_WIDE, 1);
            return;
        }
        final Stream.Kind kind = histogram.exponential() ? Stream.Kind.EXPONENTIAL : Stream.Kind.EXPLICIT;
        final ProtoBuffer out = point(series, kind, histogram.delta(), parcel);
        times(histogram.startTimestamp(), timestamp, out);
        OtlpHistogram.write(histogram, out);
        parcel.added(Chunk.Kind.HISTOGRAM);
    }

    /// Exemplars are parts of points: of the one that came before.
    @Override
    public void exemplar(Labels labels, Exemplar exemplar, Parcel parcel) {
        final Stream stream = known.of(labels).latest();
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
        final OtlpSeries series = known.of(labels);
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
        if (!said.equals(OtlpFacts.NONE) && !said.equals(series.facts())) {
            facts.put(metric(labels), said);
            series.learn(said);
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
        final Stream stream = (Stream) chunk.series();
        final OtlpSeries series = stream.series();
        final int resourceMetrics = request.begin(1);
        request.bytes(1, series.resource());
        final int scopeMetrics = request.begin(2);
        request.bytes(1, series.scope());
        final int metric = request.begin(2);
        request.text(1, series.name());
        text(2, series.facts().help(), request);
        text(3, series.facts().unit(), request);
        series.metadata().forEach((key, value) -> OtlpSeries.attribute(12, key, value, null, request));
        points(stream, chunk, from, to, request);
        request.end(metric);
        request.encoded(series.scopeSchema(), 0, series.scopeSchema().length)
                .end(scopeMetrics)
                .end(resourceMetrics);
    }

    private static void points(Stream stream, Chunk chunk, int from, int to, ProtoBuffer request) {
        final OtlpFacts facts = stream.series().facts();
        final boolean sum = stream.kind() == Stream.Kind.NUMBER && (facts.isSum() || stream.delta());
        final int field = stream.kind() == Stream.Kind.NUMBER
                ? sum ? 7 : 5
                : stream.kind().field();
        final int data = request.begin(field);
        for (int i = from; i < to; i++) {
            request.bytes(1, chunk.elements().bytes(), chunk.start(i), chunk.end(i) - chunk.start(i));
        }
        if (field != 5) {
            request.varint(2, stream.delta() ? DELTA : CUMULATIVE);
        }
        if (sum) {
            request.varint(3, facts.isMonotonic() ? 1 : 0);
        }
        request.end(data);
    }

    private static void text(int field, String text, ProtoBuffer out) {
        if (text != null) {
            out.text(field, text);
        }
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
