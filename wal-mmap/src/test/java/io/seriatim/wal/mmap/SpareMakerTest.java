package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seriatim.wal.WalConfig;
import io.seriatim.wal.format.SegmentHeader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A preparation that fails in any of its steps is thrown away whole: what it held is given back, and the next one
/// begins at the beginning. Real files.
@ExtendWith(QuietLog.class)
class SpareMakerTest {
    private static final int BYTES = WalConfig.MIN_SEGMENT_BYTES;
    private static final UUID ID = new UUID(1, 2);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"create", "write", "second write", "force", "map", "rename", "syncDirectory"})
    @DisplayName("P10: an Error in any step of a preparation leaves no half of a segment and no share of maxBytes")
    void shouldBeginAnewWhenAStepEndsWithAnError(String step) throws Exception {
        final String call = step.substring(step.lastIndexOf(' ') + 1);
        final AtomicBoolean skip = new AtomicBoolean(step.startsWith("second"));
        final AtomicBoolean fail = new AtomicBoolean(true);
        final WatchedStorage storage = new WatchedStorage((made, _) -> {
            if (made.equals(call) && !skip.compareAndSet(true, false) && fail.compareAndSet(true, false)) {
                throw new OutOfMemoryError("planted");
            }
        });
        final DiskUse diskUse = new DiskUse(0);
        final WalConfig config = WalConfig.at(directory).segmentBytes(BYTES);
        final SpareMaker maker = new SpareMaker(0, directory, storage, config, template(), diskUse);
        final long[] nowNs = {0};

        assertThrows(OutOfMemoryError.class, () -> prepare(maker, nowNs));
        assertEquals(0, diskUse.bytes());
        assertEquals(0, storage.openFiles.get());
        assertEquals(0, storage.openMappings.get());

        final LiveSegment segment = prepare(maker, nowNs);
        assertEquals(BYTES, diskUse.bytes());
        assertEquals(0, storage.openFiles.get());
        assertEquals(1, storage.openMappings.get());
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(segment.file), files.toList());
        }
        final byte[] expected = Arrays.copyOf(segment.header.encode(), BYTES);
        assertArrayEquals(expected, Files.readAllBytes(segment.file));
        segment.close();
    }

    /// Steps until a segment is ready, a minute apart, so that every retry is due.
    private static LiveSegment prepare(SpareMaker maker, long[] nowNs) {
        while (true) {
            nowNs[0] += TimeUnit.MINUTES.toNanos(1);
            final LiveSegment segment = maker.step(nowNs[0], Pace.LEAST_ZERO_BYTES);
            if (segment != null) {
                return segment;
            }
        }
    }

    private static SegmentHeader template() {
        return new SegmentHeader(ID, 0, 1, 3, 1, 0, -1, 0, BYTES, TimeUnit.MILLISECONDS, 0, ID);
    }
}
