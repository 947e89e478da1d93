package io.seriatim.wal;

import static io.seriatim.wal.Failures.assertRefused;
import static io.seriatim.wal.Labels.MAX_COUNT;
import static io.seriatim.wal.Labels.MAX_ENCODED_BYTES;
import static io.seriatim.wal.Labels.MAX_NAME_BYTES;
import static io.seriatim.wal.Labels.MAX_VALUE_BYTES;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What labels accept, refuse and say. Hostile encodings are in [LabelsDecodeTest].
class LabelsTest {
    private static final Labels UP = Labels.of("__name__", "up", "job", "api");

    @Test
    void shouldSortByNameWhenGivenInAnyOrder() {
        assertEquals(UP, Labels.of("job", "api", "__name__", "up"));
        assertEquals("{__name__=\"up\", job=\"api\"}", UP.toString());
    }

    @Test
    void shouldShowNamesAndValuesWhereTheyLie() {
        final Labels labels = Labels.of("ort", "Zürich", "__name__", "up", "empty", "");
        final List<String> found = new ArrayList<>();
        final Set<byte[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        labels.forEachUtf8((source, nameAt, nameLength, valueAt, valueLength) -> {
            found.add(new String(source, nameAt, nameLength, StandardCharsets.UTF_8));
            found.add(new String(source, valueAt, valueLength, StandardCharsets.UTF_8));
            arrays.add(source);
        });
        assertEquals(List.of("__name__", "up", "empty", "", "ort", "Zürich"), found);
        assertEquals(1, arrays.size());
    }

    @Test
    void shouldSortByUnsignedBytesNotByUtf16() {
        // In UTF-16 the surrogates of U+1F4C8 sort before U+FF5E, in UTF-8 behind it.
        final List<String> names = new ArrayList<>();
        Labels.of("\ud83d\udcc8", "1", "\uff5e", "2", "z", "3").forEach((name, _) -> names.add(name));

        assertEquals(List.of("z", "\uff5e", "\ud83d\udcc8"), names);
    }

    @Test
    void shouldEncodeCountThenNamesAndValuesWithTheirLengths() {
        assertArrayEquals("\2\1a\2bc\2de\0".getBytes(StandardCharsets.UTF_8), encoded(Labels.of("de", "", "a", "bc")));
    }

    @Test
    void shouldBeTheSameFromStringsMapOrBytes() {
        final Map<String, String> map = new LinkedHashMap<>();
        map.put("job", "api");
        map.put("__name__", "up");

        assertEquals(UP, Labels.of(map));
        assertEquals(UP, Labels.ofUtf8(utf8("job"), utf8("api"), utf8("__name__"), utf8("up")));
    }

    @Test
    void shouldCopyBytesWhenMadeFromBytes() {
        final byte[] value = utf8("api");
        final Labels labels = Labels.ofUtf8(utf8("job"), value);

        value[0] = 'X';

        assertEquals("api", labels.get("job"));
    }

    @Test
    void shouldAcceptTheLongestNameAndRefuseOneByteMore() {
        final String longest = "n".repeat(MAX_NAME_BYTES);

        assertEquals("v", Labels.of(longest, "v").get(longest));
        assertRefused(
                () -> Labels.of(longest + "n", "v"),
                "label name too long",
                "bytes=" + (MAX_NAME_BYTES + 1),
                "limit=" + MAX_NAME_BYTES,
                "name=nnnn");
    }

    @Test
    void shouldAcceptTheLongestValueAndRefuseOneByteMore() {
        final String longest = "v".repeat(MAX_VALUE_BYTES);

        assertEquals(longest, Labels.of("n", longest).get("n"));
        assertRefused(
                () -> Labels.of("n", longest + "v"),
                "label value too long",
                "bytes=" + (MAX_VALUE_BYTES + 1),
                "limit=" + MAX_VALUE_BYTES,
                "value=vvvv");
    }

    @Test
    void shouldCountBytesNotCharactersAgainstTheLimits() {
        final String twoBytesEach = "\u00e9".repeat(MAX_NAME_BYTES / 2);

        assertEquals(1, Labels.of(twoBytesEach, "v").count());
        assertRefused(() -> Labels.of(twoBytesEach + "\u00e9", "v"), "bytes=" + (MAX_NAME_BYTES + 2));
    }

    @Test
    void shouldAcceptTheMostLabelsAndRefuseOneMore() {
        assertEquals(MAX_COUNT, Labels.of(pairs(MAX_COUNT)).count());
        assertRefused(() -> Labels.of(pairs(MAX_COUNT + 1)), "[1, " + MAX_COUNT + "]", "count=" + (MAX_COUNT + 1));
    }

    @Test
    void shouldAcceptTheLongestEncodingAndRefuseOneByteMore() {
        final String first = "v".repeat(MAX_VALUE_BYTES);
        // count, and for both labels: name length, name, three bytes of value length
        final String second = "v".repeat(MAX_ENCODED_BYTES - MAX_VALUE_BYTES - 1 - 2 * (1 + 1 + 3));

        assertEquals(MAX_ENCODED_BYTES, Labels.of("a", first, "b", second).encodedLength());
        assertRefused(
                () -> Labels.of("a", first, "b", second + "v"),
                "encodedBytes=" + (MAX_ENCODED_BYTES + 1),
                "limit=" + MAX_ENCODED_BYTES);
    }

    @Test
    void shouldRefuseWhenThereAreNoLabels() {
        assertRefused(Labels::of, "label count out of range", "count=0");
        assertRefused(() -> Labels.of(Map.of()), "count=0");
    }

    @Test
    void shouldRefuseWhenANameHasNoValue() {
        assertRefused(() -> Labels.of("a", "b", "c"), "a name without a value", "strings=3");
    }

    @Test
    void shouldRefuseWhenANameComesTwice() {
        assertRefused(() -> Labels.of("job", "a", "mode", "b", "job", "c"), "label name twice", "name=job");
    }

    @Test
    void shouldRefuseWhenANameIsEmpty() {
        assertRefused(() -> Labels.of("job", "api", "", "nameless"), "label name is empty", "value=nameless");
    }

    @Test
    void shouldAcceptAnEmptyValue() {
        assertEquals("", Labels.of("job", "").get("job"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud800", "\udc00", "a\ud83d", "\udcc8\ud83d", "x\udfffy"})
    void shouldRefuseWhenASurrogateIsUnpaired(String text) {
        assertRefused(() -> Labels.of(text, "v"), "label name has an unpaired surrogate");
        assertRefused(() -> Labels.of("n", text), "label value has an unpaired surrogate");
        assertRefused(() -> Labels.of(Map.of("n", text)), "label value has an unpaired surrogate");
    }

    @Test
    void shouldNameThePartWhenItIsNull() {
        assertEquals(
                "name",
                assertThrows(NullPointerException.class, () -> Labels.of(null, "v"))
                        .getMessage());
        assertEquals(
                "value",
                assertThrows(NullPointerException.class, () -> Labels.ofUtf8(utf8("n"), null))
                        .getMessage());
    }

    @Test
    void shouldFindValuesByName() {
        final Labels labels = Labels.of("a", "1", "\u00e9t\u00e9", "2", "?", "3");

        assertEquals("1", labels.get("a"));
        assertEquals("2", labels.get("\u00e9t\u00e9"));
        assertNull(labels.get("b"));
        assertNull(labels.get(""));
    }

    /// `String.getBytes` makes a question mark of an unpaired surrogate.
    @Test
    void shouldFindNothingWhenTheNameAskedForHasAnUnpairedSurrogate() {
        assertNull(Labels.of("?", "3").get("\ud800"));
    }

    @Test
    void shouldEscapeValuesWhenPrinted() {
        assertEquals("{a=\"b\\\\c\\\"d\\ne\"}", Labels.of("a", "b\\c\"d\ne").toString());
    }

    @Test
    void shouldBeEqualOnlyWhenEveryByteIs() {
        assertEquals(UP, Labels.of("__name__", "up", "job", "api"));
        assertEquals(UP.hashCode(), Labels.of("__name__", "up", "job", "api").hashCode());
        assertNotEquals(UP, Labels.of("__name__", "up", "job", "apj"));
        assertNotEquals(UP, Labels.of("__name__", "up"));
        assertNotEquals(UP, "{__name__=\"up\", job=\"api\"}");
        // Not normalized: e with acute, and e with a combining acute, are two series.
        assertNotEquals(Labels.of("n", "\u00e9"), Labels.of("n", "e\u0301"));
    }

    @Test
    void shouldCompareWithEncodedBytesAnywhere() {
        final byte[] somewhere = new byte[100];
        UP.copyEncodedTo(somewhere, 17);

        assertTrue(UP.encodedEquals(somewhere, 17, UP.encodedLength()));
        assertFalse(UP.encodedEquals(somewhere, 17, UP.encodedLength() - 1));
        assertFalse(UP.encodedEquals(somewhere, 16, UP.encodedLength()));
        assertThrows(IndexOutOfBoundsException.class, () -> UP.copyEncodedTo(somewhere, 90));
    }

    /// Computed with the reference implementation of XXH3 in C; one for each of its ways to treat a length. The hash
    /// decides in which shard a series lives, so it may never change.
    @ParameterizedTest
    @CsvSource({
        "a, '', 1, 0xf6967730c38e4ef0",
        "a, b, 1, 0x9bfca5aeb49a2cec",
        "__name__, up, 1, 0xa188b7d6a5075d97",
        "ключ, значение, 1, 0x0d95c17d4771a8f6",
        "k, x, 200, 0x34437df8e8e51609",
        "k, x, 1000, 0x2fca6a01bbbea7b3"
    })
    void shouldHashAsXxh3(String name, String value, int repeat, String hash) {
        assertEquals(
                Long.parseUnsignedLong(hash.substring(2), 16),
                Labels.of(name, value.repeat(repeat)).hash64());
    }

    static byte[] encoded(Labels labels) {
        final byte[] encoded = new byte[labels.encodedLength()];
        labels.copyEncodedTo(encoded, 0);
        return encoded;
    }

    private static Map<String, String> pairs(int count) {
        final Map<String, String> pairs = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            pairs.put("label" + i, "value" + i);
        }
        return pairs;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
