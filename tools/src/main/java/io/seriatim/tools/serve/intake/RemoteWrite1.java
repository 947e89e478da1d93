package io.seriatim.tools.serve.intake;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import java.util.Map;
import java.util.TreeMap;

/// Takes in remote write 1.0. A series is looked up by its labels' fields where they lie. Not thread-safe.
final class RemoteWrite1 {
    private static final int SERIES = 1 << Wire.TAG_BITS | Wire.BYTES;
    private static final int METADATA = 3 << Wire.TAG_BITS | Wire.BYTES;
    private static final int LABEL = 1 << Wire.TAG_BITS | Wire.BYTES;
    private static final int SAMPLE = 2 << Wire.TAG_BITS | Wire.BYTES;
    private static final int EXEMPLAR = 3 << Wire.TAG_BITS | Wire.BYTES;
    private static final int HISTOGRAM = 4 << Wire.TAG_BITS | Wire.BYTES;
    private static final int NAME = 1 << Wire.TAG_BITS | Wire.BYTES;
    private static final int VALUE = 2 << Wire.TAG_BITS | Wire.BYTES;
    private static final byte METADATA_KEY = (byte) 0xfd;
    private static final Description NOTHING = new Description(null);

    private final Session session;
    private final PrometheusSamples samples;
    private final Wire wire = new Wire();
    private final Span key = new Span();
    private final Buffer gathered = new Buffer();
    private final Span name = new Span();
    private final Span value = new Span();
    private final Span help = new Span();
    private final Span unit = new Span();

    RemoteWrite1(Session session) {
        this.session = session;
        this.samples = new PrometheusSamples(session);
    }

    void take(byte[] message, int offset, int length) throws BadMessageException {
        wire.set(message, offset, length);
        RemoteWrite.REQUEST_1.check(wire);

        wire.set(message, offset, length);
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag != SERIES && tag != METADATA) {
                wire.skip(tag);
                continue;
            }
            final int outer = wire.limit;
            wire.limit = wire.end();
            if (tag == SERIES) {
                series();
            } else {
                metadata();
            }
            wire.limit = outer;
        }
    }

    private void series() throws BadMessageException {
        final int begin = wire.at;
        final int records = findLabels();
        final Sighting series;
        try {
            final Sighting known = session.series().find(key.bytes(), key.from(), key.to());
            series = known == null ? newSeries() : known;
        } catch (RejectedException refusal) {
            session.outcome().reject(records, refusal.getMessage());
            return;
        }
        wire.at = begin;
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag != SAMPLE && tag != EXEMPLAR && tag != HISTOGRAM) {
                wire.skip(tag);
                continue;
            }
            final int outer = wire.limit;
            wire.limit = wire.end();
            switch (tag) {
                case SAMPLE -> samples.sample(wire, series, 0);
                case HISTOGRAM -> samples.histogram(wire, series, 0);
                default -> exemplar(series.handle());
            }
            wire.at = wire.limit;
            wire.limit = outer;
        }
    }

    /// Finds the bytes that stand for the series; they are copied only if something lies between them.
    ///
    /// @return how many records the series has
    private int findLabels() throws BadMessageException {
        key.set(wire.bytes, wire.at, wire.at);
        boolean together = true;
        int records = 0;
        while (wire.more()) {
            final int from = wire.at;
            final int tag = wire.tag();
            wire.skip(tag);
            if (tag != LABEL) {
                records += tag == SAMPLE || tag == EXEMPLAR || tag == HISTOGRAM ? 1 : 0;
            } else if (together && (key.length() == 0 || key.to() == from)) {
                key.set(wire.bytes, key.length() == 0 ? from : key.from(), wire.at);
            } else {
                if (together) {
                    together = false;
                    gathered.clear();
                    gathered.put(wire.bytes, key.from(), key.to());
                }
                gathered.put(wire.bytes, from, wire.at);
            }
        }
        if (!together) {
            key.set(gathered.bytes(), 0, gathered.length());
        }
        return records;
    }

    private Sighting newSeries() throws BadMessageException, RejectedException {
        final LabelPairs pairs = new LabelPairs(session.limits());
        final Wire labels = new Wire();
        labels.set(key.bytes(), key.from(), key.length());
        while (labels.more()) {
            labels.tag();
            label(labels, pairs);
        }
        if (!pairs.has("__name__")) {
            throw new RejectedException("series has no label __name__");
        }
        return session.series().add(key.bytes(), key.from(), key.to(), pairs.labels(), NOTHING);
    }

    private void label(Wire labels, LabelPairs pairs) throws BadMessageException, RejectedException {
        final int outer = labels.limit;
        labels.limit = labels.end();
        name.clear();
        value.clear();
        while (labels.more()) {
            final int tag = labels.tag();
            if (tag == NAME) {
                name.take(labels);
            } else if (tag == VALUE) {
                value.take(labels);
            } else {
                labels.skip(tag);
            }
        }
        labels.limit = outer;
        pairs.putOnce(name.text("label name"), value.text("label value"));
    }

    private void exemplar(SeriesHandle series) throws BadMessageException {
        final LabelPairs pairs = new LabelPairs(session.limits());
        double exemplarValue = 0;
        long milliseconds = 0;
        try {
            while (wire.more()) {
                final int tag = wire.tag();
                switch (Wire.number(tag)) {
                    case 1 -> label(wire, pairs);
                    case 2 -> exemplarValue = wire.fixedDouble();
                    case 3 -> milliseconds = wire.varint();
                    default -> wire.skip(tag);
                }
            }
            final Labels labels = pairs.isEmpty() ? null : pairs.labels();
            session.addExemplar(series, samples.time(milliseconds), exemplarValue, labels);
        } catch (RejectedException refusal) {
            session.outcome().reject(1, "exemplar: " + refusal.getMessage());
        }
    }

    /// It is of a whole family: a series of nothing but the family's name stands for it.
    private void metadata() throws BadMessageException {
        final int begin = wire.at;
        long type = 0;
        name.clear();
        help.clear();
        unit.clear();
        while (wire.more()) {
            final int tag = wire.tag();
            switch (Wire.number(tag)) {
                case 1 -> type = wire.varint();
                case 2 -> name.take(wire);
                case 4 -> help.take(wire);
                case 5 -> unit.take(wire);
                default -> wire.skip(tag);
            }
        }
        gathered.clear();
        gathered.put(METADATA_KEY);
        gathered.put(wire.bytes, begin, wire.at);
        try {
            Sighting family = session.series().find(gathered.bytes(), 0, gathered.length());
            if (family == null) {
                final LabelPairs pairs = new LabelPairs(session.limits());
                pairs.put("__name__", name.text("metric family name"));
                family = session.series()
                        .add(gathered.bytes(), 0, gathered.length(), pairs.labels(), description(type, help, unit));
            }
            session.describe(family, session.now(), Histogram.NO_START, false);
        } catch (RejectedException refusal) {
            session.outcome().remark("metadata is left out: " + refusal.getMessage());
        }
    }

    /// @return what METADATA says of these
    static Description description(long type, Span help, Span unit) throws RejectedException {
        final Map<String, String> said = new TreeMap<>();
        final String typeName = RemoteWrite.type(type);
        if (typeName != null) {
            said.put("type", typeName);
        }
        if (help.length() > 0) {
            said.put("help", help.text("help"));
        }
        if (unit.length() > 0) {
            said.put("unit", unit.text("unit"));
        }
        return said.isEmpty() ? NOTHING : new Description(LabelPairs.labels(said));
    }

    /// Between two messages: keeps nothing of the last one.
    void release() {
        wire.release();
        gathered.shrink();
        key.clear();
        name.clear();
        value.clear();
        help.clear();
        unit.clear();
    }
}
