package io.seriatim.tools.store;

import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import io.seriatim.tools.LabelsCache;
import io.seriatim.tools.Unsaid;
import io.seriatim.tools.Unsaid.Reason;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.Samples;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// [Remote write 1.0](https://prometheus.io/docs/specs/prw/remote_write_spec/), with the native histograms and
/// metadata of its protobuf definition (`prompb/remote.proto` and `types.proto` of Prometheus). Not thread-safe.
///
/// Exponential histograms are sent as native ones; explicit ones as the series that Prometheus' text format makes
/// of them, which every receiver takes.
final class RemoteWriteDialect implements Dialect {
    private static final int TIME_SERIES = 1;
    private static final int METADATA = 3;
    private static final int LABELS = 1;
    private static final int SAMPLES = 2;
    private static final int EXEMPLARS = 3;
    private static final int HISTOGRAMS = 4;
    private static final int MOST_FAMILIES = 10_000;
    private static final int MOST_CLASSIC_SERIES = 20_000;

    /// `MetricMetadata.MetricType`, by its number.
    private static final String[] TYPES = {
        "unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"
    };

    private final TimeUnit unit;
    private final Unsaid unsaid;
    private final LabelsCache<RemoteSeries> known = new LabelsCache<>(this::series);
    private final ProtoBuffer scratch = new ProtoBuffer(1024);
    private final NativeHistogram nativeHistogram;
    private final SnappyJavaCompressor snappy = new SnappyJavaCompressor();
    private final Object families = new Object();
    private final BoundedMap<String, String> said = new BoundedMap<>(MOST_FAMILIES, _ -> 1);

    /// What explicit histograms became last: their buckets may be needed for an exemplar, or to end them all.
    private final BoundedMap<Labels, ClassicSeries> classics =
            new BoundedMap<>(MOST_CLASSIC_SERIES, ClassicSeries::bounds);

    /// @param unit of the log's timestamps
    RemoteWriteDialect(TimeUnit unit, Unsaid unsaid) {
        this.unit = unit;
        this.unsaid = unsaid;
        this.nativeHistogram = new NativeHistogram(unsaid);
    }

    @Override
    public void sample(Labels series, Samples samples, int index, Parcel parcel) {
        final RemoteSeries remote = known.of(series);
        if (remote.flaw() != null) {
            unsaid.add(remote.flaw(), 1);
        }
        if (remote.isSayable()) {
            final long millis = millis(samples.timestamp(index));
            sample(remote, millis, samples.valueBits(index), Chunk.Kind.SAMPLE, parcel);
        }
    }

    private static void sample(RemoteSeries series, long millis, long valueBits, Chunk.Kind kind, Parcel parcel) {
        final ProtoBuffer out = parcel.of(series, series.labels().length).elements();
        final int begin = out.begin(SAMPLES);
        out.fixed(1, valueBits).varint(2, millis).end(begin);
        parcel.added(kind);
    }

    private long millis(long timestamp) {
        final long millis = unit.toMillis(timestamp);
        if (unit.convert(millis, TimeUnit.MILLISECONDS) != timestamp) {
            unsaid.add(Reason.MILLIS, 1);
        }
        return millis;
    }

    @Override
    public void histogram(Labels series, long timestamp, Histogram histogram, Parcel parcel) {
        final RemoteSeries remote = known.of(series);
        if (!remote.isSayable()) {
            unsaid.add(remote.flaw(), 1);
            return;
        }
        if (histogram.exponential() && !nativeHistogram.isSayable(histogram)) {
            return;
        }
        if (histogram.delta()) {
            unsaid.add(Reason.DELTA, 1);
        }
        if (!histogram.exponential() && (!histogram.stale() || classics.get(series) != null)) {
            unsaid.add(Reason.CLASSIC, 1);
            classic(classicSeries(series, histogram), millis(timestamp), histogram, parcel);
            return;
        }
        final ProtoBuffer out = parcel.of(remote, remote.labels().length).elements();
        final int begin = out.begin(HISTOGRAMS);
        nativeHistogram.write(histogram, millis(timestamp), out);
        out.end(begin);
        parcel.added(Chunk.Kind.HISTOGRAM);
    }

    private ClassicSeries classicSeries(Labels series, Histogram histogram) {
        final ClassicSeries known = classics.get(series);
        if (known != null && (histogram.stale() || known.fits(histogram))) {
            return known;
        }
        final ClassicSeries made = new ClassicSeries(series, histogram);
        classics.put(series, made);
        return made;
    }

    private static void classic(ClassicSeries classic, long millis, Histogram histogram, Parcel parcel) {
        double below = 0;
        int at = 0;
        for (int bucket = 0; bucket <= classic.bounds(); bucket++) {
            final Histogram.Buckets counts = histogram.positive();
            if (at < counts.size() && counts.index(at) == bucket) {
                below += histogram.counts(counts.count(at++));
            }
            final double value =
                    bucket == classic.bounds() ? Math.max(below, histogram.counts(histogram.count())) : below;
            sample(classic.bucket(bucket), millis, bits(histogram, value), kind(bucket), parcel);
        }
        sample(classic.count(), millis, bits(histogram, histogram.counts(histogram.count())), kind(1), parcel);
        if (histogram.hasSum() || histogram.stale()) {
            sample(classic.sum(), millis, bits(histogram, histogram.sum()), kind(1), parcel);
        }
    }

    /// A histogram counts once.
    private static Chunk.Kind kind(int bucket) {
        return bucket == 0 ? Chunk.Kind.HISTOGRAM : Chunk.Kind.PART;
    }

    private static long bits(Histogram histogram, double value) {
        return histogram.stale() ? NativeHistogram.STALE : Double.doubleToRawLongBits(value);
    }

    @Override
    public void exemplar(Labels series, Exemplar exemplar, Parcel parcel) {
        final RemoteSeries remote = known.of(series);
        if (!remote.isSayable()) {
            unsaid.add(remote.flaw(), 1);
            return;
        }
        final ClassicSeries classic = classics.get(series);
        final RemoteSeries owner = classic == null ? remote : classic.bucketOf(exemplar.value());
        final ProtoBuffer out = parcel.of(owner, owner.labels().length).elements();
        final int begin = out.begin(EXEMPLARS);
        if (exemplar.labels() != null) {
            labels(exemplar.labels(), out);
        }
        out.fixed(2, exemplar.valueBits())
                .varint(3, millis(exemplar.timestamp()))
                .end(begin);
        parcel.added(Chunk.Kind.EXEMPLAR);
    }

    @Override
    public void metadata(Labels series, Metadata metadata, Parcel parcel) {
        final Labels attributes = metadata.attributes();
        final String family = series.get("__name__");
        final String type = attributes.get("type");
        if (family == null || type == null && attributes.get("help") == null && attributes.get("unit") == null) {
            unsaid.add(Reason.OTHER_METADATA, 1);
            return;
        }
        scratch.clear().varint(1, number(type)).text(2, family);
        text(4, attributes.get("help"));
        text(5, attributes.get("unit"));
        final String words = new String(scratch.bytes(), 0, scratch.length(), StandardCharsets.ISO_8859_1);
        if (words.equals(said.put(family, words))) {
            return; // of another series of the same family
        }
        parcel.of(families, 0).elements().bytes(METADATA, scratch.bytes(), 0, scratch.length());
        parcel.added(Chunk.Kind.METADATA);
    }

    private void text(int field, String text) {
        if (text != null) {
            scratch.text(field, text);
        }
    }

    private static int number(String type) {
        return type == null ? 0 : Math.max(0, Arrays.asList(TYPES).indexOf(type.toLowerCase(Locale.ROOT)));
    }

    private RemoteSeries series(Labels labels) {
        final String name = labels.get("__name__");
        if (name == null || name.isEmpty()) {
            return new RemoteSeries(new byte[0], Reason.UNNAMED);
        }
        final byte[] encoded = labels(labels, scratch.clear()).toByteArray();
        final int[] empty = {0};
        labels.forEachUtf8((_, _, _, _, valueLength) -> empty[0] += valueLength == 0 ? 1 : 0);
        return new RemoteSeries(encoded, empty[0] > 0 ? Reason.EMPTY_LABELS : null);
    }

    /// Labels in their order. An empty value means that there is none, so it is not sent, as the specification asks.
    static ProtoBuffer labels(Labels labels, ProtoBuffer out) {
        labels.forEachUtf8((source, nameAt, nameLength, valueAt, valueLength) -> {
            if (valueLength > 0) {
                final int begin = out.begin(LABELS);
                out.bytes(1, source, nameAt, nameLength)
                        .bytes(2, source, valueAt, valueLength)
                        .end(begin);
            }
        });
        return out;
    }

    @Override
    public void write(Chunk chunk, int from, int to, ProtoBuffer request) {
        final int start = chunk.start(from);
        final int length = chunk.end(to - 1) - start;
        if (chunk.series() instanceof RemoteSeries series) {
            final int begin = request.begin(TIME_SERIES);
            request.encoded(series.labels(), 0, series.labels().length)
                    .encoded(chunk.elements().bytes(), start, length)
                    .end(begin);
        } else {
            request.encoded(chunk.elements().bytes(), start, length);
        }
    }

    @Override
    public byte[] pack(ProtoBuffer request) {
        final byte[] packed = new byte[snappy.maxCompressedLength(request.length())];
        final int length = snappy.compress(request.bytes(), 0, request.length(), packed, 0, packed.length);
        return Arrays.copyOf(packed, length);
    }

    @Override
    public String[] headers() {
        return new String[] {
            "Content-Type", "application/x-protobuf",
            "Content-Encoding", "snappy",
            "X-Prometheus-Remote-Write-Version", "0.1.0"
        };
    }

    @Override
    public PartialSuccess partialSuccess(byte[] answer) {
        return null; // 1.0 has none
    }
}
