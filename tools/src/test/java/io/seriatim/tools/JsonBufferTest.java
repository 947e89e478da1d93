package io.seriatim.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBufferTest {
    @ParameterizedTest
    @CsvSource({
        "7ff8000000000000, NaN",
        "7ff0000000000002, NaN:7ff0000000000002",
        "7ff8000000000001, NaN:7ff8000000000001",
        "fff8000000000000, NaN:fff8000000000000",
        "ffffffffffffffff, NaN:ffffffffffffffff",
        "7ff0000000000000, +Inf",
        "fff0000000000000, -Inf"
    })
    void shouldWriteStringsForValuesWithoutANumber(String bits, String text) {
        assertEquals('"' + text + '"', value(Long.parseUnsignedLong(bits, 16)));
    }

    @ParameterizedTest
    @CsvSource({
        "0.0, 0.0",
        "-0.0, -0.0",
        "1, 1.0",
        "-1.5, -1.5",
        "0.1, 0.1",
        "0.001, 0.001",
        "0.3, 0.3",
        "0.30000000000000004, 0.30000000000000004",
        "1234567.891011, 1234567.891011",
        "9999999.999999, 9999999.999999",
        "1e7, 1.0E7",
        "9.99e-4, 9.99E-4",
        "4.9e-324, 4.9E-324",
        "-2.2250738585072014E-308, -2.2250738585072014E-308",
        "1.7976931348623157E308, 1.7976931348623157E308",
        "9007199254740993, 9.007199254740992E15"
    })
    void shouldWriteTheShortestNumberThatReadsBack(double value, String text) {
        assertEquals(text, value(Double.doubleToRawLongBits(value)));
    }

    @Property
    void shouldReadBackBitForBit(@ForAll long bits) {
        assertReadsBack(bits);
    }

    @Property
    void shouldAgreeWithTheJdkOnDecimals(@ForAll long number, @ForAll byte scale) {
        final double value = number % 100_000_000_000L / Math.pow(10, Math.floorMod(scale, 10));
        assertEquals(Double.toString(value), value(Double.doubleToRawLongBits(value)));
        assertReadsBack(Double.doubleToRawLongBits(Math.nextUp(value)));
    }

    private static void assertReadsBack(long bits) {
        final double value = Double.longBitsToDouble(bits);
        final String text = value(bits);
        if (Double.isFinite(value)) {
            assertEquals(Double.toString(value), text);
            assertEquals(bits, Double.doubleToRawLongBits(Double.parseDouble(text)));
        } else if (Double.isNaN(value) && bits != JsonBuffer.CANONICAL_NAN) {
            assertEquals("\"NaN:%016x\"".formatted(bits), text);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 9, 10, -10, 99, 100, 1_700_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE, -999})
    void shouldWriteWholeNumbers(long number) {
        assertEquals(String.valueOf(number), text(new JsonBuffer().number(number)));
    }

    @Property
    void shouldWriteAnyWholeNumber(@ForAll long number) {
        assertEquals(String.valueOf(number), text(new JsonBuffer().number(number)));
    }

    @Test
    void shouldEscapeWhatJsonCannotHoldAndNothingElse() {
        assertEquals(
                "\"a\\\"b\\\\c\\n\\t\\u0000\\u001F/é€😀\"", text(new JsonBuffer().string("a\"b\\c\n\t\0\u001f/é€😀")));
    }

    @Test
    void shouldGrow() {
        final JsonBuffer buffer = new JsonBuffer();
        for (int i = 0; i < 10_000; i++) {
            buffer.value(Double.doubleToRawLongBits(i + 0.123456)).ascii(',');
        }

        final String[] numbers = text(buffer).split(",");

        assertEquals(10_000, numbers.length);
        assertEquals("9999.123456", numbers[9_999]);
    }

    private static String value(long bits) {
        return text(new JsonBuffer().value(bits));
    }

    private static String text(JsonBuffer buffer) {
        return new String(buffer.toByteArray(), UTF_8);
    }
}
