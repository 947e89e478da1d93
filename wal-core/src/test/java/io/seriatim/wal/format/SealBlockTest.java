package io.seriatim.wal.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SealBlockTest {
    private static final long SEED = 0x1234567890abcdefL;
    private static final long BASE = 65536;
    private static final int SEGMENT_BYTES = 8192;
    private static final SealBlock SEAL = new SealBlock(8000, 70, 900, 5, -1, Long.MAX_VALUE);

    @Test
    void shouldDecodeWhatWasEncodedAtAnyOffset() {
        final byte[] block = SEAL.encode(SEED, BASE);
        final byte[] page = new byte[4096];
        System.arraycopy(block, 0, page, SealBlock.OFFSET, block.length);

        assertEquals(SealBlock.LENGTH, block.length);
        assertEquals(SEAL, SealBlock.decode(page, SealBlock.OFFSET, SEED, BASE, SEGMENT_BYTES));
        assertEquals("SEALED\0\0", new String(block, 0, 8, StandardCharsets.US_ASCII));
    }

    @Test
    void shouldFitIntoOneSectorOfItsOwn() {
        assertEquals(0, SealBlock.OFFSET % 512);
        assertEquals(SealBlock.OFFSET / 512, (SealBlock.OFFSET + SealBlock.LENGTH - 1) / 512);
    }

    @Test
    void shouldNotBeThereWhenAnyBitIsFlipped() {
        BitFlips.forEach(SEAL.encode(SEED, BASE), (block, bit) -> assertNull(decode(block), () -> "bit=" + bit));
    }

    @Test
    void shouldNotBeThereWhenNothingWasWritten() {
        assertNull(decode(new byte[SealBlock.LENGTH]));
    }

    @Test
    void shouldNotBeThereWhenItIsAnotherSegments() {
        final byte[] block = SEAL.encode(SEED, BASE);

        assertNull(SealBlock.decode(block, 0, SEED, BASE + SEGMENT_BYTES, SEGMENT_BYTES));
        assertNull(SealBlock.decode(block, 0, SEED + 1, BASE, SEGMENT_BYTES));
    }

    @Test
    void shouldAcceptAnEmptyAndAFullSegment() {
        for (final int end : new int[] {SegmentHeader.HEADER_BYTES, SEGMENT_BYTES}) {
            final SealBlock seal = new SealBlock(end, 0, 0, 0, Long.MAX_VALUE, Long.MIN_VALUE);
            assertEquals(seal, decode(seal.encode(SEED, BASE)));
        }
    }

    @Test
    void shouldNotBeThereWhenItsNumbersCannotBe() {
        for (final SealBlock seal : List.of(
                new SealBlock(SegmentHeader.HEADER_BYTES - 8, 0, 0, 0, 0, 0),
                new SealBlock(SEGMENT_BYTES + 8, 0, 0, 0, 0, 0),
                new SealBlock(SEGMENT_BYTES - 4, 0, 0, 0, 0, 0),
                new SealBlock(-8, 0, 0, 0, 0, 0),
                new SealBlock(8000, -1, 0, 0, 0, 0),
                new SealBlock(8000, 0, -1, 0, 0, 0),
                new SealBlock(8000, 0, 0, -1, 0, 0))) {
            assertNull(decode(seal.encode(SEED, BASE)), seal::toString);
        }
    }

    private static SealBlock decode(byte[] block) {
        return SealBlock.decode(block, 0, SEED, BASE, SEGMENT_BYTES);
    }
}
