package io.seriatim.tools.ingest;

import static io.seriatim.tools.ingest.JsonLinesReader.expect;
import static io.seriatim.tools.ingest.JsonLinesReader.value;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads the histograms, exemplars and metadata that `replay` writes as JSON, bit for bit. Fields come in any order,
/// but `floatCounts`, which stands before every count.
final class JsonDetailReader {
    private final Session session;
    private final TimeScale scale;
    private final Histogram histogram = new Histogram();
    private long timestamp;

    JsonDetailReader(Session session, TimeScale scale) {
        this.session = session;
        this.scale = scale;
    }

    void histogram(JsonParser json, Labels series) throws IOException {
        histogram.clear();
        boolean timed = false;
        int exponential = 0;
        int scaleOf = 0;
        double zeroThreshold = 0;
        long zeroCount = 0;
        expect(json, JsonToken.START_OBJECT);
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            switch (name) {
                case "timestamp" -> {
                    timestamp = time(json);
                    timed = true;
                }
                case "start" -> histogram.startTimestamp(time(json));
                case "floatCounts" -> histogram.floatCounts(bool(json));
                case "delta" -> histogram.delta(bool(json));
                case "stale" -> histogram.stale(bool(json));
                case "reset" -> histogram.reset(Histogram.Reset.valueOf(text(json)));
                case "count" -> histogram.count(count(json));
                case "sum" -> histogram.sum(value(json));
                case "min" -> histogram.min(value(json));
                case "max" -> histogram.max(value(json));
                case "scale" -> {
                    scaleOf = index(json);
                    exponential++;
                }
                case "zeroThreshold" -> {
                    zeroThreshold = value(json);
                    exponential++;
                }
                case "zeroCount" -> {
                    zeroCount = count(json);
                    exponential++;
                }
                case "bounds" -> bounds(json);
                case "positive" -> buckets(json, histogram.positive());
                case "negative" -> buckets(json, histogram.negative());
                default -> throw new IllegalArgumentException("histogram with an unknown field: " + name);
            }
        }
        if (exponential == 3) {
            histogram.exponential(scaleOf, zeroThreshold, zeroCount);
        }
        if (!timed || exponential % 3 != 0) {
            throw new IllegalArgumentException("histogram that is not whole");
        }
        session.appender().append(session.appender().series(series), timestamp, histogram);
    }

    private void bounds(JsonParser json) throws IOException {
        expect(json, JsonToken.START_ARRAY);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            histogram.addBound(JsonLinesReader.currentValue(json));
        }
    }

    private void buckets(JsonParser json, Histogram.Buckets buckets) throws IOException {
        expect(json, JsonToken.START_ARRAY);
        while (json.nextToken() == JsonToken.START_ARRAY) {
            buckets.add(index(json), count(json));
            expect(json, JsonToken.END_ARRAY);
        }
    }

    void exemplar(JsonParser json, Labels series) throws IOException {
        boolean timed = false;
        boolean valued = false;
        double measured = 0;
        Labels own = null;
        expect(json, JsonToken.START_OBJECT);
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            switch (name) {
                case "timestamp" -> {
                    timestamp = time(json);
                    timed = true;
                }
                case "value" -> {
                    measured = value(json);
                    valued = true;
                }
                case "labels" -> own = labels(json);
                default -> throw new IllegalArgumentException("exemplar with an unknown field: " + name);
            }
        }
        if (!timed || !valued) {
            throw new IllegalArgumentException("exemplar that is not whole");
        }
        session.appender().appendExemplar(session.appender().series(series), timestamp, measured, own);
    }

    void metadata(JsonParser json, Labels series) throws IOException {
        boolean timed = false;
        Labels attributes = null;
        expect(json, JsonToken.START_OBJECT);
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            switch (name) {
                case "timestamp" -> {
                    timestamp = time(json);
                    timed = true;
                }
                case "attributes" -> attributes = labels(json);
                default -> throw new IllegalArgumentException("metadata with an unknown field: " + name);
            }
        }
        if (!timed || attributes == null) {
            throw new IllegalArgumentException("metadata that is not whole");
        }
        session.appender().appendMetadata(session.appender().series(series), timestamp, attributes);
    }

    private static Labels labels(JsonParser json) throws IOException {
        final List<String> labels = new ArrayList<>();
        expect(json, JsonToken.START_OBJECT);
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            labels.add(name);
            labels.add(text(json));
        }
        return Labels.of(labels.toArray(String[]::new));
    }

    private long time(JsonParser json) throws IOException {
        expect(json, JsonToken.VALUE_NUMBER_INT);
        if (!scale.convert(json.getLongValue())) {
            throw new IllegalArgumentException(scale.refusal());
        }
        return scale.timestamp();
    }

    private static int index(JsonParser json) throws IOException {
        expect(json, JsonToken.VALUE_NUMBER_INT);
        return json.getIntValue();
    }

    private long count(JsonParser json) throws IOException {
        if (histogram.floatCounts()) {
            return Double.doubleToRawLongBits(value(json));
        }
        expect(json, JsonToken.VALUE_NUMBER_INT);
        return Long.parseUnsignedLong(json.getText());
    }

    private static boolean bool(JsonParser json) throws IOException {
        final JsonToken token = json.nextToken();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw new IllegalArgumentException("neither true nor false");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    private static String text(JsonParser json) throws IOException {
        expect(json, JsonToken.VALUE_STRING);
        return json.getText();
    }
}
