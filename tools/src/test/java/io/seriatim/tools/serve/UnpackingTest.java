package io.seriatim.tools.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class UnpackingTest {
    private static final int MOST = 64 * 1024;
    private static final String[] ENCODINGS = {"identity", "gzip", "zstd", "snappy"};

    private final Admission admission = new Admission(64L << 20, 1);
    private final Unpacking unpacking = new Unpacking(MOST, MOST);

    private static byte[] packed(String encoding, byte[] message) throws IOException {
        return switch (encoding) {
            case "gzip" -> {
                final ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                    gzip.write(message);
                }
                yield out.toByteArray();
            }
            case "zstd" -> {
                final ZstdJavaCompressor zstd = new ZstdJavaCompressor();
                final byte[] out = new byte[zstd.maxCompressedLength(message.length)];
                yield Arrays.copyOf(out, zstd.compress(message, 0, message.length, out, 0, out.length));
            }
            case "snappy" -> {
                final SnappyJavaCompressor snappy = new SnappyJavaCompressor();
                final byte[] out = new byte[snappy.maxCompressedLength(message.length)];
                yield Arrays.copyOf(out, snappy.compress(message, 0, message.length, out, 0, out.length));
            }
            default -> message;
        };
    }

    private Body read(String encoding, byte[] packed) throws IOException, RefusedException {
        try (Admission.Room room = admission.tryEnter()) {
            return unpacking.read(new ByteArrayInputStream(packed), encoding, -1, room);
        }
    }

    private static byte[] message(Random random, int length) {
        final byte[] message = new byte[length];
        for (int i = 0; i < length; i++) {
            message[i] = (byte) random.nextInt(5); // repeats itself, so that there is something to pack
        }
        return message;
    }

    @Test
    void shouldReadWhatWasPacked() throws Exception {
        final Random random = new Random(1);
        for (final String encoding : ENCODINGS) {
            for (final int length : new int[] {0, 1, 8191, 8192, 8193, MOST - 1, MOST}) {
                final byte[] message = message(random, length);
                if (encoding.equals("snappy") && length == MOST) {
                    continue; // its packed form may be longer than a message may be
                }
                final Body body = read(encoding, packed(encoding, message));
                assertArrayEquals(message, Arrays.copyOf(body.bytes(), body.length()), encoding);
            }
        }
    }

    @Test
    void shouldRefuseOneByteTooMany() throws Exception {
        for (final String encoding : ENCODINGS) {
            final byte[] packed = packed(encoding, new byte[MOST + 1]);
            final RefusedException refused = assertThrows(RefusedException.class, () -> read(encoding, packed));
            assertEquals(Refusal.TOO_LARGE, refused.refusal(), encoding);
        }
    }

    @Test
    void shouldRefuseWhatIsHarmedAndThrowNothingElse() throws Exception {
        final Random random = new Random(2);
        int refusals = 0;
        for (int round = 0; round < 4000; round++) {
            final String encoding = ENCODINGS[1 + round % 3];
            final byte[] packed = packed(encoding, message(random, random.nextInt(3000)));
            for (int harms = random.nextInt(4); harms >= 0 && packed.length > 0; harms--) {
                packed[random.nextInt(packed.length)] ^= (byte) (1 << random.nextInt(8));
            }
            final byte[] cut = Arrays.copyOf(packed, packed.length - random.nextInt(Math.min(4, packed.length + 1)));
            try {
                read(encoding, cut);
            } catch (RefusedException refused) {
                refusals++;
                assertTrue(
                        refused.refusal() == Refusal.MALFORMED || refused.refusal() == Refusal.TOO_LARGE,
                        refused::getMessage);
            }
        }
        assertTrue(refusals > 1000, "refusals=" + refusals);
        assertEquals(0, admission.bytes(), "all room is given back");
    }

    @Test
    void shouldNotTakeAFailureOfTheNetworkForADamagedMessage() {
        for (final String encoding : ENCODINGS) {
            final InputStream broken = new InputStream() {
                @Override
                public int read() throws IOException {
                    throw new IOException("connection reset");
                }
            };
            try (Admission.Room room = admission.tryEnter()) {
                final IOException failure =
                        assertThrows(IOException.class, () -> unpacking.read(broken, encoding, -1, room));
                assertEquals("connection reset", failure.getMessage());
            }
        }
    }
}
