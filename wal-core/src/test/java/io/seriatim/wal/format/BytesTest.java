package io.seriatim.wal.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class BytesTest {
    @Test
    void shouldBeLittleEndianAtAnyOffset() {
        final byte[] bytes = new byte[13];

        Bytes.putInt(bytes, 1, 0x04030201);
        Bytes.putLong(bytes, 5, 0x0c0b0a0908070605L);

        assertArrayEquals(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, bytes);
        assertEquals(0x04030201, Bytes.getInt(bytes, 1));
        assertEquals(0x0c0b0a0908070605L, Bytes.getLong(bytes, 5));
    }

    @Test
    void shouldThrowWhenOutsideTheArray() {
        assertThrows(IndexOutOfBoundsException.class, () -> Bytes.getInt(new byte[8], 5));
        assertThrows(IndexOutOfBoundsException.class, () -> Bytes.getLong(new byte[8], 1));
        assertThrows(IndexOutOfBoundsException.class, () -> Bytes.putLong(new byte[8], -1, 0));
    }
}
