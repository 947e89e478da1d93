package io.seriatim.tools.serve.intake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.seriatim.tools.serve.intake.Shape.Kind;
import io.seriatim.tools.serve.intake.Shape.Part;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;

/// Translates OTLP JSON into OTLP's protobuf, so that both are taken in alike. Fields that are not known are
/// passed over, as the specification says. Not thread-safe.
final class OtlpJson {
    private static final int MOST_DEPTH = 200;

    /// Nearly always protobuf is the shorter one, but a number of one digit and a comma become nine bytes. A message
    /// that grows to more than this is refused, and one of any length that grows to more than three times as much.
    private static final int MOST_BYTES = 16 * 1024 * 1024;

    /// So much is taken in any case.
    private static final int LEAST_LIMIT = 1024 * 1024;

    /// With its field's tag.
    private static final int MOST_NUMBER_BYTES = 32;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // they are a stranger's
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MOST_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final Buffer protobuf = new Buffer();
    private int limit;

    /// @return the same as protobuf; valid until the next call
    Buffer translate(byte[] message, int offset, int length) throws BadMessageException {
        protobuf.clear();
        limit = Math.max(LEAST_LIMIT, Math.max(length, (int) Math.min(3L * length, MOST_BYTES)));
        try (JsonParser parser = FACTORY.createParser(utf8(message, offset, length))) {
            try {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    throw bad(parser, Otlp.REQUEST.name(), "message is no JSON object");
                }
                object(parser, Otlp.REQUEST);
                if (parser.nextToken() != null) {
                    throw bad(parser, Otlp.REQUEST.name(), "message goes on behind its end");
                }
            } catch (IOException broken) {
                final String text = switch (broken) {
                    case JsonProcessingException json -> json.getOriginalMessage();
                    case CharacterCodingException _ -> "message is not valid UTF-8";
                    default -> broken.getMessage();
                };
                throw bad(parser, "JSON", LabelPairs.excerpt(String.valueOf(text)));
            }
        } catch (IOException impossible) {
            throw BadMessageException.at(0, "JSON", LabelPairs.excerpt(String.valueOf(impossible.getMessage())));
        }
        return protobuf;
    }

    /// Left to itself, Jackson guesses at UTF-16 and UTF-32, and puts other characters for what is not UTF-8.
    private static Reader utf8(byte[] message, int offset, int length) {
        return new InputStreamReader(
                new ByteArrayInputStream(message, offset, length), StandardCharsets.UTF_8.newDecoder());
    }

    void shrink() {
        protobuf.shrink();
    }

    private static BadMessageException bad(JsonParser parser, String field, String what) {
        return BadMessageException.at((int) Math.max(0, parser.currentLocation().getCharOffset()), field, what);
    }

    private void object(JsonParser parser, Shape shape) throws IOException, BadMessageException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            final Part part = shape.byJsonName(parser.currentName());
            final JsonToken token = parser.nextToken();
            if (part == null) {
                parser.skipChildren();
            } else if (token == JsonToken.VALUE_NULL) {
                continue; // as if it were not there
            } else if (part.repeated()) {
                array(parser, part);
            } else {
                value(parser, part);
            }
        }
    }

    private void array(JsonParser parser, Part part) throws IOException, BadMessageException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw bad(parser, part.path(), "field is no JSON array");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            value(parser, part);
        }
    }

    private void value(JsonParser parser, Part part) throws IOException, BadMessageException {
        if (protobuf.length() > limit - MOST_NUMBER_BYTES) { // not one more, for which the buffer would grow to twice
            throw bad(parser, part.path(), "message is too long as protobuf: limit=" + limit);
        }
        final JsonToken token = parser.currentToken();
        protobuf.putVarint(part.tag());
        switch (part.kind()) {
            case MESSAGE -> {
                if (token != JsonToken.START_OBJECT) {
                    throw bad(parser, part.path(), "field is no JSON object");
                }
                final int begin = protobuf.beginLength();
                object(parser, part.shape());
                protobuf.endLength(begin);
            }
            case TEXT -> putBytes(utf8(parser, part));
            case HEX -> putBytes(hex(parser, part));
            case BASE64 -> putBytes(base64(parser, part));
            case BOOL -> {
                if (!token.isBoolean()) {
                    throw bad(parser, part.path(), "field is neither true nor false");
                }
                protobuf.putVarint(token == JsonToken.VALUE_TRUE ? 1 : 0);
            }
            case DOUBLE -> protobuf.putLong(Double.doubleToRawLongBits(floating(parser, part)));
            case FIXED, SIGNED_FIXED -> protobuf.putLong(integer(parser, part));
            case ZIGZAG -> {
                final long number = integer(parser, part);
                protobuf.putVarint(number << 1 ^ number >> 63);
            }
            case ENUM ->
                protobuf.putVarint(token == JsonToken.VALUE_STRING ? named(parser, part) : integer(parser, part));
            case UNSIGNED, SIGNED -> protobuf.putVarint(integer(parser, part));
        }
    }

    private void putBytes(byte[] bytes) {
        protobuf.putVarint(bytes.length);
        protobuf.put(bytes);
    }

    private static String text(JsonParser parser, Part part) throws IOException, BadMessageException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw bad(parser, part.path(), "field is no JSON string");
        }
        return parser.getText();
    }

    /// An escape may stand for half a character, which UTF-8 cannot say.
    private static byte[] utf8(JsonParser parser, Part part) throws IOException, BadMessageException {
        try {
            final ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text(parser, part)));
            final byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            return copy;
        } catch (CharacterCodingException _) {
            throw bad(parser, part.path(), "text has an unpaired surrogate");
        }
    }

    private static byte[] hex(JsonParser parser, Part part) throws IOException, BadMessageException {
        try {
            return HexFormat.of().parseHex(text(parser, part));
        } catch (IllegalArgumentException _) {
            throw bad(parser, part.path(), "text is not hexadecimal");
        }
    }

    private static byte[] base64(JsonParser parser, Part part) throws IOException, BadMessageException {
        final String text = text(parser, part).replace('-', '+').replace('_', '/');
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            throw bad(parser, part.path(), "text is not base 64");
        }
    }

    private static double floating(JsonParser parser, Part part) throws IOException, BadMessageException {
        if (parser.currentToken().isNumeric()) {
            return Double.parseDouble(parser.getText());
        }
        final String text = text(parser, part);
        return switch (text) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> {
                if (!text.matches("[-+]?[0-9]{1,400}(\\.[0-9]{1,400})?([eE][-+]?[0-9]{1,9})?")) {
                    throw bad(parser, part.path(), "text is no number");
                }
                yield Double.parseDouble(text);
            }
        };
    }

    /// Integers of 64 bits come as numbers or as text.
    private static long integer(JsonParser parser, Part part) throws IOException, BadMessageException {
        final JsonToken token = parser.currentToken();
        final String text = token.isNumeric() ? parser.getText() : text(parser, part);
        try {
            final long number = part.kind() == Kind.FIXED || part.kind() == Kind.UNSIGNED
                    ? Long.parseUnsignedLong(text)
                    : Long.parseLong(text);
            if (part.kind() == Kind.ZIGZAG && number != (int) number) {
                throw bad(parser, part.path(), "number is out of range");
            }
            return number;
        } catch (NumberFormatException _) {
            throw bad(parser, part.path(), "field is no integer, or out of range");
        }
    }

    private static long named(JsonParser parser, Part part) throws IOException, BadMessageException {
        return switch (parser.getText().toUpperCase(Locale.ROOT)) {
            case "AGGREGATION_TEMPORALITY_UNSPECIFIED" -> 0;
            case "AGGREGATION_TEMPORALITY_DELTA" -> 1;
            case "AGGREGATION_TEMPORALITY_CUMULATIVE" -> 2;
            default -> integer(parser, part);
        };
    }
}
