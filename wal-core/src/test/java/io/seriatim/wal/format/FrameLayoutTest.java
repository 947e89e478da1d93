package io.seriatim.wal.format;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameLayoutTest {
    private static final MemoryLayout AUX = MemoryLayout.sequenceLayout(3, JAVA_BYTE);

    private static final StructLayout SAMPLE = MemoryLayout.structLayout(
            JAVA_INT.withName("length"),
            JAVA_INT.withName("crc"),
            JAVA_BYTE.withName("type"),
            AUX.withName("aux"),
            JAVA_INT.withName("ref"),
            JAVA_LONG.withName("timestamp"),
            JAVA_LONG.withName("value"));

    private static final StructLayout SAMPLES = MemoryLayout.structLayout(
            JAVA_INT.withName("length"),
            JAVA_INT.withName("crc"),
            JAVA_BYTE.withName("type"),
            AUX.withName("definitions"),
            JAVA_INT.withName("samples"),
            JAVA_LONG.withName("min"),
            JAVA_LONG.withName("max"),
            MemoryLayout.sequenceLayout(0, JAVA_BYTE).withName("groups"));

    @AutoClose
    private final Arena arena = Arena.ofConfined();

    private final MemorySegment memory = arena.allocate(64, 8);

    @Test
    void shouldLayOutTheHeaderAsAStruct() {
        assertEquals(offset(SAMPLE, "length"), FrameLayout.LENGTH_OFFSET);
        assertEquals(offset(SAMPLE, "crc"), FrameLayout.CRC_OFFSET);
        assertEquals(offset(SAMPLE, "type"), FrameLayout.TYPE_OFFSET);
        assertEquals(offset(SAMPLE, "type"), FrameLayout.SHORT_PAD_LENGTH);
        assertEquals(offset(SAMPLE, "ref"), FrameLayout.WORD_OFFSET);
        assertEquals(offset(SAMPLE, "timestamp"), FrameLayout.PAYLOAD_OFFSET);
        assertEquals(offset(SAMPLE, "timestamp"), FrameLayout.RECORD_BYTES_OFFSET);
    }

    @Test
    void shouldLayOutSampleAndSamplesAsStructs() {
        assertEquals(offset(SAMPLE, "timestamp"), FrameLayout.SAMPLE_TIMESTAMP_OFFSET);
        assertEquals(offset(SAMPLE, "value"), FrameLayout.SAMPLE_VALUE_OFFSET);
        assertEquals(SAMPLE.byteSize(), FrameLayout.SAMPLE_LENGTH);
        assertEquals(offset(SAMPLES, "min"), FrameLayout.SAMPLES_MIN_OFFSET);
        assertEquals(offset(SAMPLES, "max"), FrameLayout.SAMPLES_MAX_OFFSET);
        assertEquals(offset(SAMPLES, "groups"), FrameLayout.SAMPLES_GROUPS_OFFSET);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 8", "7, 8", "8, 8", "9, 16", "32, 32", "33, 40", "16777216, 16777216"})
    void shouldRoundUpToTheNextFrame(int length, int aligned) {
        assertEquals(aligned, FrameLayout.align(length));
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "6, 2", "255, 16777215", "3, 16777215"})
    void shouldTakeATypeWordApart(int type, int aux) {
        final int word = FrameLayout.typeWord(type, aux);

        assertEquals(type, FrameLayout.type(word));
        assertEquals(aux, FrameLayout.aux(word));
    }

    @Test
    void shouldStoreTheCommitWordLittleEndian() {
        FrameLayout.lengthRelease(memory, 8, 0x01020304);

        assertEquals(0x01020304, FrameLayout.lengthAcquire(memory, 8));
        assertEquals(4, memory.get(JAVA_BYTE, 8));
        assertEquals(1, memory.get(JAVA_BYTE, 11));
    }

    @Test
    void shouldReadAClaimAsItsNegativeLength() {
        FrameLayout.claimOpaque(memory, 16, 40);

        assertEquals(-40, FrameLayout.lengthAcquire(memory, 16));
        assertEquals(0, FrameLayout.lengthAcquire(memory, 24));
    }

    private static long offset(StructLayout layout, String field) {
        return layout.byteOffset(groupElement(field));
    }
}
