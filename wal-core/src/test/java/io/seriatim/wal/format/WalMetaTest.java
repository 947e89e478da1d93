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
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WalMetaTest {
    private static final UUID WAL_ID = new UUID(0x0011223344556677L, -2);
    private static final WalMeta META = meta(0, 4096, Lsn.POSITION_LIMIT - 1);

    @Test
    void shouldDecodeWhatWasEncoded() throws MalformedFrameException {
        final WalMeta decoded = WalMeta.decode(META.encode());

        assertEquals(META, decoded);
        assertEquals(META.hashCode(), decoded.hashCode());
        assertEquals(META.toString(), decoded.toString());
        assertEquals("SERIMETA", new String(META.encode(), 0, 8, StandardCharsets.US_ASCII));
        assertNotEquals(META, meta(0, 4096, 8));
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepTheTimeUnit(TimeUnit unit) throws MalformedFrameException {
        final WalMeta meta = new WalMeta(WAL_ID, unit, 1, new long[0]);

        assertEquals(meta, WalMeta.decode(meta.encode()));
    }

    @Test
    void shouldHoldAFloorForEveryShard() throws MalformedFrameException {
        final WalMeta meta = meta(new long[Lsn.MAX_SHARDS]);

        assertTrue(meta.encode().length <= WalMeta.MAX_BYTES);
        assertEquals(meta, WalMeta.decode(meta.encode()));
        assertThrows(
                MalformedFrameException.class,
                () -> WalMeta.decode(meta(new long[Lsn.MAX_SHARDS + 1]).encode()));
    }

    @Test
    void shouldHaveNoFloorWhereNoneWasStored() {
        assertEquals(4096, META.floor(1));
        assertEquals(0, META.floor(3));
    }

    @Test
    void shouldRefuseEveryBitFlip() {
        BitFlips.forEach(
                META.encode(),
                (bytes, bit) ->
                        assertThrows(MalformedFrameException.class, () -> WalMeta.decode(bytes), () -> "bit=" + bit));
    }

    @Test
    void shouldRefuseEveryTruncation() {
        final byte[] bytes = META.encode();
        for (int length = 0; length < bytes.length; length++) {
            final byte[] truncated = Arrays.copyOf(bytes, length);
            assertThrows(MalformedFrameException.class, () -> WalMeta.decode(truncated));
        }
    }

    /// Found while writing this test: up to seven bytes more were taken for nothing.
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7, 8})
    void shouldRefuseMoreBytesThanItsCountSays(int more) {
        final byte[] bytes = META.encode();

        assertSays(
                assertThrows(
                        MalformedFrameException.class,
                        () -> WalMeta.decode(signed(Arrays.copyOf(bytes, bytes.length + more)))),
                "wal.meta contradicts itself",
                "floors=3");
    }

    @ParameterizedTest
    @CsvSource({"12, 7", "12, -1", "40, 2", "40, 4", "40, -1", "40, 2147483647", "44, 1"})
    void shouldRefuseWhenItContradictsItself(int offset, int value) {
        final byte[] bytes = META.encode();
        Bytes.putInt(bytes, offset, value);

        assertSays(
                assertThrows(MalformedFrameException.class, () -> WalMeta.decode(signed(bytes))),
                "wal.meta contradicts itself");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Lsn.POSITION_LIMIT, Long.MAX_VALUE})
    void shouldRefuseAFloorThatIsNoPosition(long floor) {
        assertSays(
                assertThrows(
                        MalformedFrameException.class,
                        () -> WalMeta.decode(meta(0, floor).encode())),
                "shard=1",
                "floor=" + floor);
    }

    @Test
    void shouldTellTheVersionAndRefuseAnyOther() {
        final byte[] bytes = META.encode();
        assertEquals(1, WalMeta.version(bytes));
        Bytes.putInt(bytes, 8, 2);

        assertEquals(2, WalMeta.version(bytes));
        assertEquals(-1, WalMeta.version(new byte[100]));
        assertEquals(-1, WalMeta.version(new byte[0]));
        assertSays(
                assertThrows(MalformedFrameException.class, () -> WalMeta.decode(signed(bytes))),
                "wal.meta of another version",
                "version=2");
    }

    private static WalMeta meta(long... floors) {
        return new WalMeta(WAL_ID, TimeUnit.MILLISECONDS, 17, floors);
    }

    private static byte[] signed(byte[] bytes) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - Integer.BYTES);
        Bytes.putInt(bytes, bytes.length - Integer.BYTES, (int) crc.getValue());
        return bytes;
    }
}
