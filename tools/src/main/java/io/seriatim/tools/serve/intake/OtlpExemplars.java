package io.seriatim.tools.serve.intake;

import io.seriatim.wal.SeriesHandle;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Takes in the exemplars of a data point. Their labels keep the names that the attributes have. Not thread-safe.
final class OtlpExemplars {
    private static final int TIME = 2 << Wire.TAG_BITS | Wire.FIXED64;
    private static final int AS_DOUBLE = 3 << Wire.TAG_BITS | Wire.FIXED64;
    private static final int SPAN_ID = 4 << Wire.TAG_BITS | Wire.BYTES;
    private static final int TRACE_ID = 5 << Wire.TAG_BITS | Wire.BYTES;
    private static final int AS_INT = 6 << Wire.TAG_BITS | Wire.FIXED64;
    private static final int ATTRIBUTE = 7 << Wire.TAG_BITS | Wire.BYTES;

    private final Session session;
    private final TimeConversion times;
    private final Buffer attributes = new Buffer();

    OtlpExemplars(Session session) {
        this.session = session;
        this.times = session.timesFrom(TimeUnit.NANOSECONDS);
    }

    /// Takes those that the reader finds in the fields of this tag, up to its limit.
    void take(Wire wire, int exemplarTag, SeriesHandle series) throws BadMessageException {
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag != exemplarTag) {
                wire.skip(tag);
                continue;
            }
            final int outer = wire.limit;
            wire.limit = wire.end();
            try {
                one(wire, series);
            } catch (RejectedException refusal) {
                session.outcome().remark("exemplar is left out: " + refusal.getMessage());
            }
            wire.at = wire.limit;
            wire.limit = outer;
        }
    }

    private void one(Wire wire, SeriesHandle series) throws BadMessageException, RejectedException {
        long time = 0;
        double value = 0;
        final Map<String, String> labels = new TreeMap<>();
        attributes.clear();
        while (wire.more()) {
            final int from = wire.at;
            final int tag = wire.tag();
            switch (tag) {
                case TIME -> time = wire.fixed64();
                case AS_DOUBLE -> value = wire.fixedDouble();
                case AS_INT -> value = integer(wire.fixed64(), labels);
                case SPAN_ID -> identity(wire, "span_id", labels);
                case TRACE_ID -> identity(wire, "trace_id", labels);
                case ATTRIBUTE -> {
                    wire.at = wire.end();
                    Attribute.requireShort((long) attributes.length() + wire.at - from);
                    attributes.put(wire.bytes, from, wire.at);
                }
                default -> wire.skip(tag);
            }
        }
        final long timestamp = time < 0 ? TimeConversion.OUT_OF_RANGE : times.convert(time);
        if (timestamp == TimeConversion.OUT_OF_RANGE) {
            throw new RejectedException(times.refusal());
        }
        final List<Attribute> found = new ArrayList<>();
        Attribute.read(attributes.bytes(), 0, attributes.length(), found);
        for (final Attribute attribute : found) {
            final String name = labels.containsKey(attribute.key()) ? "exported_" + attribute.key() : attribute.key();
            labels.put(name, attribute.value());
        }
        session.addExemplar(series, timestamp, value, labels.isEmpty() ? null : LabelPairs.labels(labels));
    }

    /// An integer that a double cannot say goes to a label.
    private static double integer(long integer, Map<String, String> labels) {
        final double value = integer;
        if (value == 0x1p63 || (long) value != integer) {
            labels.put("exact", Long.toString(integer));
        }
        return value;
    }

    private static void identity(Wire wire, String name, Map<String, String> labels) throws BadMessageException {
        final int end = wire.end();
        if (end > wire.at) {
            labels.put(name, HexFormat.of().formatHex(wire.bytes, wire.at, end));
        }
        wire.at = end;
    }
}
