package io.seriatim.wal.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class Crc32cWordsTest {
    private static final long[] EDGES = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 0xffL << 56, 0xffffffffL, -1L << 32};

    @Test
    void shouldAgreeWithTheJdkAtTheEdges() {
        for (final long first : EDGES) {
            for (final long second : EDGES) {
                for (final long third : EDGES) {
                    assertAgrees(first, second, third);
                }
            }
        }
    }

    @Test
    void shouldAgreeWithTheJdkForEveryBitAlone() {
        for (int bit = 0; bit < 64; bit++) {
            assertAgrees(1L << bit, 0, 0);
            assertAgrees(0, 1L << bit, 0);
            assertAgrees(0, 0, 1L << bit);
        }
    }

    @Test
    void shouldAgreeWithTheJdkForRandomWords() {
        final Random random = new Random(42);
        for (int i = 0; i < 100_000; i++) {
            assertAgrees(random.nextLong(), random.nextLong(), random.nextLong());
        }
    }

    private static void assertAgrees(long first, long second, long third) {
        final byte[] bytes = new byte[3 * Long.BYTES];
        Bytes.putLong(bytes, 0, first);
        Bytes.putLong(bytes, 8, second);
        Bytes.putLong(bytes, 16, third);
        final CRC32C crc = new CRC32C();
        crc.update(bytes);

        assertEquals((int) crc.getValue(), Crc32cWords.of(first, second, third));
    }
}
