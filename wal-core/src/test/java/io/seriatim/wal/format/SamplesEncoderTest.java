package io.seriatim.wal.format;

import static io.seriatim.wal.Failures.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Labels;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The bytes, the limits and the reuse of the encoder. What comes out again is [SamplesRoundTripTest]'s.
class SamplesEncoderTest {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private final SamplesEncoder encoder = new SamplesEncoder();

    @Test
    void shouldTakeTenBytesForASampleWhenSeriesFollowEachOther() {
        final Group first = Group.of(7, null, 100, 1);
        final int one = Group.encode(encoder, List.of(first), Group.LIMIT);
        final int two = Group.encode(encoder, List.of(first, Group.of(8, null, 100, 2)), Group.LIMIT);

        assertEquals(10, two - one);
    }

    @Test
    void shouldWriteKeyCountLabelsAndSamplesInThatOrder() {
        final byte[] frame = Group.frame(Group.of(1, Labels.of("a", "b"), 5, 1, 4, 2), Group.of(2, null, 4, 0));

        assertEquals(
                // zigzag(1 - -1 - 1) * 4 + 3, two samples, labels; +1 from min 4, then -1; next reference, no
                // difference
                "0b 02 05 01 01 61 01 62 02 00 00 00 00 00 00 f0 3f 01 00 00 00 00 00 00 00 40"
                        + " 00 00 00 00 00 00 00 00 00 00",
                HEX.formatHex(frame, FrameLayout.SAMPLES_GROUPS_OFFSET, frame.length));
        assertEquals("03 01 00 00 03 00 00 00", HEX.formatHex(frame, FrameLayout.TYPE_OFFSET, 16));
        assertEquals(4, Bytes.getLong(frame, FrameLayout.SAMPLES_MIN_OFFSET));
        assertEquals(5, Bytes.getLong(frame, FrameLayout.SAMPLES_MAX_OFFSET));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 30, 300, 3000, 30_000})
    void shouldAcceptSamplesUpToTheLimitAndRefuseOneFrameUnitLess(int count) {
        final List<Long> numbers = LongStream.range(0, count).boxed().toList();
        assertLimitExact(new Group(4, null, numbers, numbers));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 1000, 1100, 30_000})
    void shouldAcceptLabelsUpToTheLimitAndRefuseOneFrameUnitLess(int valueLength) {
        assertLimitExact(Group.of(0, Labels.of("a", "v".repeat(valueLength)), 1, 1));
    }

    /// With a fresh encoder, which must grow, and with one whose buffer is long enough for anything.
    private static void assertLimitExact(Group group) {
        final SamplesEncoder grown = new SamplesEncoder();
        final int length = Group.encode(grown, List.of(group), Integer.MAX_VALUE);
        final int limit = FrameLayout.align(length);

        for (final SamplesEncoder encoder : List.of(grown, new SamplesEncoder())) {
            assertEquals(length, Group.encode(encoder, List.of(group), limit));
            assertRefused(
                    () -> Group.encode(encoder, List.of(group), limit - 1),
                    "record too long",
                    "frameBytes=",
                    "limit=" + (limit - 1),
                    "(append it in parts)");
            assertEquals(length, Group.encode(encoder, List.of(group), limit), "not reusable after a refusal");
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 16", "1, 24", "8, 24", "9, 32", "5000, 5016", "100000, 100016"})
    void shouldAcceptARecordUpToTheLimitAndRefuseItBeforeACopy(int bytes, int limit) {
        for (int round = 0; round < 2; round++) {
            encoder.beginRecord(77, bytes, limit);
            assertTrue(encoder.buffer().length >= limit);
            Arrays.fill(encoder.buffer(), FrameLayout.RECORD_BYTES_OFFSET, limit, (byte) 0x5a);
            assertEquals(FrameLayout.RECORD_BYTES_OFFSET + bytes, encoder.endRecord());

            assertEquals(FrameLayout.RECORD, encoder.buffer()[FrameLayout.TYPE_OFFSET]);
            assertEquals(77, Bytes.getInt(encoder.buffer(), FrameLayout.WORD_OFFSET));
            for (int i = FrameLayout.RECORD_BYTES_OFFSET + bytes; i < limit; i++) {
                assertEquals(0, encoder.buffer()[i], "not padded with zeros");
            }
            assertRefused(
                    () -> encoder.beginRecord(77, bytes, limit - 1), "frameBytes=" + limit, "limit=" + (limit - 1));
        }
        assertRefused(() -> encoder.beginRecord(77, Integer.MAX_VALUE, 1 << 24), "frameBytes=2147483664");
    }

    @Test
    void shouldNotGrowBeyondTheLimitByMuch() {
        final int limit = 4096;
        encoder.begin(0, Long.MAX_VALUE, limit);
        encoder.group(0, null, Integer.MAX_VALUE);

        assertThrows(IllegalArgumentException.class, () -> {
            for (long i = 0; i < Integer.MAX_VALUE; i++) {
                encoder.sample(i, i);
            }
        });
        assertTrue(encoder.buffer().length <= 2 * limit, () -> "bufferBytes=" + encoder.buffer().length);
    }

    @Test
    void shouldLayOutPlainFields() {
        final int length = encoder.fields(FrameLayout.MARK, 0x010203, 9, new long[] {-1, 2, 3}, 2);

        assertEquals(32, length);
        assertEquals(
                "05 03 02 01 09 00 00 00 ff ff ff ff ff ff ff ff 02 00 00 00 00 00 00 00",
                HEX.formatHex(encoder.buffer(), FrameLayout.TYPE_OFFSET, length));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-1, 1", "1, 2", "-2, 3", "9223372036854775807, -2", "-9223372036854775808, -1"})
    void shouldZigzag(long value, long zigzag) {
        assertEquals(zigzag, SamplesEncoder.zigzag(value));
        assertEquals(value, SamplesEncoder.unzigzag(zigzag));
    }
}
