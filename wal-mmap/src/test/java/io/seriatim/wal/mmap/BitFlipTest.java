package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("crash")
class BitFlipTest {
    /// Odd: it comes round to every bit of a byte.
    private static final int SHORT_STRIDE = 9;

    @Test
    @DisplayName("P4, P3: each bit of a full segment and of the newest one, flipped, is reported for what it is")
    void shouldReportEachBitWhenFlipped() {
        run(SHORT_STRIDE);
    }

    @Test
    @Tag("slow")
    @DisplayName("P4, P3: the same, each flip under every policy")
    void shouldReportEachBitUnderEveryPolicyWhenFlipped() {
        run(1);
    }

    private static void run(int stride) {
        final BitFlips.Tally tally = new BitFlips(stride).run().tally;
        assertEquals(2 * Byte.SIZE * Logs.SEGMENT_BYTES, tally.all());
        // So that a machine that sees nothing does not pass: all bits of the headers, most of the frames'.
        assertEquals(2 * Byte.SIZE * 512, tally.header);
        assertTrue(
                tally.lost > Byte.SIZE * 4096 && tally.torn > Byte.SIZE * 2048,
                () -> "lost=" + tally.lost + " torn=" + tally.torn);
    }
}
