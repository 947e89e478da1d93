package io.seriatim.wal.format;

import static io.seriatim.wal.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.WalConfig;
import io.seriatim.wal.format.Verdict.Gap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictTest {
    private static final int GAPS_OFFSET = FrameLayout.PAYLOAD_OFFSET + 5 * Long.BYTES;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, Verdict.MAX_GAPS})
    void shouldDecodeWhatWasEncoded(int gaps) throws MalformedFrameException {
        final Verdict verdict = new Verdict(0, 8, 100_000, 4096, gaps(gaps));
        final byte[] frame = frame(verdict);

        assertEquals(verdict, Verdict.decode(frame, 0, frame.length));
        assertEquals(gaps, verdict.gaps().size());
    }

    @Test
    void shouldFitIntoTheSmallestSegmentWhateverTheGaps() {
        final int length = frame(new Verdict(0, 8, 100_000, 0, gaps(Verdict.MAX_GAPS))).length;

        assertTrue(length <= WalConfig.MIN_SEGMENT_BYTES - WalConfig.SEGMENT_HEADER_BYTES, () -> "length=" + length);
    }

    @Test
    void shouldMergeTheLastGapsWhenThereAreTooMany() {
        final List<Gap> gaps = gaps(Verdict.MAX_GAPS + 20);
        final Verdict verdict = new Verdict(0, 8, 100_000, 4096, gaps);

        assertEquals(Verdict.MAX_GAPS, verdict.gaps().size());
        assertEquals(gaps.subList(0, Verdict.MAX_GAPS - 1), verdict.gaps().subList(0, Verdict.MAX_GAPS - 1));
        final Gap merged = verdict.gaps().getLast();
        assertEquals(gaps.get(Verdict.MAX_GAPS - 1).from(), merged.from());
        assertEquals(gaps.getLast().to(), merged.to());
    }

    @ParameterizedTest
    @CsvSource({"2 2 2, 2", "2 0 2, 0", "0 0 0, 0", "2 0 1, 1", "1 2 2, 1", "0 2 1, 1", "2 3 0, 3", "0 3 1, 1"})
    void shouldGiveAMergedGapTheWorstMeaning(String lastMeanings, int expected) {
        final List<Gap> gaps = new ArrayList<>();
        for (int i = 1; i < Verdict.MAX_GAPS; i++) {
            gaps.add(new Gap(16 * i, 16 * i + 8, Gap.LOST));
        }
        for (final String meaning : lastMeanings.split(" ")) {
            final long from = gaps.getLast().to() + 8;
            gaps.add(new Gap(from, from + 8, Integer.parseInt(meaning)));
        }

        assertEquals(
                expected, new Verdict(0, 0, 100_000, 0, gaps).gaps().getLast().meaning());
    }

    @Test
    void shouldPutGapsInOrderAndJoinThoseThatOverlap() {
        final Verdict verdict = new Verdict(
                0,
                0,
                100,
                0,
                List.of(
                        new Gap(48, 64, Gap.ABANDONED),
                        new Gap(56, 60, Gap.LOST),
                        new Gap(8, 16, Gap.TORN),
                        new Gap(16, 24, Gap.ABANDONED),
                        new Gap(70, 70, Gap.LOST)));

        assertEquals(
                List.of(new Gap(8, 16, Gap.TORN), new Gap(16, 24, Gap.ABANDONED), new Gap(48, 64, Gap.LOST)),
                verdict.gaps());
    }

    @Test
    void shouldKeepItsGapsWhenTheSourceChanges() {
        final List<Gap> gaps = gaps(2);
        final Verdict verdict = new Verdict(0, 8, 100_000, 0, gaps);

        gaps.clear();

        assertEquals(2, verdict.gaps().size());
    }

    @ParameterizedTest
    @CsvSource({
        "-8, 8, 16, 0",
        "8, 0, 16, 0",
        "0, 16, 8, 0",
        "0, 8, 9007199254740992, 0",
        "0, 8, 16, -1",
        "0, 8, 16, 9007199254740992"
    })
    void shouldRefuseWhenItContradictsItself(long from, long prefixEnd, long end, long durable) {
        assertContradicts(new Verdict(from, prefixEnd, end, durable, List.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "8, 8, 16, 24", // empty
        "16, 8, 16, 24", // backwards
        "-8, 8, 16, 24", // before the range
        "0, 8, 16, 72", // behind it
        "32, 40, 8, 16", // in disorder
        "8, 32, 24, 40", // one over the other
        "-9223372036854775808, 9223372036854775807, 8, 16"
    })
    void shouldRefuseGapsThatNoWriterWrites(long from, long to, long nextFrom, long nextTo) {
        final byte[] frame =
                frame(new Verdict(0, 0, 64, 0, List.of(new Gap(8, 16, Gap.TORN), new Gap(24, 32, Gap.LOST))));
        Bytes.putLong(frame, GAPS_OFFSET, from);
        Bytes.putLong(frame, GAPS_OFFSET + 8, to);
        Bytes.putLong(frame, GAPS_OFFSET + 24, nextFrom);
        Bytes.putLong(frame, GAPS_OFFSET + 32, nextTo);

        assertSays(
                assertThrows(MalformedFrameException.class, () -> Verdict.decode(frame, 0, frame.length)),
                "verdict contradicts itself: Verdict[");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 4, 1L << 32})
    void shouldRefuseAGapThatMeansNothing(long meaning) {
        final byte[] frame = frame(new Verdict(0, 0, 64, 0, List.of(new Gap(8, 16, Gap.LOST))));
        Bytes.putLong(frame, GAPS_OFFSET + 16, meaning);

        assertSays(
                assertThrows(MalformedFrameException.class, () -> Verdict.decode(frame, 0, frame.length)),
                "gap=0",
                "meaning=" + meaning);
    }

    @Test
    void shouldRefuseAnyOtherLength() {
        final byte[] frame = frame(new Verdict(0, 8, 100_000, 4096, gaps(2)));
        for (int length = 0; length < frame.length + 50; length++) {
            if (length != frame.length) {
                final byte[] other = Arrays.copyOf(frame, length);
                assertThrows(MalformedFrameException.class, () -> Verdict.decode(other, 0, other.length));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1, 3, 101, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32 | 2})
    void shouldRefuseAnyOtherCount(long count) {
        final byte[] frame = frame(new Verdict(0, 8, 100_000, 4096, gaps(2)));
        Bytes.putLong(frame, FrameLayout.PAYLOAD_OFFSET + 4 * Long.BYTES, count);

        assertSays(
                assertThrows(MalformedFrameException.class, () -> Verdict.decode(frame, 0, frame.length)),
                "verdict of another length");
    }

    private static void assertContradicts(Verdict verdict) {
        final byte[] frame = frame(verdict);
        assertSays(
                assertThrows(
                        MalformedFrameException.class, () -> Verdict.decode(frame, 0, frame.length), verdict::toString),
                "verdict contradicts itself: Verdict[");
    }

    private static List<Gap> gaps(int count) {
        final List<Gap> gaps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            gaps.add(new Gap(8 + 32L * i, 8 + 32L * i + 16, i % 3));
        }
        return gaps;
    }

    private static byte[] frame(Verdict verdict) {
        final SamplesEncoder encoder = new SamplesEncoder();
        final long[] fields = verdict.fields();
        final int length = encoder.fields(FrameLayout.VERDICT, 0, 0, fields, fields.length);
        return Arrays.copyOf(encoder.buffer(), length);
    }
}
