package io.seriatim.wal.format;

import static io.seriatim.wal.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Labels;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each rule of a SAMPLES or SAMPLE frame, broken. Random damage is [SamplesFuzzTest]'s.
class SamplesDecoderTest {
    private static final String ZERO = " 00 00 00 00 00 00 00 00";
    private static final Group[] GROUPS = {
        Group.of(3, Labels.of("__name__", "up", "job", "api"), 100, 1, 90, 2),
        Group.of(4, null, 100, 3),
        Group.of(1000, Labels.of("a", "")),
    };

    private final SamplesDecoder decoder = new SamplesDecoder();

    @Test
    void shouldShowOneGroupAtATime() throws MalformedFrameException {
        final byte[] frame = Group.frame(GROUPS);
        decoder.samplesFrame(frame, 0, frame.length, 4711);

        assertTrue(decoder.next());
        assertEquals(GROUPS[0], Group.current(decoder, frame));
        assertEquals(2.0, decoder.value(1));
        assertEquals(4711, decoder.lsn());
        assertThrows(IndexOutOfBoundsException.class, () -> decoder.timestamp(2));
        assertThrows(IndexOutOfBoundsException.class, () -> decoder.valueBits(-1));
        assertTrue(decoder.next());
        assertEquals(GROUPS[1], Group.current(decoder, frame));
        assertThrows(IndexOutOfBoundsException.class, () -> decoder.timestamp(1));
        assertFalse(decoder.isLast());
        assertTrue(decoder.next());
        assertEquals(GROUPS[2], Group.current(decoder, frame));
        assertTrue(decoder.isLast());
        assertFalse(decoder.next());
        assertFalse(decoder.next());
    }

    @Test
    void shouldTellHowManyBytesEachGroupTakes() throws MalformedFrameException {
        final byte[] frame = Group.frame(GROUPS);
        decoder.samplesFrame(frame, 0, frame.length, 0);
        int bytes = FrameLayout.SAMPLES_GROUPS_OFFSET;

        while (decoder.next()) {
            assertTrue(decoder.encodedBytes() > 0);
            bytes += decoder.encodedBytes();
        }

        assertEquals(frame.length, bytes);
    }

    @Test
    void shouldKeepOnlyTheSamplesInTheRange() throws MalformedFrameException {
        final byte[] frame = Group.frame(Group.of(0, null, 5, 1, 4, 2, 9, 3, 5, 4, 6, 5));
        decoder.samplesFrame(frame, 0, frame.length, 0);
        decoder.next();

        decoder.retain(5, 6);

        assertEquals(Group.of(0, null, 5, 1, 5, 4, 6, 5), Group.current(decoder, frame));
        assertFalse(decoder.next());
    }

    @Test
    void shouldReadASampleFrameAfterAnyOther() throws MalformedFrameException {
        final byte[] samples = Group.frame(GROUPS);
        final byte[] sample = sampleFrame(FrameLayout.SAMPLE, Integer.MAX_VALUE);
        for (int round = 0; round < 2; round++) {
            decoder.sampleFrame(sample, 0, sample.length, 99);
            assertTrue(decoder.next());
            assertEquals(Group.of(Integer.MAX_VALUE, null, -7, 2.5), Group.current(decoder, sample));
            assertEquals(99, decoder.lsn());
            assertTrue(decoder.isLast());
            assertFalse(decoder.next());

            decoder.samplesFrame(samples, 0, samples.length, 1);
            decoder.next();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 16, 24, 31, 33, 40})
    void shouldRefuseASampleFrameOfAnotherLength(int length) {
        final byte[] frame = new byte[40];

        assertSays(
                assertThrows(MalformedFrameException.class, () -> decoder.sampleFrame(frame, 0, length, 0)),
                "SAMPLE frame of another length",
                "length=" + length);
    }

    @Test
    void shouldRefuseASampleFrameWhoseReferenceOrAuxIsOutOfRange() {
        final byte[] negative = sampleFrame(FrameLayout.SAMPLE, -1);
        final byte[] withAux = sampleFrame(FrameLayout.typeWord(FrameLayout.SAMPLE, 1), 0);

        assertSays(
                assertThrows(MalformedFrameException.class, () -> decoder.sampleFrame(negative, 0, 32, 0)), "ref=-1");
        assertSays(assertThrows(MalformedFrameException.class, () -> decoder.sampleFrame(withAux, 0, 32, 0)), "aux=1");
    }

    @Test
    @DisplayName("P12: a frame cut anywhere is refused")
    void shouldRefuseEveryTruncation() {
        final byte[] frame = Group.frame(GROUPS);

        for (int length = 0; length < frame.length; length++) {
            final byte[] truncated = Arrays.copyOf(frame, length);
            assertThrows(
                    MalformedFrameException.class,
                    () -> Group.decode(truncated, 0, truncated.length),
                    () -> "length=" + truncated.length);
        }
    }

    @Test
    void shouldRefuseTrailingBytes() {
        final byte[] longer = Arrays.copyOf(Group.frame(GROUPS), Group.frame(GROUPS).length + 1);

        assertThrows(MalformedFrameException.class, () -> Group.decode(longer, 0, longer.length));
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "-1, 0", "0, 1", "0, -1"})
    void shouldRefuseWhenTheHeaderCountsWrong(int moreSamples, int moreDefinitions) {
        final byte[] frame = Group.frame(GROUPS);
        Bytes.putInt(frame, FrameLayout.WORD_OFFSET, 3 + moreSamples);
        Bytes.putInt(frame, FrameLayout.TYPE_OFFSET, FrameLayout.typeWord(FrameLayout.SAMPLES, 2 + moreDefinitions));

        assertMalformed(
                frame,
                "header's counts are wrong",
                "samples=" + (3 + moreSamples) + " found=3",
                "definitions=" + (2 + moreDefinitions) + " found=2");
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "-1, 0", "0, 1", "0, -1", "20, 0", "0, -20"})
    void shouldRefuseWhenTheHeaderNamesAnotherRange(int min, int max) {
        final byte[] frame = Group.frame(GROUPS);
        Bytes.putLong(frame, FrameLayout.SAMPLES_MIN_OFFSET, 90 + min);
        Bytes.putLong(frame, FrameLayout.SAMPLES_MAX_OFFSET, 100 + max);

        assertMalformed(frame, "header's time range is wrong");
    }

    @ParameterizedTest
    @CsvSource({
        // reference -1: zigzag(-1 - -1 - 1) * 4 = 4
        "04 00, reference out of range: ref=-1",
        // reference 2^31: zigzag(2^31) * 4 = 2^34
        "80 80 80 80 40 00, reference out of range: ref=2147483648",
        // the largest key: minus 2^61
        "fc ff ff ff ff ff ff ff ff 01 00, reference out of range",
        "02 01 00, count of one written out",
        "02 02 00, samples exceed the frame: ref=0 count=2",
        "02 ff ff ff ff 07 00, samples exceed the frame: ref=0 count=2147483647",
        "02 ff ff ff ff ff ff ff ff ff 01 00, samples exceed the frame: ref=0 count=-1",
        "02 82 00 00, bad varint: field=count",
        "80 00 00, bad varint: field=key",
        "ff ff ff ff ff ff ff ff ff 02 00, bad varint: field=key",
        "ff ff ff ff ff ff ff ff ff ff 01 00, bad varint: field=key",
        "00 81 00, bad varint: field=timestamp",
        "01 00 00, labels exceed the frame: ref=0 labelsLength=0",
        "01 40 00, labels exceed the frame: ref=0 labelsLength=64",
        "01 ff ff ff ff ff ff ff ff ff 01 00, labels exceed the frame: ref=0 labelsLength=-1",
    })
    void shouldRefuseAGroupThatBreaksARule(String group, String reason) {
        assertMalformed(samplesFrame(1, 0, group + ZERO), reason);
    }

    @Test
    void shouldRefuseWhenTheCountIsThereTwice() {
        assertMalformed(samplesFrame(2, 0, "02 02 02 00" + ZERO + " 00" + ZERO));
    }

    @Test
    void shouldRefuseWhenThereIsNoGroup() {
        assertMalformed(samplesFrame(0, 0, ""), "SAMPLES frame without a group", "length=32");
    }

    @Test
    void shouldAcceptTheSmallestFrameThatTheseTestsBreak() throws MalformedFrameException {
        final byte[] frame = samplesFrame(1, 0, "00 00" + ZERO);

        assertEquals(List.of(Group.of(0, null, 0, 0)), Group.decode(frame, 0, frame.length));
    }

    @Test
    void shouldSayWhatItHolds() throws MalformedFrameException {
        final byte[] frame = Group.frame(Group.of(0, null, 5, 1, 4, 2));
        decoder.samplesFrame(frame, 0, frame.length, 0);
        decoder.next();

        assertEquals("Samples[count=2, timestamps=[5, 4]]", decoder.toString());
    }

    private void assertMalformed(byte[] frame, String... parts) {
        final MalformedFrameException malformed = assertThrows(MalformedFrameException.class, () -> {
            decoder.samplesFrame(frame, 0, frame.length, 0);
            decoder.check();
        });
        assertSays(malformed, parts);
    }

    private static byte[] samplesFrame(int samples, int definitions, String groups) {
        final byte[] payload = HexFormat.ofDelimiter(" ").parseHex(groups.strip());
        final byte[] frame = new byte[FrameLayout.SAMPLES_GROUPS_OFFSET + payload.length];
        Bytes.putInt(frame, FrameLayout.TYPE_OFFSET, FrameLayout.typeWord(FrameLayout.SAMPLES, definitions));
        Bytes.putInt(frame, FrameLayout.WORD_OFFSET, samples);
        System.arraycopy(payload, 0, frame, FrameLayout.SAMPLES_GROUPS_OFFSET, payload.length);
        return frame;
    }

    private static byte[] sampleFrame(int typeWord, int ref) {
        final byte[] frame = new byte[FrameLayout.SAMPLE_LENGTH];
        Bytes.putInt(frame, FrameLayout.TYPE_OFFSET, typeWord);
        Bytes.putInt(frame, FrameLayout.WORD_OFFSET, ref);
        Bytes.putLong(frame, FrameLayout.SAMPLE_TIMESTAMP_OFFSET, -7);
        Bytes.putLong(frame, FrameLayout.SAMPLE_VALUE_OFFSET, Double.doubleToRawLongBits(2.5));
        return frame;
    }
}
