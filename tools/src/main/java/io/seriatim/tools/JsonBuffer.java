package io.seriatim.tools;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A growing buffer of UTF-8 that knows how JSON writes strings, and how `replay` writes numbers. Not
/// thread-safe.
///
/// Numbers take the short way here because a replay is made of them: a JSON library would do the same with a
/// `String` for each.
public final class JsonBuffer {
    /// The NaN that needs no payload to be told.
    public static final long CANONICAL_NAN = 0x7ff8000000000000L;

    private static final int LONGEST_NUMBER = 32;
    private static final long INFINITY = 0x7ff0000000000000L;

    /// A double below this in magnitude that is a whole number of millionths has at most 13 digits. Two
    /// decimals of up to 15 digits never are the same double, so its digits are the shortest, and what
    /// `Double.toString` says.
    private static final double PLAIN_LIMIT = 1e7;

    private static final double PLAIN_LEAST = 1e-3;
    private static final int MILLION = 1_000_000;

    private byte[] bytes = new byte[4096];
    private int length;

    /// @return the bytes from 0 to [#length()], and room behind them; another array once more is added
    public byte[] array() {
        return bytes;
    }

    /// @return how many bytes there are
    public int length() {
        return length;
    }

    /// Takes everything out.
    public JsonBuffer clear() {
        length = 0;
        return this;
    }

    /// Takes out what is behind the first bytes.
    public void cut(int length) {
        this.length = Math.min(length, this.length);
    }

    /// @return a copy
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /// Adds ASCII as it is.
    public JsonBuffer ascii(String text) {
        reserve(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
        return this;
    }

    /// Adds one byte as it is.
    public JsonBuffer ascii(char one) {
        reserve(1);
        bytes[length++] = (byte) one;
        return this;
    }

    /// Adds text as UTF-8.
    public JsonBuffer utf8(String text) {
        final byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        return raw(encoded, encoded.length);
    }

    /// Adds bytes as they are.
    public JsonBuffer raw(byte[] source, int count) {
        reserve(count);
        System.arraycopy(source, 0, bytes, length, count);
        length += count;
        return this;
    }

    /// Adds a string in quotes.
    public JsonBuffer string(String text) {
        final byte[] quoted = JsonStringEncoder.getInstance().quoteAsUTF8(text);
        return ascii('"').raw(quoted, quoted.length).ascii('"');
    }

    /// Adds a number, or the string that stands for a double that JSON has no number for.
    public JsonBuffer value(long bits) {
        if ((bits & INFINITY) == INFINITY) {
            return notFinite(bits);
        }
        return finite(Double.longBitsToDouble(bits));
    }

    /// Adds the shortest number that reads back as the same double.
    ///
    /// @param value neither infinite nor NaN
    public JsonBuffer finite(double value) {
        final double magnitude = Math.abs(value);
        if (magnitude < PLAIN_LIMIT && magnitude >= PLAIN_LEAST) {
            final double millionths = Math.rint(magnitude * MILLION);
            if (millionths / MILLION == magnitude) {
                return plain(value < 0, (long) millionths);
            }
        }
        return ascii(Double.toString(value));
    }

    private JsonBuffer notFinite(long bits) {
        if (bits == INFINITY) {
            return ascii("\"+Inf\"");
        }
        if (bits == (INFINITY | Long.MIN_VALUE)) {
            return ascii("\"-Inf\"");
        }
        if (bits == CANONICAL_NAN) {
            return ascii("\"NaN\"");
        }
        return ascii("\"NaN:").hex(bits).ascii('"');
    }

    private JsonBuffer plain(boolean negative, long millionths) {
        if (negative) {
            ascii('-');
        }
        number(millionths / MILLION).ascii('.');
        int rest = (int) (millionths % MILLION);
        int divisor = MILLION / 10;
        do {
            bytes[length++] = (byte) ('0' + rest / divisor);
            rest %= divisor;
            divisor /= 10;
        } while (rest != 0);
        return this;
    }

    /// Adds 16 digits, lower case.
    public JsonBuffer hex(long bits) {
        reserve(Long.BYTES * 2);
        for (int shift = 60; shift >= 0; shift -= 4) {
            bytes[length++] = (byte) Character.forDigit((int) (bits >>> shift) & 15, 16);
        }
        return this;
    }

    /// Adds a whole number.
    public JsonBuffer number(long number) {
        if (number == Long.MIN_VALUE) {
            return ascii(Long.toString(number));
        }
        reserve(LONGEST_NUMBER);
        long rest = number;
        if (rest < 0) {
            bytes[length++] = '-';
            rest = -rest;
        }
        int digits = 1;
        for (long power = 10; rest >= power && digits < 19; digits++) {
            power *= 10;
        }
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private void reserve(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(length, count)));
        }
    }
}
