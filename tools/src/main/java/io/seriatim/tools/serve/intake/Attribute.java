package io.seriatim.tools.serve.intake;

import io.seriatim.wal.Labels;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;

/// An attribute of OpenTelemetry, its value as text: what is no string follows "AnyValue representation for
/// non-OTLP protocols" of OpenTelemetry's specification. Immutable.
///
/// @param type of the value, as OTLP names it without `_value`: `string`, `int`, `kvlist`; `empty` if there is
///         none
record Attribute(String key, String value, String type) {
    private static final int KEY = 1 << Wire.TAG_BITS | Wire.BYTES;
    private static final int VALUE = 2 << Wire.TAG_BITS | Wire.BYTES;

    /// The most bytes of attributes, or of what else surrounds points, that are looked at: no labels are so long.
    static final int MOST_BYTES = 1 << 20;

    /// @return why so many bytes are not looked at, or null
    static String tooLong(long bytes) {
        return bytes > MOST_BYTES ? "attributes too long: bytes=" + bytes + " limit=" + MOST_BYTES : null;
    }

    /// @throws RejectedException if it is more than [#MOST_BYTES]
    static void requireShort(long bytes) throws RejectedException {
        final String refusal = tooLong(bytes);
        if (refusal != null) {
            throw new RejectedException(refusal);
        }
    }

    /// Reads fields that all hold a `KeyValue`, whatever their numbers, sorted by key.
    ///
    /// @throws RejectedException if a text is none, or there are more than labels can be: five bytes of a message
    ///                           are an object and two strings here
    static void read(byte[] bytes, int from, int to, List<Attribute> into)
            throws BadMessageException, RejectedException {
        final Wire wire = new Wire();
        wire.set(bytes, from, to - from);
        while (wire.more()) {
            if (into.size() == Labels.MAX_COUNT) {
                throw new RejectedException("too many attributes: limit=" + Labels.MAX_COUNT);
            }
            wire.tag();
            final int end = wire.end();
            into.add(keyValue(wire, end));
            wire.at = end;
        }
        into.sort(Comparator.comparing(Attribute::key));
    }

    private static Attribute keyValue(Wire wire, int end) throws BadMessageException, RejectedException {
        String key = "";
        String type = "empty";
        final StringBuilder text = new StringBuilder();
        final int outer = wire.limit;
        wire.limit = end;
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag == KEY) {
                final int keyEnd = wire.end();
                key = LabelPairs.text(wire.bytes, wire.at, keyEnd, "attribute key");
                wire.at = keyEnd;
            } else if (tag == VALUE) {
                type = value(wire, wire.end(), text, false);
            } else {
                wire.skip(tag);
            }
        }
        wire.limit = outer;
        return new Attribute(key, text.toString(), type);
    }

    /// Writes an `AnyValue`: within another one as JSON.
    private static String value(Wire wire, int end, StringBuilder text, boolean nested)
            throws BadMessageException, RejectedException {
        final int begin = text.length();
        final int outer = wire.limit;
        wire.limit = end;
        String type = "empty";
        while (wire.more()) {
            final int tag = wire.tag();
            final int before = text.length();
            final String found = valueOf(wire, tag, text, nested);
            if (found != null) {
                type = found;
                text.delete(begin, before); // of several the last one counts
            }
        }
        wire.limit = outer;
        if (nested && type.equals("empty")) {
            text.append("null");
        }
        return type;
    }

    /// @return the type, or null if the field is none that is known
    private static String valueOf(Wire wire, int tag, StringBuilder text, boolean nested)
            throws BadMessageException, RejectedException {
        switch (Wire.number(tag)) {
            case 1 -> {
                final int end = wire.end();
                final String string = LabelPairs.text(wire.bytes, wire.at, end, "attribute value");
                wire.at = end;
                append(text, string, nested);
                return "string";
            }
            case 2 -> {
                text.append(wire.varint() != 0);
                return "bool";
            }
            case 3 -> {
                text.append(wire.varint());
                return "int";
            }
            case 4 -> {
                floating(text, wire.fixedDouble(), nested);
                return "double";
            }
            case 5 -> {
                list(wire, wire.end(), text, '[', ']');
                return "array";
            }
            case 6 -> {
                list(wire, wire.end(), text, '{', '}');
                return "kvlist";
            }
            case 7 -> {
                final int end = wire.end();
                final byte[] bytes = Arrays.copyOfRange(wire.bytes, wire.at, end);
                wire.at = end;
                append(text, Base64.getEncoder().encodeToString(bytes), nested);
                return "bytes";
            }
            default -> {
                wire.skip(tag);
                return null;
            }
        }
    }

    private static void append(StringBuilder text, String string, boolean quoted) {
        if (quoted) {
            quote(text, string);
        } else {
            text.append(string);
        }
    }

    private static void floating(StringBuilder text, double value, boolean nested) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            append(text, Double.toString(value), nested);
        } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            text.append(1 / value == Double.NEGATIVE_INFINITY ? "-0" : Long.toString((long) value));
        } else {
            text.append(value);
        }
    }

    private static void list(Wire wire, int end, StringBuilder text, char open, char close)
            throws BadMessageException, RejectedException {
        final int outer = wire.limit;
        wire.limit = end;
        text.append(open);
        boolean first = true;
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag != KEY) {
                wire.skip(tag);
                continue;
            }
            if (!first) {
                text.append(',');
            }
            first = false;
            if (open == '{') {
                member(wire, wire.end(), text);
            } else {
                value(wire, wire.end(), text, true);
            }
        }
        text.append(close);
        wire.limit = outer;
    }

    /// The key goes before the value, wherever it comes.
    private static void member(Wire wire, int end, StringBuilder text) throws BadMessageException, RejectedException {
        final int begin = text.length();
        final int outer = wire.limit;
        wire.limit = end;
        String key = "";
        boolean hasValue = false;
        while (wire.more()) {
            final int tag = wire.tag();
            if (tag == KEY) {
                final int keyEnd = wire.end();
                key = LabelPairs.text(wire.bytes, wire.at, keyEnd, "attribute key");
                wire.at = keyEnd;
            } else if (tag == VALUE) {
                hasValue = true;
                value(wire, wire.end(), text, true);
            } else {
                wire.skip(tag);
            }
        }
        wire.limit = outer;
        final StringBuilder name = new StringBuilder();
        quote(name, key);
        text.insert(begin, name.append(':'));
        if (!hasValue) {
            text.append("null");
        }
    }

    private static void quote(StringBuilder text, String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            final char each = string.charAt(i);
            if (each == '"' || each == '\\') {
                text.append('\\').append(each);
            } else if (each == '\n') {
                text.append("\\n");
            } else if (each < ' ') {
                text.append("\\u00")
                        .append(Character.forDigit(each >> 4, 16))
                        .append(Character.forDigit(each & 15, 16));
            } else {
                text.append(each);
            }
        }
        text.append('"');
    }
}
