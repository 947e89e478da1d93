package io.seriatim.wal;

import static io.seriatim.wal.Failures.assertRefused;
import static io.seriatim.wal.LabelsTest.encoded;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a reader believes of bytes that claim to be labels: exactly what [Labels] itself writes, nothing else.
class LabelsDecodeTest {
    private static final Labels LABELS = Labels.of("__name__", "cpu_seconds_total", "mode", "", "ort", "Zürich 📈");

    @Test
    void shouldRefuseEveryTruncation() {
        final byte[] encoded = encoded(LABELS);

        for (int length = 0; length < encoded.length; length++) {
            final byte[] truncated = Arrays.copyOf(encoded, length);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Labels.decode(truncated, 0, truncated.length),
                    () -> "length=" + truncated.length);
        }
    }

    @Test
    void shouldRefuseTrailingBytes() {
        final byte[] longer = Arrays.copyOf(encoded(LABELS), LABELS.encodedLength() + 1);

        assertRefused(() -> Labels.decode(longer, 0, longer.length), "label count does not match", "bytesLeft=1");
    }

    @Test
    void shouldRefuseOrBeCanonicalWhenAnyBitIsFlipped() {
        final byte[] encoded = encoded(LABELS);

        for (int bit = 0; bit < encoded.length * 8; bit++) {
            final byte[] flipped = encoded.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefusedOrCanonical(flipped);
        }
    }

    @Test
    void shouldRefuseOrBeCanonicalWhenBytesAreRandom() {
        final Random random = new Random(20_250_601);

        for (int i = 0; i < 200_000; i++) {
            final byte[] bytes = new byte[random.nextInt(1, 24)];
            for (int at = 0; at < bytes.length; at++) {
                // Small numbers make plausible lengths.
                bytes[at] = (byte) (random.nextInt(4) > 0 ? random.nextInt(5) : random.nextInt(256));
            }
            assertRefusedOrCanonical(bytes);
        }
    }

    private static void assertRefusedOrCanonical(byte[] bytes) {
        final Labels decoded;
        try {
            decoded = Labels.decode(bytes, 0, bytes.length);
        } catch (IllegalArgumentException _) {
            return;
        }
        final String[] namesAndValues = new String[2 * decoded.count()];
        final int[] at = {0};
        decoded.forEach((name, value) -> {
            namesAndValues[at[0]++] = name;
            namesAndValues[at[0]++] = value;
        });

        assertArrayEquals(
                bytes, encoded(Labels.of(namesAndValues)), () -> HexFormat.of().formatHex(bytes));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 6, 127})
    @DisplayName("P12: a label count that the labels do not bear out is refused")
    void shouldRefuseWhenTheCountIsNotThatOfTheLabels(int count) {
        final byte[] encoded = encoded(LABELS);
        encoded[0] = (byte) count;

        assertRefused(() -> Labels.decode(encoded, 0, encoded.length), "label count does not match the labels");
    }

    /// The log that this one descends from once read the label count twice, and so took the first name's length for a
    /// number of labels. An encoding with the count doubled would suit such a reader, and must not suit this one.
    @Test
    void shouldRefuseWhenTheCountIsThereTwice() {
        final byte[] encoded = encoded(LABELS);
        final byte[] doubled = new byte[encoded.length + 1];
        doubled[0] = encoded[0];
        System.arraycopy(encoded, 0, doubled, 1, encoded.length);

        assertRefused(() -> Labels.decode(doubled, 0, doubled.length));
    }

    @Test
    void shouldRefuseWhenTheCountIsThereTwiceAndLooksLikeALength() {
        // One label; the doubled count reads as a name of one byte, which is the real name's length.
        assertRefused(() -> decodeHex("01 01 01 61 01 62"), "label count does not match the labels");
    }

    @ParameterizedTest
    @CsvSource({
        "00, label count out of range",
        "'', label count out of range",
        "81 00 01 61 01 62, label count out of range", // a count of one in two bytes
        "81 02 01 61 01 62, label count out of range", // 257
        "ff ff ff ff ff ff ff ff 7f, label count out of range",
        "ff ff ff ff ff ff ff ff ff 01, label count out of range",
        "01 81 00 61 01 62, label count does not match", // a name length in two bytes
        "01 ff ff ff ff 07 61 01 62, label name too long",
        "01 01 61 ff ff ff ff ff ff ff 7f, label value too long",
        "01 00 01 62, label name is empty",
        "02 01 62 00 01 61 00, labels not sorted",
        "02 01 61 00 01 61 00, label name twice",
        "02 02 c3 a9 00 01 61 00, labels not sorted", // signed bytes would have it sorted
    })
    void shouldRefuseWhatIsNotWrittenThatWay(String hex, String reason) {
        assertRefused(() -> decodeHex(hex), reason);
    }

    @ParameterizedTest
    @CsvSource({
        "80, continuation byte alone",
        "c3, end in the middle",
        "c0 af, overlong slash",
        "c1 bf, overlong",
        "e0 80 af, overlong",
        "f0 80 80 af, overlong",
        "c0 80, Java's own zero",
        "ed a0 80, high surrogate",
        "ed bf bf, low surrogate",
        "ed a0 bd ed b3 88, surrogate pair",
        "f4 90 80 80, beyond U+10FFFF",
        "f8 88 80 80 80, five bytes",
        "ff, never in UTF-8",
    })
    void shouldRefuseWhenBytesAreNotUtf8(String hex, String what) {
        final byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);

        assertRefused(() -> Labels.ofUtf8(bytes, new byte[0]), "label name is not valid UTF-8");
        assertRefused(() -> Labels.ofUtf8(new byte[] {'n'}, bytes), "label value is not valid UTF-8");
        assertTrue(bytes.length > 0, what);
    }

    @Test
    void shouldThrowWhenTheRangeIsOutsideTheSource() {
        final byte[] encoded = encoded(LABELS);

        assertThrows(IndexOutOfBoundsException.class, () -> Labels.decode(encoded, 1, encoded.length));
        assertThrows(IndexOutOfBoundsException.class, () -> Labels.decode(encoded, -1, 1));
    }

    @Test
    void shouldRefuseWhenLongerThanTheLimitWhateverTheBytes() {
        final byte[] bytes = new byte[Labels.MAX_ENCODED_BYTES + 1];

        assertRefused(() -> Labels.decode(bytes, 0, bytes.length), "encodedBytes=65536", "limit=65535");
    }

    private static Labels decodeHex(String hex) {
        final byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
        return Labels.decode(bytes, 0, bytes.length);
    }
}
