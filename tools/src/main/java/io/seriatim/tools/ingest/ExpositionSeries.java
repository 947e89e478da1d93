package io.seriatim.tools.ingest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The part of a line of OpenMetrics or Prometheus text that names the series: `up{job="api"}`, or, since Prometheus 3,
/// `{"any name","any label"="api"}`. Not thread-safe.
final class ExpositionSeries {
    private static final byte[] NAME = "__name__".getBytes(StandardCharsets.US_ASCII);

    private final List<byte[]> parts = new ArrayList<>();
    private final ByteArrayOutputStream unescaped = new ByteArrayOutputStream();
    private byte[] bytes;
    private int at;
    private int to;

    /// Finds where it ends. Only what is needed for that is looked at: most series were parsed before.
    ///
    /// @return the end, or -1 if there is none, or no name
    static int end(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && isNameByte(bytes[at])) {
            at++;
        }
        final int nameEnd = at;
        while (at < to && (bytes[at] == ' ' || bytes[at] == '\t')) {
            at++;
        }
        if (at == to || bytes[at] != '{') {
            return nameEnd == from ? -1 : nameEnd;
        }
        while (++at < to) {
            if (bytes[at] == '}') {
                return at + 1;
            }
            if (bytes[at] == '"') {
                at = closingQuote(bytes, at + 1, to);
            }
        }
        return -1;
    }

    /// @return where the quote is that ends what begins at `from`, or `to`
    private static int closingQuote(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != '"') {
            at += bytes[at] == '\\' ? 2 : 1;
        }
        return Math.min(at, to);
    }

    private static boolean isNameByte(byte one) {
        return one >= 'a' && one <= 'z'
                || one >= 'A' && one <= 'Z'
                || one == '_'
                || one >= '0' && one <= ':'; // digits, and the colon behind them
    }

    /// Parses what [#end] found.
    ///
    /// @return names and values in turn
    /// @throws IllegalArgumentException saying what is wrong
    byte[][] parse(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.to = end;
        parts.clear();
        if (at < to && isNameByte(bytes[at])) {
            add(NAME, bareName(true));
        }
        skipBlanks();
        if (at < to) {
            at++; // the brace
            labels();
        }
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("no metric name and no labels");
        }
        return parts.toArray(byte[][]::new);
    }

    private void labels() {
        boolean named = !parts.isEmpty();
        for (skipBlanks(); next() != '}'; skipBlanks()) {
            final boolean quoted = next() == '"';
            final byte[] name = quoted ? quoted() : bareName(false);
            skipBlanks();
            if (next() == '=') {
                at++;
                skipBlanks();
                if (next() != '"') {
                    throw new IllegalArgumentException("label value without quotes: name=" + text(name));
                }
                add(name, quoted());
            } else if (quoted && !named) {
                add(NAME, name);
                named = true;
            } else {
                throw new IllegalArgumentException("label without a value: name=" + text(name));
            }
            skipBlanks();
            if (next() == ',') {
                at++;
            } else if (next() != '}') {
                throw new IllegalArgumentException("no comma behind a label: name=" + text(name));
            }
        }
        if (at + 1 != to) {
            throw new IllegalArgumentException("text behind the labels");
        }
    }

    /// @return the next byte, or the brace that ends everything
    private int next() {
        return at < to ? bytes[at] : '}';
    }

    private byte[] bareName(boolean metric) {
        final int from = at;
        while (at < to && isNameByte(bytes[at]) && (metric || bytes[at] != ':')) {
            at++;
        }
        if (from == at || bytes[from] >= '0' && bytes[from] <= '9') {
            throw new IllegalArgumentException(
                    metric ? "metric name begins with a digit" : "label name is neither a bare name nor in quotes");
        }
        return java.util.Arrays.copyOfRange(bytes, from, at);
    }

    private byte[] quoted() {
        unescaped.reset();
        at++;
        while (at < to && bytes[at] != '"') {
            if (bytes[at] == '\\' && at + 1 < to) {
                escape(bytes[at + 1]);
                at += 2;
            } else {
                unescaped.write(bytes[at++]);
            }
        }
        if (at >= to) {
            throw new IllegalArgumentException("a quote is missing");
        }
        at++;
        return unescaped.toByteArray();
    }

    /// Where the format has no meaning for an escape, both bytes stand for themselves, as Prometheus reads them.
    private void escape(byte escaped) {
        switch (escaped) {
            case 'n' -> unescaped.write('\n');
            case '\\', '"' -> unescaped.write(escaped);
            default -> {
                unescaped.write('\\');
                unescaped.write(escaped);
            }
        }
    }

    private void add(byte[] name, byte[] value) {
        parts.add(name);
        parts.add(value);
    }

    private void skipBlanks() {
        while (at < to && (bytes[at] == ' ' || bytes[at] == '\t')) {
            at++;
        }
    }

    private static String text(byte[] name) {
        return Rejects.excerpt(name, 0, name.length);
    }
}
