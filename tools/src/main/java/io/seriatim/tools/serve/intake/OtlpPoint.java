package io.seriatim.tools.serve.intake;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// What data points of every kind have: times, flags, and attributes that name their series. Mutable and reused.
/// Not thread-safe.
///
/// A series is looked up by bytes that nothing else starts with:
///
/// ```
/// u8 0xff | u64 metric | u8 part of a summary or 0 | u64 bits of its quantile or 0 | attributes as they were sent
/// ```
final class OtlpPoint {
    static final byte WHOLE = 0;
    static final byte SUM = 1;
    static final byte COUNT = 2;
    static final byte QUANTILE = 3;

    private static final byte KEY = (byte) 0xff;
    private static final int PART_AT = 1 + Long.BYTES;
    private static final int ATTRIBUTES_AT = PART_AT + 1 + Long.BYTES;

    private final Session session;
    private final TimeConversion times;
    private final Buffer key = new Buffer();

    /// Attributes that lie one behind the other and are not in the key yet: they are copied together.
    private byte[] runBytes;

    private int runFrom;
    private int runTo;
    private long attributeBytes;
    private long start;
    private long time;
    private int flags;
    private long newest;

    OtlpPoint(Session session) {
        this.session = session;
        this.times = session.timesFrom(TimeUnit.NANOSECONDS);
    }

    /// Keeps no message.
    void release() {
        runBytes = null;
    }

    void beginResource() {
        newest = TimeConversion.OUT_OF_RANGE;
    }

    /// @return the newest time since, or [TimeConversion#OUT_OF_RANGE] if no point was good
    long newest() {
        return newest;
    }

    void begin(MetricContext metric) {
        start = 0;
        time = 0;
        flags = 0;
        runBytes = null;
        runFrom = 0;
        runTo = 0;
        attributeBytes = 0;
        key.clear();
        key.put(KEY);
        key.putLong(metric.id());
        key.put(WHOLE);
        key.putLong(0);
    }

    void start(long nanoseconds) {
        start = nanoseconds;
    }

    void time(long nanoseconds) {
        time = nanoseconds;
    }

    void flags(long flags) {
        this.flags = (int) flags;
    }

    /// Adds an attribute: a field with its tag and length.
    void attribute(byte[] bytes, int from, int to) {
        if (from != runTo || runBytes == null) {
            putRun();
            runBytes = bytes;
            runFrom = from;
        }
        runTo = to;
    }

    private void putRun() {
        if (runBytes != null) {
            attributeBytes += runTo - runFrom;
            if (attributeBytes <= Attribute.MOST_BYTES) {
                key.put(runBytes, runFrom, runTo);
            }
            runBytes = null; // a message is not kept for longer than it takes
        }
    }

    boolean hasNoValue() {
        return (flags & Otlp.NO_RECORDED_VALUE) != 0;
    }

    /// @return its time in the log's unit
    long time() throws RejectedException {
        return converted(time);
    }

    /// @return its start in the log's unit, or [Histogram#NO_START]
    long start() throws RejectedException {
        return start == 0 ? Histogram.NO_START : converted(start);
    }

    private long converted(long nanoseconds) throws RejectedException {
        final long converted = nanoseconds < 0 ? TimeConversion.OUT_OF_RANGE : times.convert(nanoseconds);
        if (converted == TimeConversion.OUT_OF_RANGE) {
            throw new RejectedException(times.refusal() + " nanoseconds=" + Long.toUnsignedString(nanoseconds));
        }
        return converted;
    }

    /// Remembers that a point of this time was taken.
    void taken(long time) {
        newest = Math.max(newest, time);
    }

    Sighting series(MetricContext metric) throws BadMessageException, RejectedException {
        return series(metric, WHOLE, 0);
    }

    Sighting series(MetricContext metric, byte part, double quantile) throws BadMessageException, RejectedException {
        putRun();
        Attribute.requireShort(attributeBytes);
        if (part != WHOLE) {
            key.bytes()[PART_AT] = part;
            final long bits = Double.doubleToRawLongBits(quantile);
            for (int i = 0; i < Long.BYTES; i++) {
                key.bytes()[PART_AT + 1 + i] = (byte) (bits >>> 8 * i);
            }
        }
        final Sighting sighting = session.series().find(key.bytes(), 0, key.length());
        return sighting == null ? newSeries(metric, part, quantile) : sighting;
    }

    private Sighting newSeries(MetricContext metric, byte part, double quantile)
            throws BadMessageException, RejectedException {
        final List<Attribute> attributes = new ArrayList<>();
        Attribute.read(key.bytes(), ATTRIBUTES_AT, key.length(), attributes);
        final Map<String, String> labels = new TreeMap<>(metric.labels());
        if (part == QUANTILE) {
            labels.put("quantile", Names.number(quantile));
        }
        final Map<String, String> description = new TreeMap<>(metric.description());
        AttributeLabels.put(attributes, "", Map.copyOf(labels), labels, description);
        labels.put("__name__", metric.name() + suffix(part));
        final LabelPairs pairs = new LabelPairs(session.limits());
        pairs.putAll(labels);
        return session.series().add(key.bytes(), 0, key.length(), pairs.labels(), description(description));
    }

    private static String suffix(byte part) {
        return part == SUM ? "_sum" : part == COUNT ? "_count" : "";
    }

    /// What does not fit is told one point at a time: an attribute may be long as a label and longer as metadata.
    private Description description(Map<String, String> said) {
        try {
            return new Description(Labels.of(said));
        } catch (IllegalArgumentException refusal) {
            session.outcome().remark("metadata is left out: " + LabelPairs.excerpt(refusal.getMessage()));
            return new Description(null);
        }
    }
}
