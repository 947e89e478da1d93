package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MmapPlaceholderTest {
    @Test
    void shouldHoldOneEntry() {
        assertEquals(1, MmapPlaceholder.size());
    }
}
