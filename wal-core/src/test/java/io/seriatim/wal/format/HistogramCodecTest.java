package io.seriatim.wal.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.seriatim.wal.Histogram;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HistogramCodecTest {
    private static final long SEED = 20_261_126;
    private static final int LIMIT = 1 << 20;
    private static final long NOW = GoldenSegment.T;

    private final HistogramCodec codec = new HistogramCodec();
    private final Histogram decoded = new Histogram();

    @Test
    @DisplayName("P3: a histogram comes back bit for bit")
    void shouldComeBackWhenEncoded() throws MalformedFrameException {
        final Random random = new Random(SEED);
        for (int round = 0; round < 20_000; round++) {
            final Histogram histogram = Histograms.random(random, NOW);
            final byte[] body = body(histogram);

            codec.decode(body, 0, body.length, NOW, decoded);

            final int number = round;
            assertEquals(histogram, decoded, () -> "seed=" + SEED + " round=" + number);
            assertEquals(Histograms.text(histogram), Histograms.text(decoded));
            assertEquals(histogram, new Histogram().set(decoded));
        }
    }

    @Test
    @DisplayName("P12: forged bytes are refused, or are the one encoding of what they say")
    void shouldRefuseOrBeCanonicalWhenBytesAreMutated() {
        final Random random = new Random(SEED);
        int accepted = 0;
        int refused = 0;
        for (int round = 0; round < 200_000; round++) {
            byte[] body = body(Histograms.random(random, NOW));
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                switch (random.nextInt(4)) {
                    case 0 -> body = Arrays.copyOf(body, random.nextInt(body.length + 12));
                    case 1 -> body = insertFfs(body, random);
                    default -> {
                        if (body.length > 0) {
                            body[random.nextInt(body.length)] = (byte) random.nextInt();
                        }
                    }
                }
            }
            try {
                codec.decode(body, 0, body.length, NOW, decoded);
                final int number = round;
                final byte[] found = body;
                final byte[] again = body(decoded);
                assertEquals(-1, Arrays.mismatch(found, again), () -> "seed=" + SEED + " round=" + number);
                accepted++;
            } catch (MalformedFrameException _) {
                refused++;
            }
        }
        assertTrue(accepted > 1000 && refused > 1000, "accepted=" + accepted + " refused=" + refused);
    }

    /// Varints of the largest numbers: what bounds are checked against.
    private static byte[] insertFfs(byte[] body, Random random) {
        final int at = random.nextInt(body.length + 1);
        final int length = 1 + random.nextInt(10);
        final byte[] longer = new byte[body.length + length];
        System.arraycopy(body, 0, longer, 0, at);
        Arrays.fill(longer, at, at + length - 1, (byte) 0xff);
        longer[at + length - 1] = (byte) (length == 10 ? 1 : 0x7f);
        System.arraycopy(body, at, longer, at + length, body.length - at);
        return longer;
    }

    @Test
    @DisplayName("P12: memory is bounded by the bytes that are there")
    void shouldNotAllocateMoreThanTheBytesCanFill() {
        final var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        // Two billion bounds, and as many buckets in one run.
        final byte[][] hostile = {
            {0, 1, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7},
            {0, 1, 0, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7, 0, (byte) 0xff, (byte) 0xff, 127}
        };
        for (final byte[] body : hostile) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            assertThrows(
                    MalformedFrameException.class,
                    () -> new HistogramCodec().decode(body, 0, body.length, NOW, decoded));
            final long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < 1 << 20, "allocated=" + allocated);
        }
    }

    @Test
    void shouldRefuseBucketsThatTheKindHasNot() {
        final Histogram explicit = new Histogram().addBound(1);
        explicit.positive().add(2, 1);
        assertThrows(IllegalArgumentException.class, () -> body(explicit));
        explicit.clear().addBound(1).negative().add(0, 1);
        assertThrows(IllegalArgumentException.class, () -> body(explicit));
        explicit.clear().positive().add(-1, 1);
        assertThrows(IllegalArgumentException.class, () -> body(explicit));
        final Histogram exponential = new Histogram().exponential(0, 0, 0).addBound(1);
        assertThrows(IllegalArgumentException.class, () -> body(exponential));
    }

    @Test
    void shouldRefuseBucketsOutOfOrder() {
        final Histogram.Buckets buckets = new Histogram().positive();
        buckets.add(3, 1);
        assertThrows(IllegalArgumentException.class, () -> buckets.add(3, 1));
        assertThrows(IllegalArgumentException.class, () -> buckets.add(2, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> buckets.index(1));
        assertThrows(IndexOutOfBoundsException.class, () -> new Histogram().bound(0));
    }

    @Test
    void shouldCountBeyondTheLargestLong() {
        final Histogram histogram = new Histogram().count(-1);
        assertEquals(0x1p64, histogram.counts(histogram.count()));
        assertEquals(1.5, histogram.floatCounts(true).counts(Double.doubleToRawLongBits(1.5)));
    }

    @Test
    void shouldDifferWhenAnythingDiffers() {
        final Random random = new Random(SEED);
        for (int round = 0; round < 2000; round++) {
            final Histogram one = Histograms.random(random, NOW);
            final Histogram other = Histograms.random(random, NOW);
            assertEquals(Histograms.text(one).equals(Histograms.text(other)), one.equals(other));
        }
        assertFalse(new Histogram().sum(0).equals(new Histogram()));
    }

    private static byte[] body(Histogram histogram) {
        final SamplesEncoder encoder = new SamplesEncoder();
        encoder.beginDetail(0, NOW, LIMIT);
        encoder.histogram(histogram);
        return Arrays.copyOfRange(encoder.buffer(), FrameLayout.DETAIL_BODY_OFFSET, encoder.endDetail(null));
    }
}
