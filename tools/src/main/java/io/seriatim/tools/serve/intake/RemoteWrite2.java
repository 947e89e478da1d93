package io.seriatim.tools.serve.intake;

import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;

/// Takes in remote write 2.0. A series is looked up by its metadata and labels, their symbols resolved. Not
/// thread-safe.
final class RemoteWrite2 {
    private static final int SYMBOL = 4 << Wire.TAG_BITS | Wire.BYTES;
    private static final int SERIES = 5 << Wire.TAG_BITS | Wire.BYTES;
    private static final int REFERENCES = 1;
    private static final int SAMPLE = 2 << Wire.TAG_BITS | Wire.BYTES;
    private static final int HISTOGRAM = 3 << Wire.TAG_BITS | Wire.BYTES;
    private static final int EXEMPLAR = 4 << Wire.TAG_BITS | Wire.BYTES;
    private static final int METADATA = 5 << Wire.TAG_BITS | Wire.BYTES;
    private static final int CREATED = 6 << Wire.TAG_BITS | Wire.VARINT;
    private static final byte KEY = (byte) 0xfc;

    private final Session session;
    private final PrometheusSamples samples;
    private final Symbols symbols = new Symbols();
    private final Wire wire = new Wire();
    private final Buffer key = new Buffer();
    private final Span symbol = new Span();
    private final Span help = new Span();
    private final Span unit = new Span();
    private long type;
    private long helpReference;
    private long unitReference;
    private long created;

    RemoteWrite2(Session session) {
        this.session = session;
        this.samples = new PrometheusSamples(session);
    }

    void take(byte[] message, int offset, int length) throws BadMessageException {
        wire.set(message, offset, length);
        RemoteWrite.REQUEST_2.check(wire);

        wire.set(message, offset, length);
        readSymbols();
        wire.set(message, offset, length);
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag != SERIES) {
                wire.skip(tag);
                continue;
            }
            final int outer = wire.limit;
            wire.limit = wire.end();
            series();
            wire.at = wire.limit;
            wire.limit = outer;
        }
    }

    /// They may come after what refers to them.
    private void readSymbols() throws BadMessageException {
        symbols.clear(wire.bytes);
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag == SYMBOL) {
                final int end = wire.end();
                symbols.add(wire.at, end);
                wire.at = end;
            } else {
                wire.skip(tag);
            }
        }
    }

    private void series() throws BadMessageException {
        final int begin = wire.at;
        final int limit = wire.limit;
        final int records = readAround();
        final Sighting series;
        try {
            final int labelsAt = putKey(begin);
            final Sighting known = session.series().find(key.bytes(), 0, key.length());
            series = known == null ? newSeries(labelsAt) : known;
        } catch (RejectedException refusal) {
            wire.limit = limit;
            session.outcome().reject(records, refusal.getMessage());
            return;
        }
        if (records == 0) {
            describe(series);
        }
        wire.at = begin;
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag != SAMPLE && tag != EXEMPLAR && tag != HISTOGRAM) {
                wire.skip(tag);
                continue;
            }
            wire.limit = wire.end();
            switch (tag) {
                case SAMPLE -> samples.sample(wire, series, created);
                case HISTOGRAM -> samples.histogram(wire, series, created);
                default -> exemplar(series.handle());
            }
            wire.at = wire.limit;
            wire.limit = limit;
        }
    }

    private void describe(Sighting series) {
        try {
            session.describe(series, session.now(), samples.start(created), false);
        } catch (RejectedException refusal) {
            session.outcome().remark("metadata is left out: " + refusal.getMessage());
        }
    }

    /// Reads what is said about the series as a whole.
    ///
    /// @return how many records it has
    private int readAround() throws BadMessageException {
        type = 0;
        helpReference = 0;
        unitReference = 0;
        created = 0;
        int records = 0;
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag == METADATA) {
                final int outer = wire.limit;
                wire.limit = wire.end();
                readMetadata();
                wire.limit = outer;
            } else if (tag == CREATED) {
                created = wire.varint();
            } else {
                records += tag == SAMPLE || tag == EXEMPLAR || tag == HISTOGRAM ? 1 : 0;
                wire.skip(tag);
            }
        }
        return records;
    }

    private void readMetadata() throws BadMessageException {
        while (wire.more()) {
            final int tag = wire.tag();
            switch (Wire.number(tag)) {
                case 1 -> type = wire.varint();
                case 3 -> helpReference = wire.varint();
                case 4 -> unitReference = wire.varint();
                default -> wire.skip(tag);
            }
        }
    }

    /// ```
    /// u8 0xfc | varint type | help | unit | labels; each string with its length before it
    /// ```
    ///
    /// @return where the labels begin
    private int putKey(int begin) throws BadMessageException, RejectedException {
        symbols.getOptional(helpReference, help);
        symbols.getOptional(unitReference, unit);
        if (help.length() + unit.length() > Labels.MAX_ENCODED_BYTES) {
            session.outcome().remark("metadata is left out: help too long: bytes=" + help.length());
            help.clear();
            unit.clear();
        }
        key.clear();
        key.put(KEY);
        key.putVarint(type);
        help.putTo(key);
        unit.putTo(key);
        final int labelsAt = key.length();
        wire.at = begin;
        final int references = putSymbols(key);
        if (references % 2 != 0) {
            throw new RejectedException("a label's name without a value: labels_refs=" + references);
        }
        return labelsAt;
    }

    /// Adds the strings that all references up to the reader's limit mean.
    private int putSymbols(Buffer into) throws BadMessageException, RejectedException {
        final int most = 2 * Labels.MAX_COUNT;
        int references = 0;
        int labelBytes = 0;
        while (wire.more()) {
            final int tag = wire.tag();
            if (Wire.number(tag) != REFERENCES) {
                wire.skip(tag);
                continue;
            }
            final int end = Wire.type(tag) == Wire.BYTES ? wire.end() : wire.at + 1;
            while (wire.at < end) {
                if (references++ == most) {
                    throw new RejectedException("too many labels: limit=" + Labels.MAX_COUNT);
                }
                symbols.get(wire.varint(), symbol);
                labelBytes += symbol.length();
                if (labelBytes > session.limits().maxLabelBytes()) {
                    // Before it is copied: a reference of one byte may mean a string of any length.
                    throw new RejectedException(
                            "labels too long: limit=" + session.limits().maxLabelBytes());
                }
                symbol.putTo(into);
            }
        }
        return references;
    }

    private Sighting newSeries(int labelsAt) throws BadMessageException, RejectedException {
        final LabelPairs pairs = pairs(key, labelsAt);
        if (!pairs.has("__name__")) {
            throw new RejectedException("series has no label __name__");
        }
        final Labels labels = pairs.labels();
        final Description description = RemoteWrite1.description(type, help, unit);
        return session.series().add(key.bytes(), 0, key.length(), labels, description);
    }

    private LabelPairs pairs(Buffer strings, int from) throws BadMessageException, RejectedException {
        final LabelPairs pairs = new LabelPairs(session.limits());
        final Wire reader = new Wire();
        reader.set(strings.bytes(), from, strings.length() - from);
        while (reader.more()) {
            symbol.take(reader);
            final String name = symbol.text("label name");
            symbol.take(reader);
            pairs.putOnce(name, symbol.text("label value"));
        }
        return pairs;
    }

    private void exemplar(SeriesHandle series) throws BadMessageException {
        final int begin = wire.at;
        double value = 0;
        long milliseconds = 0;
        while (wire.more()) {
            final int tag = wire.tag();
            switch (Wire.number(tag)) {
                case 2 -> value = wire.fixedDouble();
                case 3 -> milliseconds = wire.varint();
                default -> wire.skip(tag);
            }
        }
        try {
            wire.at = begin;
            key.clear();
            if (putSymbols(key) % 2 != 0) {
                throw new RejectedException("a label's name without a value");
            }
            final LabelPairs pairs = pairs(key, 0);
            session.addExemplar(series, samples.time(milliseconds), value, pairs.isEmpty() ? null : pairs.labels());
        } catch (RejectedException refusal) {
            session.outcome().reject(1, "exemplar: " + refusal.getMessage());
        }
    }

    /// Between two messages: keeps nothing of the last one.
    void release() {
        wire.release();
        symbols.release();
        symbol.clear();
        help.clear();
        unit.clear();
    }
}
