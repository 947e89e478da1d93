package io.seriatim.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class OpaqueRecordTest {
    @Test
    void shouldCopyAllBytesOut() {
        final byte[] content = {1, 2, 3};
        final OpaqueRecord record = new OpaqueRecord() {
            @Override
            public int kind() {
                return 7;
            }

            @Override
            public int length() {
                return content.length;
            }

            @Override
            public void copyTo(int offset, byte[] target, int at, int count) {
                System.arraycopy(content, offset, target, at, count);
            }

            @Override
            public long lsn() {
                return 8;
            }
        };

        assertArrayEquals(content, record.toByteArray());
        assertArrayEquals(content, record.array());
        assertEquals(0, record.arrayOffset());
    }
}
