package io.seriatim.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VarintTest {
    @Test
    void shouldReturnWhatWasPutAroundEveryPowerOfTwo() {
        final byte[] target = new byte[9];
        for (int bits = 0; bits < 63; bits++) {
            for (long value = Math.max(0, (1L << bits) - 1); value <= (1L << bits) + 1; value++) {
                final int end = Varint.put(target, 0, value);

                assertEquals(Varint.length(value), end);
                assertEquals(value, Varint.get(target, 0, end));
                assertEquals(-1, Varint.get(target, 0, end - 1));
            }
        }
        assertEquals(9, Varint.put(target, 0, Long.MAX_VALUE));
        assertEquals(Long.MAX_VALUE, Varint.get(target, 0, 9));
    }

    @ParameterizedTest
    @CsvSource({"0, 00", "1, 01", "127, 7f", "128, 80 01", "300, ac 02", "16384, 80 80 01"})
    void shouldPutLowGroupsFirst(long value, String hex) {
        final byte[] target = new byte[9];
        final int end = Varint.put(target, 0, value);

        assertEquals(hex, HexFormat.ofDelimiter(" ").formatHex(target, 0, end));
    }

    @ParameterizedTest
    @ValueSource(strings = {"80 00", "ff 00", "80 80 00", "80", "ff ff", "ff ff ff ff ff ff ff ff ff 01"})
    void shouldRefuseWhenNotShortestOrUnfinished(String hex) {
        final byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);

        assertEquals(-1, Varint.get(bytes, 0, bytes.length));
    }
}
