package io.seriatim.tools.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTest {
    private final Decimal decimal = new Decimal();

    @Property(tries = 20_000)
    void shouldReadBackEveryDoubleToTheLastBit(@ForAll long bits) {
        final double value = Double.longBitsToDouble(bits);
        if (Double.isFinite(value)) {
            assertReads(value, Double.toString(value));
            assertReads(value + 0.0, new BigDecimal(value).toPlainString()); // which has no negative zero
        }
    }

    @Property(tries = 20_000)
    void shouldRoundAnyDecimalAsTheJdkDoes(@ForAll long digits, @ForAll @IntRange(min = -345, max = 330) int exponent) {
        final String text = digits + "e" + exponent;
        assertReads(Double.parseDouble(text), text);
    }

    @Property(tries = 20_000)
    void shouldRoundDecimalsWithAPointAsTheJdkDoes(
            @ForAll @IntRange(min = 0) int whole, @ForAll long decimals, @ForAll @IntRange(max = 4) int zeros) {
        final String text = whole + "." + "0".repeat(zeros) + Long.toUnsignedString(decimals);
        assertReads(Double.parseDouble(text), text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "+1",
                "1.",
                ".5",
                "-.5e1",
                "1E5",
                "9007199254740993",
                "9007199254740992.999999999999999999999999",
                "2.2250738585072011e-308",
                "4.9e-324",
                "2.4703282292062327e-324",
                "1e-400",
                "1.7976931348623157e308",
                "1e400",
                "-1e999999999999",
                "9223372036854775807",
                "9223372036854775808",
                "18446744073709551616",
                "0.000000000000000000000000000000000000001"
            })
    void shouldReadWhatOtherLanguagesWrite(String text) {
        assertReads(Double.parseDouble(text), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", ".", "e5", "x", "-.", "NaN", "+Inf", "_1"})
    void shouldFindNoNumberWhenThereIsNone(String text) {
        assertEquals(-1, scan(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 ", "1x", "1e", "1e+", "1f", "1_0", "0x10", "1,"})
    void shouldEndWhereTheNumberEnds(String text) {
        assertEquals(1, scan(text));
    }

    @Test
    void shouldKeepTheDigitsWhenTheyFitALong() {
        scan("-1700000000.123");

        assertTrue(decimal.isExact());
        assertFalse(decimal.isInteger());
        assertEquals(-1_700_000_000_123L, decimal.mantissa());
        assertEquals(-3, decimal.exponent());

        scan("9223372036854775808");
        assertFalse(decimal.isExact());
        scan("00000000000000000001");
        assertFalse(decimal.isExact(), "too many digits to be sure");
        assertEquals(BigDecimal.ONE, decimal.toBigDecimal());
    }

    private void assertReads(double expected, String text) {
        assertEquals(text.length(), scan(text), text);
        assertEquals(Double.doubleToRawLongBits(expected), Double.doubleToRawLongBits(decimal.toDouble()), text);
    }

    /// Between other bytes, which must not matter.
    private int scan(String text) {
        final byte[] bytes = ("12" + text + "34").getBytes(StandardCharsets.US_ASCII);
        final int end = decimal.scan(bytes, 2, bytes.length - 2);
        return end < 0 ? end : end - 2;
    }
}
