package io.seriatim.tools.ingest;

import ch.randelshofer.fastdoubleparser.JavaDoubleParser;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/// A decimal number in the text being read, scanned where it lies: digits, at most one point, an exponent. Reused for
/// one number after another without garbage; not thread-safe.
///
/// Nothing is rounded here: [#toDouble] is the double nearest to what is written, to the last bit, and [#mantissa] and
/// [#exponent] are what is written where [#isExact].
final class Decimal {
    private static final int MOST_DIGITS = 19;

    /// Powers of ten that a double holds exactly. The quotient or product of two doubles that are exact is rounded
    /// once.
    private static final double[] EXACT_POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    private static final long EXACT_MANTISSA = 1L << 53;

    /// An exponent beyond this decides the value alone, whatever stands before it. Keeps the sum from overflowing.
    private static final int EXPONENT_LIMIT = 1_000_000;

    private byte[] bytes;
    private int from;
    private int end;
    private boolean negative;
    private long mantissa;
    private int exponent;
    private boolean exact;
    private boolean integer;

    /// Scans the longest number that starts at `from`.
    ///
    /// @return where it ends, or -1 if there is none
    int scan(byte[] bytes, int from, int to) {
        int at = from;
        boolean negative = false;
        if (at < to && (bytes[at] == '-' || bytes[at] == '+')) {
            negative = bytes[at++] == '-';
        }
        final int firstDigit = at;
        long mantissa = 0;
        int digit;
        while (at < to && (digit = bytes[at] - '0') >= 0 && digit <= 9) {
            mantissa = 10 * mantissa + digit;
            at++;
        }
        int digits = at - firstDigit;
        int exponent = 0;
        boolean integer = true;
        if (at < to && bytes[at] == '.') {
            final int firstDecimal = ++at;
            while (at < to && (digit = bytes[at] - '0') >= 0 && digit <= 9) {
                mantissa = 10 * mantissa + digit;
                at++;
            }
            exponent = firstDecimal - at;
            digits -= exponent;
            integer = false;
        }
        if (digits == 0) {
            return -1;
        }
        this.bytes = bytes;
        this.from = from;
        this.negative = negative;
        this.mantissa = mantissa;
        this.exponent = exponent;
        this.exact = digits <= MOST_DIGITS && mantissa >= 0;
        this.integer = integer;
        this.end = at < to && (bytes[at] | 0x20) == 'e' ? power(at, to) : at;
        return end;
    }

    /// @return where the exponent that starts at `at` ends, or `at` if none does
    private int power(int at, int to) {
        int next = at + 1;
        boolean down = false;
        if (next < to && (bytes[next] == '-' || bytes[next] == '+')) {
            down = bytes[next++] == '-';
        }
        final int first = next;
        int power = 0;
        while (next < to && bytes[next] >= '0' && bytes[next] <= '9') {
            power = Math.min(EXPONENT_LIMIT, 10 * power + bytes[next++] - '0');
        }
        if (next == first) {
            return at;
        }
        integer = false;
        exponent += down ? -power : power;
        return next;
    }

    /// @return how many bytes it takes
    int length() {
        return end - from;
    }

    /// @return whether [#mantissa] and [#exponent] are the number; otherwise it has too many digits for them
    boolean isExact() {
        return exact;
    }

    /// @return whether neither a point nor an exponent was written
    boolean isInteger() {
        return integer;
    }

    /// @return the digits as a whole number, with the sign
    long mantissa() {
        return negative ? -mantissa : mantissa;
    }

    /// @return the power of ten that the mantissa is multiplied with
    int exponent() {
        return exponent;
    }

    /// @return the nearest double; infinite if none is that large
    double toDouble() {
        if (exact
                && mantissa <= EXACT_MANTISSA
                && exponent >= 1 - EXACT_POWERS.length
                && exponent < EXACT_POWERS.length) {
            final double magnitude =
                    exponent < 0 ? mantissa / EXACT_POWERS[-exponent] : mantissa * EXACT_POWERS[exponent];
            return negative ? -magnitude : magnitude;
        }
        return JavaDoubleParser.parseDouble(bytes, from, end - from);
    }

    /// @return whether a double is this very number
    boolean isEqualTo(double value) {
        if (exact && exponent == 0) {
            return (long) value == mantissa() && value != 0x1p63; // which becomes the largest long
        }
        return Double.isFinite(value) && toBigDecimal().compareTo(new BigDecimal(value)) == 0;
    }

    /// @return all of it, for the rare number that has more digits than a long
    BigDecimal toBigDecimal() {
        return new BigDecimal(new String(bytes, from, end - from, StandardCharsets.US_ASCII));
    }
}
