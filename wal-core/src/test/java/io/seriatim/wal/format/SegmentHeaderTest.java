package io.seriatim.wal.format;

import static io.seriatim.wal.Failures.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seriatim.wal.Lsn;
import io.seriatim.wal.WalConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentHeaderTest {
    private static final UUID WAL_ID = new UUID(0x0011223344556677L, 0x8899aabbccddeeffL);
    private static final UUID BOOT_ID = new UUID(-1, 1);
    private static final long LAST_BASE = Lsn.POSITION_LIMIT - WalConfig.MIN_SEGMENT_BYTES - 8;

    private static final SegmentHeader HEADER = new SegmentHeader(
            WAL_ID, 2, 4, -77, 9, 12, 11, 1 << 20, 8192, TimeUnit.MICROSECONDS, 1_700_000_000_000L, BOOT_ID);

    @Test
    void shouldDecodeWhatWasEncoded() throws MalformedFrameException {
        final byte[] block = HEADER.encode();

        assertEquals(SegmentHeader.BLOCK_BYTES, block.length);
        assertEquals(HEADER, SegmentHeader.decode(block));
        assertEquals("SERIATIM", new String(block, 0, 8, StandardCharsets.US_ASCII));
    }

    @Test
    void shouldDecodeTheExtremes() throws MalformedFrameException {
        for (final SegmentHeader header : List.of(
                header(0, 1, 0, -1, 0, WalConfig.MIN_SEGMENT_BYTES),
                header(Lsn.MAX_SHARDS - 1, Lsn.MAX_SHARDS, Long.MAX_VALUE, -1, 8, WalConfig.MAX_SEGMENT_BYTES),
                header(0, 1, 1, 0, LAST_BASE, WalConfig.MIN_SEGMENT_BYTES))) {
            assertEquals(header, SegmentHeader.decode(header.encode()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepTheTimeUnit(TimeUnit unit) throws MalformedFrameException {
        final SegmentHeader header = new SegmentHeader(WAL_ID, 0, 1, 1, 1, 0, -1, 0, 8192, unit, 0, new UUID(0, 0));

        assertEquals(unit, SegmentHeader.decode(header.encode()).timeUnit());
    }

    @Test
    void shouldRefuseEveryBitFlip() {
        BitFlips.forEach(
                HEADER.encode(),
                (block, bit) -> assertThrows(
                        MalformedFrameException.class, () -> SegmentHeader.decode(block), () -> "bit=" + bit));
    }

    @Test
    void shouldSayThatItIsNoSegmentWhenTheMagicIsMissing() {
        final byte[] zeros = new byte[SegmentHeader.BLOCK_BYTES];

        assertSays(
                assertThrows(MalformedFrameException.class, () -> SegmentHeader.decode(zeros)),
                "no segment: magic=0x0");
        assertEquals(-1, SegmentHeader.version(zeros));
    }

    @Test
    void shouldNameBothChecksumsWhenTheyDiffer() {
        final byte[] block = HEADER.encode();
        block[100] ^= 1;

        assertSays(
                assertThrows(MalformedFrameException.class, () -> SegmentHeader.decode(block)),
                "header checksum: expected=0x",
                "stored=0x");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, Integer.MAX_VALUE, -5})
    void shouldTellTheVersionAndRefuseAnyOther(int version) {
        final byte[] block = withInt(SegmentHeader.VERSION_OFFSET, version);

        assertEquals(version, SegmentHeader.version(block));
        assertSays(
                assertThrows(MalformedFrameException.class, () -> SegmentHeader.decode(block)),
                "header of another version");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 7, Integer.MAX_VALUE})
    void shouldRefuseWhenThereIsNoSuchTimeUnit(int ordinal) {
        assertSays(
                assertThrows(MalformedFrameException.class, () -> SegmentHeader.decode(withInt(84, ordinal))),
                "header names no time unit",
                "ordinal=" + ordinal);
    }

    @Test
    void shouldRefuseWhenItContradictsItself() {
        final int bytes = WalConfig.MIN_SEGMENT_BYTES;
        for (final SegmentHeader header : List.of(
                header(-1, 1, 0, -1, 0, bytes),
                header(Lsn.MAX_SHARDS, Lsn.MAX_SHARDS, 0, -1, 0, bytes),
                header(0, 0, 0, -1, 0, bytes),
                header(0, Lsn.MAX_SHARDS + 1, 0, -1, 0, bytes),
                header(0, 1, -1, -2, 0, bytes),
                header(0, 1, 3, 3, 0, bytes),
                header(0, 1, 3, 4, 0, bytes),
                header(0, 1, 3, -2, 0, bytes),
                header(0, 1, 0, -1, -8, bytes),
                header(0, 1, 0, -1, 4, bytes),
                header(0, 1, 0, -1, LAST_BASE + 8, bytes),
                header(0, 1, 0, -1, Long.MAX_VALUE - 7, bytes),
                header(0, 1, 0, -1, 0, 4096),
                header(0, 1, 0, -1, 0, -4096),
                header(0, 1, 0, -1, 0, 8200),
                header(0, 1, 0, -1, 0, WalConfig.MAX_SEGMENT_BYTES + 4096))) {
            assertSays(
                    assertThrows(
                            MalformedFrameException.class,
                            () -> SegmentHeader.decode(header.encode()),
                            header::toString),
                    "header contradicts itself");
        }
        assertThrows(MalformedFrameException.class, () -> SegmentHeader.decode(withInt(12, 8192)));
    }

    @Test
    void shouldSeedChecksumsByLogShardAndEpoch() {
        final long seed = HEADER.seed();

        assertEquals(FrameSeed.of(WAL_ID.getMostSignificantBits(), WAL_ID.getLeastSignificantBits(), 2, -77), seed);
        assertNotEquals(seed, header(2, 4, 12, 11, 1 << 20, 8192).seed());
    }

    private static SegmentHeader header(
            int shard, int shards, long sequence, long predecessor, long base, int segmentBytes) {
        return new SegmentHeader(
                WAL_ID, shard, shards, 5, 1, sequence, predecessor, base, segmentBytes, TimeUnit.SECONDS, 0, BOOT_ID);
    }

    /// The block with another number in it, and the checksum to match: a forgery.
    private static byte[] withInt(int offset, int value) {
        final byte[] block = HEADER.encode();
        Bytes.putInt(block, offset, value);
        final CRC32C crc = new CRC32C();
        crc.update(block, 0, SegmentHeader.CRC_OFFSET);
        Bytes.putInt(block, SegmentHeader.CRC_OFFSET, (int) crc.getValue());
        return block;
    }
}
