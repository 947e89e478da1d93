package io.seriatim.wal.format;

import static io.seriatim.wal.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Lsn;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsumerPositionTest {
    private static final UUID WAL_ID = new UUID(0x0011223344556677L, -2);
    private static final ConsumerPosition SOME = position(0, 4096, Lsn.POSITION_LIMIT - 1);

    @Test
    void shouldDecodeWhatWasEncoded() throws MalformedFrameException {
        final ConsumerPosition decoded = ConsumerPosition.decode(SOME.encode());

        assertEquals(SOME, decoded);
        assertEquals(SOME.hashCode(), decoded.hashCode());
        assertEquals(SOME.toString(), decoded.toString());
        assertEquals("SERICONS", new String(SOME.encode(), 0, 8, StandardCharsets.US_ASCII));
        assertNotEquals(SOME, position(0, 4096, 8));
        assertEquals(4096, SOME.position(1));
        assertEquals(0, SOME.position(3));
    }

    @Test
    void shouldHoldAPositionForEveryShard() throws MalformedFrameException {
        final ConsumerPosition many = position(new long[Lsn.MAX_SHARDS]);

        assertTrue(many.encode().length <= ConsumerPosition.MAX_BYTES);
        assertEquals(many, ConsumerPosition.decode(many.encode()));
        assertThrows(
                MalformedFrameException.class,
                () -> ConsumerPosition.decode(
                        position(new long[Lsn.MAX_SHARDS + 1]).encode()));
    }

    @Test
    void shouldRefuseEveryBitFlip() {
        BitFlips.forEach(
                SOME.encode(),
                (bytes, bit) -> assertThrows(
                        MalformedFrameException.class, () -> ConsumerPosition.decode(bytes), () -> "bit=" + bit));
    }

    @Test
    void shouldRefuseEveryTruncation() {
        final byte[] bytes = SOME.encode();
        for (int length = 0; length < bytes.length; length++) {
            final byte[] truncated = Arrays.copyOf(bytes, length);
            assertThrows(MalformedFrameException.class, () -> ConsumerPosition.decode(truncated));
        }
    }

    @ParameterizedTest
    @CsvSource({"12, 1", "32, 2", "32, 4", "32, -1", "32, 2147483647", "36, 1"})
    void shouldRefuseWhenItContradictsItself(int offset, int value) {
        final byte[] bytes = SOME.encode();
        Bytes.putInt(bytes, offset, value);

        assertSays(
                assertThrows(MalformedFrameException.class, () -> ConsumerPosition.decode(signed(bytes))),
                "contradicts itself");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Lsn.POSITION_LIMIT, Long.MAX_VALUE})
    void shouldRefuseWhatIsNoPosition(long position) {
        assertSays(
                assertThrows(
                        MalformedFrameException.class,
                        () -> ConsumerPosition.decode(position(0, position).encode())),
                "shard=1",
                "position=" + position);
    }

    @Test
    void shouldRefuseAnyOtherVersion() {
        final byte[] bytes = SOME.encode();
        Bytes.putInt(bytes, 8, 2);

        assertSays(
                assertThrows(MalformedFrameException.class, () -> ConsumerPosition.decode(signed(bytes))), "version=2");
    }

    private static ConsumerPosition position(long... positions) {
        return new ConsumerPosition(WAL_ID, positions);
    }

    private static byte[] signed(byte[] bytes) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - Integer.BYTES);
        Bytes.putInt(bytes, bytes.length - Integer.BYTES, (int) crc.getValue());
        return bytes;
    }
}
