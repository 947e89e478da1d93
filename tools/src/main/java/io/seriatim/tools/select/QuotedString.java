package io.seriatim.tools.select;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// A string literal as Prometheus has them: in double or single quotes with the escapes of Go, or in backquotes
/// without.
final class QuotedString {
    private static final String ESCAPES = "abfnrtv\\'\"";
    private static final String MEANINGS = "\u0007\b\f\n\r\t\u000b\\'\"";

    private final String text;
    private final ByteArrayOutputStream utf8 = new ByteArrayOutputStream();
    private int at;

    QuotedString(String text, int at) {
        this.text = text;
        this.at = at;
    }

    /// @return the index behind the closing quote
    int end() {
        return at;
    }

    /// @throws IllegalArgumentException if there is none, it does not end, or it is not valid UTF-8
    String read() {
        final char quote = at < text.length() ? text.charAt(at) : 0;
        if (quote != '"' && quote != '\'' && quote != '`') {
            throw new IllegalArgumentException("a string in quotes is missing");
        }
        at++;
        while (at < text.length() && text.charAt(at) != quote) {
            if (text.charAt(at) == '\\' && quote != '`') {
                escape();
            } else {
                literal(text.codePointAt(at));
            }
        }
        if (at == text.length()) {
            throw new IllegalArgumentException("a string does not end");
        }
        at++;
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8.toByteArray()))
                    .toString();
        } catch (CharacterCodingException failure) {
            throw new IllegalArgumentException("a string is not valid UTF-8", failure);
        }
    }

    private void literal(int codePoint) {
        add(codePoint);
        at += Character.charCount(codePoint);
    }

    private void add(int codePoint) {
        if (!Character.isValidCodePoint(codePoint) || codePoint >= 0xd800 && codePoint <= 0xdfff) {
            throw new IllegalArgumentException("no such character: codePoint=" + Integer.toHexString(codePoint));
        }
        utf8.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
    }

    private void escape() {
        final char kind = at + 1 < text.length() ? text.charAt(at + 1) : 0;
        final int simple = ESCAPES.indexOf(kind);
        if (simple >= 0) {
            add(MEANINGS.charAt(simple));
            at += 2;
        } else if (kind == 'x') {
            utf8.write(number(at + 2, 2, 16));
        } else if (kind >= '0' && kind <= '7') {
            final int octet = number(at + 1, 3, 8);
            if (octet > 255) {
                throw new IllegalArgumentException("an octal escape exceeds 377");
            }
            utf8.write(octet);
        } else if (kind == 'u') {
            add(number(at + 2, 4, 16));
        } else if (kind == 'U') {
            add(number(at + 2, 8, 16));
        } else {
            throw new IllegalArgumentException("unknown escape (a backslash is written \\\\, or put it in backquotes)");
        }
    }

    private int number(int from, int digits, int radix) {
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            final int digit = i < text.length() ? Character.digit(text.charAt(i), radix) : -1;
            if (digit < 0 || text.charAt(i) > 127 || number > Character.MAX_CODE_POINT) {
                throw new IllegalArgumentException("an escape has too few digits, or too large a number");
            }
            number = number * radix + digit;
        }
        at = from + digits;
        return number;
    }
}
