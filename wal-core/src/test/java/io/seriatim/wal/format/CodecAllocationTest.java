package io.seriatim.wal.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.seriatim.wal.Labels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Encoding and decoding allocate nothing once the buffers have their size.
@Tag("alloc") // runs in its own JVM with -XX:-DoEscapeAnalysis, so nothing is hidden
class CodecAllocationTest {
    private static final int SERIES = 50;
    private static final Labels LABELS = Labels.of("__name__", "cpu_seconds_total", "mode", "user");
    private static final int LIMIT = 1 << 20;

    @AutoClose
    private final Arena arena = Arena.ofConfined();

    private final MemorySegment memory = arena.allocate(4096, 8);
    private final SamplesEncoder encoder = new SamplesEncoder();
    private final SamplesDecoder decoder = new SamplesDecoder();
    private final long[] fields = {1, 2, 3, 4, 5};
    private long sink;

    @Test
    @DisplayName("P7: 0 bytes per frame encoded, checksummed and decoded")
    void shouldNotAllocateWhenFramesAreEncodedAndDecoded() throws MalformedFrameException {
        final var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        // What is linked or compiled late costs some bytes once; what a round costs shows in every block.
        for (int block = 0; block < 8; block++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 500; i++) {
                round(i);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertEquals(0, least, () -> "bytes in 500 rounds, sink=" + sink);
    }

    private void round(long time) throws MalformedFrameException {
        encoder.begin(time, time + 3, LIMIT);
        for (int ref = 0; ref < SERIES; ref++) {
            encoder.group(ref, ref % 10 == 0 ? LABELS : null, 2);
            encoder.sample(time, ref);
            encoder.sample(time + 3, ref);
        }
        final int length = encoder.end();
        sink += encoder.bodyCrc() ^ FrameSeed.at(FrameSeed.of(1, 2, 3, 4), time, length);

        decoder.samplesFrame(encoder.buffer(), 0, length, time);
        while (decoder.next()) {
            decoder.retain(time, time);
            sink += decoder.valueBits(0);
            sink += decoder.labelsLength() > 0
                            && LABELS.encodedEquals(encoder.buffer(), decoder.labelsOffset(), decoder.labelsLength())
                    ? 1
                    : 0;
        }

        sink += encoder.fields(FrameLayout.MARK, 0, 0, fields, fields.length);
        sink += Crc32cWords.of(time, sink, length);
        FrameLayout.claimOpaque(memory, 8, length);
        FrameLayout.lengthRelease(memory, 8, length);
        sink += FrameLayout.lengthAcquire(memory, 8);
    }
}
