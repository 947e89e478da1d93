package io.seriatim.tools.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads what `replay` writes, bit for bit: one line for the samples of a series that were appended together, and lines
/// for opaque records. Timestamps are in the log's own unit unless the user says another.
final class JsonLinesReader implements Reader, LineReader.Handler {
    /// A record of 16 MiB is a line of some 40 MiB.
    private static final int LONGEST = 128 * 1024 * 1024;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxStringLength(LONGEST).build())
            .build();

    private final Session session;
    private final TimeScale scale;
    private final JsonDetailReader details;
    private final LineReader lines = new LineReader(LONGEST);
    private final List<String> labels = new ArrayList<>();
    private long[] timestamps = new long[256];
    private double[] values = new double[256];

    JsonLinesReader(Session session) {
        this.session = session;
        this.scale = session.options().scale(session.options().logUnit());
        this.details = new JsonDetailReader(session, scale);
    }

    @Override
    public long read(Input input, Source source) throws IOException {
        final long roundedBefore = scale.rounded();
        final long count = lines.read(input, this);
        session.countRounded(scale.rounded() - roundedBefore);
        return count;
    }

    @Override
    public void tooLong(byte[] bytes, int from, int to, long line) {
        session.rejectLine(line, bytes, from, to, "line is longer than " + lines.longest() + " bytes");
    }

    @Override
    public void progress() {
        session.progress();
    }

    @Override
    public void line(byte[] bytes, int from, int to, long line, boolean terminated) {
        if (from == to) {
            return;
        }
        try (JsonParser json = FACTORY.createParser(bytes, from, to - from)) {
            expect(json, JsonToken.START_OBJECT);
            switch (String.valueOf(json.nextFieldName())) {
                case "labels" -> labelled(json);
                case "record" -> record(json);
                case "orphan" -> session.leftOut().data("samples without labels (lines)");
                default -> throw new IllegalArgumentException("no line of a replay");
            }
        } catch (IOException | IllegalArgumentException failure) {
            final String reason =
                    String.valueOf(failure.getMessage()).lines().findFirst().orElse("no JSON");
            if (terminated) {
                session.rejectLine(line, bytes, from, to, reason);
            } else {
                session.tornLine(line, bytes, from, to, reason);
            }
        }
    }

    private void labelled(JsonParser json) throws IOException {
        final Labels series = labels(json);
        switch (String.valueOf(json.nextFieldName())) {
            case "samples" -> samples(json, series);
            case "histogram" -> details.histogram(json, series);
            case "exemplar" -> details.exemplar(json, series);
            case "metadata" -> details.metadata(json, series);
            default -> throw new IllegalArgumentException("no samples");
        }
        expect(json, JsonToken.END_OBJECT);
    }

    private Labels labels(JsonParser json) throws IOException {
        labels.clear();
        expect(json, JsonToken.START_OBJECT);
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            expect(json, JsonToken.VALUE_STRING);
            labels.add(name);
            labels.add(json.getText());
        }
        return Labels.of(labels.toArray(String[]::new));
    }

    private void samples(JsonParser json, Labels labels) throws IOException {
        expect(json, JsonToken.START_ARRAY);
        int count = 0;
        while (json.nextToken() == JsonToken.START_ARRAY) {
            if (count == timestamps.length) {
                timestamps = Arrays.copyOf(timestamps, 2 * count);
                values = Arrays.copyOf(values, 2 * count);
            }
            expect(json, JsonToken.VALUE_NUMBER_INT);
            if (!scale.convert(json.getLongValue())) {
                throw new IllegalArgumentException(scale.refusal());
            }
            timestamps[count] = scale.timestamp();
            values[count++] = value(json);
            expect(json, JsonToken.END_ARRAY);
        }
        final SeriesHandle series = session.appender().series(labels);
        session.appender().append(series, timestamps, values, count);
    }

    static double value(JsonParser json) throws IOException {
        json.nextToken();
        return currentValue(json);
    }

    static double currentValue(JsonParser json) throws IOException {
        final JsonToken token = json.currentToken();
        if (token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_NUMBER_INT) {
            final double value = Double.parseDouble(json.getText());
            if (!Double.isInfinite(value)) {
                return value;
            }
        } else if (token == JsonToken.VALUE_STRING) {
            final long bits = NotFinite.bits(json.getText());
            if (bits != NotFinite.NONE) {
                return Double.longBitsToDouble(bits);
            }
        }
        throw new IllegalArgumentException("value is no number");
    }

    private void record(JsonParser json) throws IOException {
        expect(json, JsonToken.START_OBJECT);
        expectName(json, "kind");
        expect(json, JsonToken.VALUE_NUMBER_INT);
        final int kind = json.getIntValue();
        expectName(json, "base64");
        expect(json, JsonToken.VALUE_STRING);
        session.appender().append(kind, java.util.Base64.getDecoder().decode(json.getText()));
    }

    private static void expectName(JsonParser json, String name) throws IOException {
        if (!name.equals(json.nextFieldName())) {
            throw new IllegalArgumentException("record without \"" + name + "\"");
        }
    }

    static void expect(JsonParser json, JsonToken token) throws IOException {
        if (json.nextToken() != token) {
            throw new IllegalArgumentException("no line of a replay");
        }
    }
}
