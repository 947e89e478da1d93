package io.seriatim.wal.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Labels;
import io.seriatim.wal.WalConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The format does not change unnoticed: neither what is written nor what is read. See [GoldenSegment] for how to
/// change it on purpose.
class GoldenSegmentTest {
    private static final Path SOURCE = Path.of("src", "test", "resources", "golden.seg");
    private static final GoldenSegment GOLDEN = new GoldenSegment();
    private static final long SEED = GoldenSegment.HEADER.seed();
    private static final long BASE = GoldenSegment.HEADER.base();

    private static final String CONTENT = """
        4096 VERDICT Verdict[from=32768, prefixEnd=36864, end=40960, durable=38912, gaps=[\
        Gap[from=36864, to=36928, meaning=1], Gap[from=39936, to=39968, meaning=2]]]
        4200 SAMPLES 0 {__name__="up", job="api"} [1700000000000 3ff0000000000000]
        4264 SAMPLE 0 [1700000005000 0]
        4296 SAMPLES 0 [1700000010000 3ff0000000000000, 1699999999000 8000000000000000, \
        1700000010000 7ff0000000000000]
        4368 SAMPLES 1 {__name__="temp", note="", ort="Zürich"} [1700000015000 c029000000000000] \
        0 [1700000015000 7ff0000000000002] \
        2 {__name__="idle"} [] \
        1 [1700000015000 1, 1700000015000 7e37e43c8800759c]
        4496 RECORD 42 hello, log
        4528 PAD 8
        4536 PAD 24
        4560 MARK Mark[durable=65536, from=69632, to=70096, records=5, wallClockMs=1700000000020, flags=0]
        4616 SAMPLE 1 [1700000000000 1]
        4648 SAMPLES 0 [1700000000000 3ff0000000000000, 1700000000000 4000000000000000, \
        1700000000000 4008000000000000, 1700000000001 4010000000000000, 1700000000002 4014000000000000]
        4728 HISTOGRAM 0 1700000020000 bounds [0.5, 2.0] start 1700000000000 count 300 sum 150.25 min 0.125 max 8.0 \
        positive {0=200, 1=0, 2=100} negative {}
        4808 HISTOGRAM 3 {__name__="rt"} 1700000020000 scale 3 zero 1.0E-9 2 delta CONTINUED count 9 \
        positive {-2=1, -1=3, 4=1} negative {0=2}
        4872 EXEMPLAR 0 1700000015000 0.25 {trace_id="4bf9"}
        4920 METADATA 3 {__name__="rt"} 1700000000000 {type="histogram", unit="s"}
        4984 MARK Mark[durable=70520, from=70520, to=70520, records=0, wallClockMs=1700000000025, flags=2]
        """;

    @BeforeAll
    static void regenerateIfAsked() throws IOException {
        if (Boolean.getBoolean("golden.regenerate")) {
            Files.write(SOURCE, GOLDEN.bytes());
            System.out.println("written: " + SOURCE.toAbsolutePath());
        }
    }

    @Test
    void shouldWriteTheSameBytesAsEver() throws IOException {
        final byte[] stored = stored();
        final byte[] built = GOLDEN.bytes();

        assertEquals(-1, Arrays.mismatch(stored, built), "offset of the first byte that differs");
    }

    @Test
    void shouldReadWhatWasWrittenOnce() throws IOException, MalformedFrameException {
        final byte[] segment = stored();
        final SegmentHeader header = SegmentHeader.decode(Arrays.copyOf(segment, SegmentHeader.BLOCK_BYTES));
        final SealBlock seal =
                SealBlock.decode(segment, SealBlock.OFFSET, header.seed(), header.base(), header.segmentBytes());

        assertEquals(GoldenSegment.HEADER, header);
        assertNotNull(seal);
        final StringBuilder content = new StringBuilder();
        final Totals totals = new Totals();
        int at = SegmentHeader.HEADER_BYTES;
        while (Bytes.getInt(segment, at) != 0) {
            assertTrue(Frames.isValid(segment, at, header.seed(), header.base()), "no valid frame at offset=" + at);
            content.append(at).append(' ').append(describe(segment, at, totals)).append('\n');
            at += FrameLayout.align(Bytes.getInt(segment, at));
        }
        assertEquals(CONTENT, content.toString());
        assertEquals(
                seal, new SealBlock(at, totals.records, totals.samples, totals.definitions, totals.min, totals.max));
    }

    @Test
    void shouldHaveNothingButZerosElsewhere() throws IOException {
        final byte[] segment = stored();
        assertEquals(WalConfig.MIN_SEGMENT_BYTES, segment.length);

        assertZeros(segment, SegmentHeader.BLOCK_BYTES, SealBlock.OFFSET);
        assertZeros(segment, SealBlock.OFFSET + SealBlock.LENGTH, SegmentHeader.HEADER_BYTES);
        assertZeros(segment, GOLDEN.end(), segment.length);
    }

    /// Every bit of every frame is under the checksum, but the body of a pad.
    @Test
    void shouldNotBeValidWhenAnyBitOfAFrameIsFlipped() throws IOException {
        final byte[] segment = stored();
        int at = SegmentHeader.HEADER_BYTES;
        while (at < GOLDEN.end()) {
            final int length = Bytes.getInt(segment, at);
            final int type = Bytes.getInt(segment, at + FrameLayout.TYPE_OFFSET);
            final boolean pad = length == FrameLayout.SHORT_PAD_LENGTH || FrameLayout.type(type) == FrameLayout.PAD;
            final int covered = pad ? Math.min(length, FrameLayout.PAYLOAD_OFFSET) : FrameLayout.align(length);
            for (int bit = 0; bit < covered * 8; bit++) {
                segment[at + bit / 8] ^= (byte) (1 << bit % 8);
                assertFalse(Frames.isValid(segment, at, SEED, BASE), "offset=" + at + " bit=" + bit);
                segment[at + bit / 8] ^= (byte) (1 << bit % 8);
            }
            at += FrameLayout.align(length);
        }
    }

    @Test
    void shouldNotBeValidAnywhereElse() throws IOException {
        final byte[] segment = stored();
        for (int at = SegmentHeader.HEADER_BYTES;
                at < GOLDEN.end();
                at += FrameLayout.align(Bytes.getInt(segment, at))) {
            assertTrue(Frames.isValid(segment, at, SEED, BASE));
            assertFalse(Frames.isValid(segment, at, SEED, BASE + 8));
            assertFalse(Frames.isValid(segment, at, SEED, BASE + segment.length));
            assertFalse(Frames.isValid(segment, at, SEED + 1, BASE));
        }
    }

    @Test
    void shouldHaveNoFrameInZeros() {
        final byte[] zeros = new byte[64];
        for (int at = 0; at < 32; at += 8) {
            assertFalse(Frames.isValid(zeros, at, SEED, BASE));
        }
    }

    private static byte[] stored() throws IOException {
        try (InputStream resource = GoldenSegmentTest.class.getResourceAsStream("/golden.seg")) {
            return Boolean.getBoolean("golden.regenerate") ? Files.readAllBytes(SOURCE) : resource.readAllBytes();
        }
    }

    private static void assertZeros(byte[] segment, int from, int to) {
        assertArrayEquals(new byte[to - from], Arrays.copyOfRange(segment, from, to));
    }

    private static final class Totals {
        private long records;
        private long samples;
        private long definitions;
        private long min = Long.MAX_VALUE;
        private long max = Long.MIN_VALUE;
    }

    private static String describe(byte[] segment, int at, Totals totals) throws MalformedFrameException {
        final int length = Bytes.getInt(segment, at);
        if (length == FrameLayout.SHORT_PAD_LENGTH) {
            return "PAD 8";
        }
        final SamplesDecoder decoder = new SamplesDecoder();
        switch (FrameLayout.type(Bytes.getInt(segment, at + FrameLayout.TYPE_OFFSET))) {
            case FrameLayout.PAD:
                return "PAD " + length;
            case FrameLayout.VERDICT:
                return "VERDICT " + Verdict.decode(segment, at, length);
            case FrameLayout.MARK:
                return "MARK " + Mark.decode(segment, at, length);
            case FrameLayout.SAMPLE:
                totals.records++;
                decoder.sampleFrame(segment, at, length, 0);
                return "SAMPLE" + groups(decoder, segment, totals);
            case FrameLayout.SAMPLES:
                totals.records++;
                decoder.samplesFrame(segment, at, length, 0);
                return "SAMPLES" + groups(decoder, segment, totals);
            case FrameLayout.HISTOGRAM:
                return detail("HISTOGRAM", segment, at, totals);
            case FrameLayout.EXEMPLAR:
                return detail("EXEMPLAR", segment, at, totals);
            case FrameLayout.METADATA:
                return detail("METADATA", segment, at, totals);
            case FrameLayout.RECORD:
                totals.records++;
                return "RECORD " + Bytes.getInt(segment, at + FrameLayout.WORD_OFFSET) + " "
                        + new String(
                                segment,
                                at + FrameLayout.RECORD_BYTES_OFFSET,
                                length - FrameLayout.RECORD_BYTES_OFFSET,
                                StandardCharsets.UTF_8);
            default:
                throw new MalformedFrameException("unknown type at " + at);
        }
    }

    private static String detail(String name, byte[] segment, int at, Totals totals) throws MalformedFrameException {
        final DetailDecoder decoder = new DetailDecoder();
        final int type = FrameLayout.type(Bytes.getInt(segment, at + FrameLayout.TYPE_OFFSET));
        decoder.frame(type, segment, at, Bytes.getInt(segment, at));
        totals.records++;
        if (type != FrameLayout.METADATA) {
            totals.min = Math.min(totals.min, decoder.timestamp());
            totals.max = Math.max(totals.max, decoder.timestamp());
        }
        final String labels = decoder.labelsLength() == 0
                ? ""
                : Labels.decode(segment, decoder.labelsOffset(), decoder.labelsLength()) + " ";
        return name + " " + decoder.ref() + " " + labels + decoder.timestamp() + " "
                + switch (type) {
                    case FrameLayout.HISTOGRAM -> Histograms.text(decoder.histogram());
                    case FrameLayout.EXEMPLAR -> Double.longBitsToDouble(decoder.valueBits()) + " " + decoder.own();
                    default -> decoder.own();
                };
    }

    private static String groups(SamplesDecoder decoder, byte[] segment, Totals totals) throws MalformedFrameException {
        final StringBuilder text = new StringBuilder();
        while (decoder.next()) {
            final Group group = Group.current(decoder, segment);
            text.append(' ').append(group.ref());
            if (group.labels() != null) {
                totals.definitions++;
                text.append(' ').append(group.labels());
            }
            text.append(" [");
            for (int i = 0; i < decoder.count(); i++) {
                totals.samples++;
                totals.min = Math.min(totals.min, decoder.timestamp(i));
                totals.max = Math.max(totals.max, decoder.timestamp(i));
                text.append(i == 0 ? "" : ", ")
                        .append(decoder.timestamp(i))
                        .append(' ')
                        .append(Long.toHexString(decoder.valueBits(i)));
            }
            text.append(']');
        }
        return text.toString();
    }
}
