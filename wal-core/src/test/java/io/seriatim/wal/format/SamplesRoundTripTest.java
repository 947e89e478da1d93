package io.seriatim.wal.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seriatim.wal.AnyLabels;
import io.seriatim.wal.Labels;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;

/// What goes into a SAMPLES frame comes out, bit for bit. jqwik prints its seed when a property fails.
///
/// Surefire reports a class for one engine only, so this one is all jqwik's, its examples too.
class SamplesRoundTripTest {
    private static final SamplesEncoder ENCODER = new SamplesEncoder();

    /// Doubles whose bits get lost easily: both zeros, subnormals, infinities, NaNs with and without payload.
    private static final Long[] ODD_VALUES = {
        0L,
        Long.MIN_VALUE,
        1L,
        0x000fffffffffffffL,
        0x8000000000000001L,
        0x7ff0000000000000L,
        0xfff0000000000000L,
        0x7ff8000000000000L,
        0x7ff0000000000002L, // Prometheus' staleness marker
        0x7ff0000000000001L,
        0xffffffffffffffffL,
        0x7fefffffffffffffL
    };

    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    @Label("P3: exact label bytes, exact timestamps, exact value bits, in order")
    void shouldDecodeWhatWasEncoded(@ForAll("groups") List<Group> groups) throws MalformedFrameException {
        final int length = Group.encode(ENCODER, groups, Group.LIMIT);

        assertEquals(groups, Group.decode(ENCODER.buffer(), 0, length));
        assertEquals(groups, Group.decode(Arrays.copyOf(ENCODER.buffer(), length), 0, length));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void shouldEndWithZerosUnderTheChecksum(@ForAll("groups") List<Group> groups) {
        final int length = Group.encode(ENCODER, groups, Group.LIMIT);
        final int aligned = FrameLayout.align(length);

        for (int i = length; i < aligned; i++) {
            assertEquals(0, ENCODER.buffer()[i]);
        }
        final CRC32C crc = new CRC32C();
        crc.update(ENCODER.buffer(), FrameLayout.TYPE_OFFSET, aligned - FrameLayout.TYPE_OFFSET);
        assertEquals((int) crc.getValue(), ENCODER.bodyCrc());
    }

    @Provide
    Arbitrary<List<Group>> groups() {
        final Arbitrary<Integer> ref = Arbitraries.oneOf(
                Arbitraries.integers().between(0, Integer.MAX_VALUE),
                Arbitraries.integers().between(0, 100),
                Arbitraries.of(0, 1, Integer.MAX_VALUE - 1, Integer.MAX_VALUE));
        return Combinators.combine(ref, AnyLabels.ofMaxCount(64).injectNull(0.5), samples())
                .as((r, labels, samples) -> new Group(
                        r,
                        labels,
                        samples.stream().map(Tuple2::get1).toList(),
                        samples.stream().map(Tuple2::get2).toList()))
                .list()
                .ofMinSize(1)
                .ofMaxSize(12);
    }

    private static Arbitrary<List<Tuple2<Long, Long>>> samples() {
        final Arbitrary<Long> timestamp = Arbitraries.oneOf(
                Arbitraries.longs(),
                Arbitraries.longs().between(1_700_000_000_000L, 1_700_000_000_100L),
                Arbitraries.of(Long.MIN_VALUE, -1L, 0L, Long.MAX_VALUE));
        final Arbitrary<Long> value = Arbitraries.oneOf(Arbitraries.longs(), Arbitraries.of(ODD_VALUES));
        return Arbitraries.oneOf(
                Combinators.combine(timestamp, value).as(Tuple::of).list().ofMaxSize(3),
                Combinators.combine(timestamp, value).as(Tuple::of).list().ofMaxSize(200));
    }

    @Example
    void shouldKeepTheLongestLabels() throws MalformedFrameException {
        final String first = "v".repeat(Labels.MAX_VALUE_BYTES);
        final String second = "v".repeat(Labels.MAX_ENCODED_BYTES - Labels.MAX_VALUE_BYTES - 1 - 2 * (1 + 1 + 3));
        final Labels longest = Labels.of("a", first, "b", second);
        assertEquals(Labels.MAX_ENCODED_BYTES, longest.encodedLength());

        assertRoundTrip(Group.of(Integer.MAX_VALUE, longest, 1, 2.5), Group.of(0, longest));
    }

    @Example
    void shouldKeepExtremeTimestampsWhichWrap() throws MalformedFrameException {
        assertRoundTrip(
                Group.of(0, null, Long.MAX_VALUE, 1, Long.MIN_VALUE, 2, Long.MAX_VALUE, 3, 0, 4),
                Group.of(1, null, Long.MIN_VALUE, 5));
        assertRoundTrip(Group.of(0, null, Long.MIN_VALUE, 1));
        assertRoundTrip(Group.of(0, null, Long.MAX_VALUE, 1));
    }

    @Example
    void shouldKeepOddValues() throws MalformedFrameException {
        final List<Long> timestamps =
                LongStream.range(0, ODD_VALUES.length).boxed().toList();

        assertRoundTrip(new Group(3, null, timestamps, List.of(ODD_VALUES)));
    }

    @Example
    void shouldKeepReferencesInAnyOrder() throws MalformedFrameException {
        assertRoundTrip(
                Group.of(Integer.MAX_VALUE, null, 1, 1),
                Group.of(0, null, 1, 2),
                Group.of(0, null, 1, 3),
                Group.of(Integer.MAX_VALUE, null, 1, 4),
                Group.of(Integer.MAX_VALUE - 1, null, 1, 5));
    }

    @Example
    void shouldKeepAFrameWithoutAnySample() throws MalformedFrameException {
        assertRoundTrip(Group.of(5, Labels.of("a", "b")), Group.of(6, null));
    }

    @Example
    void shouldKeepManySamples() throws MalformedFrameException {
        final List<Long> timestamps =
                LongStream.range(0, 50_000).map(i -> i * i).boxed().toList();

        assertRoundTrip(new Group(9, Labels.of("a", "b"), timestamps, timestamps));
    }

    private static void assertRoundTrip(Group... groups) throws MalformedFrameException {
        final byte[] frame = Group.frame(groups);

        assertEquals(List.of(groups), Group.decode(frame, 0, frame.length));
    }
}
