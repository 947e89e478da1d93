package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameScannerTest {
    private static final int WINDOW_BYTES = 1 << 20;
    private static final int FIRST = SegmentHeader.HEADER_BYTES;

    @TempDir
    private Path directory;

    private SegmentEditor segment(int segmentBytes) {
        final SegmentHeader header = new SegmentHeader(
                UUID.randomUUID(),
                0,
                1,
                42,
                1,
                0,
                -1,
                0,
                segmentBytes,
                TimeUnit.MILLISECONDS,
                0,
                FileStorage.INSTANCE.bootId());
        return SegmentEditor.blank(LogFiles.segment(directory, 0), header);
    }

    /// @return one text for each frame and gap
    private static List<String> scan(SegmentEditor segment) throws IOException {
        segment.save();
        final List<String> found = new ArrayList<>();
        final SegmentFile file = SegmentFile.inspect(FileStorage.INSTANCE, segment.file, 0, 0);
        final FrameScanner scanner = new FrameScanner(WINDOW_BYTES);
        try (StorageFile open = FileStorage.INSTANCE.open(segment.file, false)) {
            scanner.open(open, file);
            for (int what = scanner.next(); what != FrameScanner.END; what = scanner.next()) {
                if (what == FrameScanner.GAP || scanner.type() == FrameLayout.SAMPLE) {
                    found.add((what == FrameScanner.GAP ? "gap " : "sample ") + scanner.offset() + "+"
                            + scanner.length());
                }
            }
        }
        return found;
    }

    @Test
    @DisplayName("P4: two damaged lengths do not hide the frames behind them")
    void shouldFindFramesBehindWhenDamagedLengthsAreHuge() throws Exception {
        final SegmentEditor segment = segment(1 << 20);
        int at = FIRST;
        for (int i = 0; i < 6; i++) {
            at = segment.putSample(at, i, i);
        }
        Bytes.putInt(segment.bytes, FIRST + 32, 0xf_0000);
        Bytes.putInt(segment.bytes, FIRST + 96, 0x7fff_fff0);

        assertEquals(
                List.of(
                        "sample 4096+32",
                        "gap 4128+96", // the frame between two bad ones has no valid neighbour behind it
                        "sample 4224+32",
                        "sample 4256+32"),
                scan(segment));
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 20, 16 << 20})
    @DisplayName("P4: garbage, however much, does not hide the frames behind it")
    void shouldFindFramesBehindWhenGarbageIsLong(int garbageBytes) throws Exception {
        final SegmentEditor segment = segment(64 << 20);
        final byte[] garbage = new byte[garbageBytes];
        new Random(garbageBytes).nextBytes(garbage);
        System.arraycopy(garbage, 0, segment.bytes, FIRST, garbageBytes);
        int at = segment.putSample(FIRST + garbageBytes, 0, 0);
        segment.putSample(at, 0, 1);

        assertEquals(
                List.of("gap 4096+" + garbageBytes, "sample " + (FIRST + garbageBytes) + "+32", "sample " + at + "+32"),
                scan(segment));
    }

    @Test
    @DisplayName("P12: 64 MiB of garbage are scanned in bounded time")
    void shouldEndInTimeWhenAllIsGarbage() {
        final SegmentEditor segment = segment(64 << 20);
        final byte[] garbage = new byte[segment.bytes.length - FIRST];
        new Random(1).nextBytes(garbage);
        System.arraycopy(garbage, 0, segment.bytes, FIRST, garbage.length);

        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertEquals(1, scan(segment).size()));
    }

    @Test
    @DisplayName("P12: 64 MiB of zeros are scanned in bounded time")
    void shouldEndInTimeWhenAllIsZero() {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertEquals(List.of(), scan(segment(64 << 20))));
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 4096, (16 << 20) - 64, 1 << 25})
    @DisplayName("P12, edge 18: lengths crafted at every place cost bounded time")
    void shouldEndInTimeWhenLengthsAreCrafted(int length) {
        final SegmentEditor segment = segment(64 << 20);
        for (int at = FIRST; at < segment.bytes.length - 16; at += 16) {
            Bytes.putInt(segment.bytes, at, length);
            Bytes.putInt(segment.bytes, at + FrameLayout.TYPE_OFFSET, FrameLayout.RECORD);
        }
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertEquals(1, scan(segment).size()));
    }

    @Test
    @DisplayName("P12, edge 18: valid pads at every place that lead nowhere cost bounded time")
    void shouldEndInTimeWhenPadsAreForged() {
        final SegmentEditor segment = segment(64 << 20);
        final int half = segment.bytes.length / 2;
        Bytes.putInt(segment.bytes, FIRST, 24);
        for (int at = FIRST + 24; at < half; at += 16) {
            segment.put(at, half, FrameLayout.PAD, 0, 0);
        }
        for (int at = half; at < segment.bytes.length; at += 8) {
            Bytes.putInt(segment.bytes, at, 16);
        }
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertTrue(!scan(segment).isEmpty()));
    }

    @Test
    @DisplayName("P12, edge 18: bad lengths, each behind frames that are good, cost bounded work")
    void shouldCheckBoundedBytesWhenEachGoodPairIsFollowedByBadLength() throws Exception {
        final SegmentEditor segment = segment(256 << 10);
        int at = FIRST;
        while (at + 24 <= segment.bytes.length) {
            at = segment.put(at, 8, FrameLayout.PAD, 0, 0);
            at = segment.put(at, 8, FrameLayout.PAD, 0, 0);
            Bytes.putInt(segment.bytes, at, segment.bytes.length - at); // up to the end of the segment
            at += 8;
        }
        segment.save();
        final FrameScanner scanner = new FrameScanner(16 * 1024);
        try (StorageFile open = FileStorage.INSTANCE.open(segment.file, false)) {
            scanner.open(open, SegmentFile.inspect(FileStorage.INSTANCE, segment.file, 0, 0));
            while (scanner.next() != FrameScanner.END) {
                // What it finds does not matter.
            }
            final long size = segment.bytes.length;
            assertTrue(scanner.checkedBytes() <= 24 * size, () -> "checked=" + scanner.checkedBytes());
            assertTrue(scanner.loadedBytes() <= 48 * size, () -> "loaded=" + scanner.loadedBytes());
            assertEquals(size, scanner.offset());
        }
    }

    @Test
    void shouldFindEveryFrameWhenFramesStandAtEveryAlignment() throws Exception {
        for (int shift = 0; shift < 64; shift += 8) {
            final SegmentEditor segment = segment(Logs.SEGMENT_BYTES);
            final List<String> expected = new ArrayList<>();
            int at = FIRST;
            for (int i = 0; i < shift / 8; i++) {
                at = segment.put(at, 8, FrameLayout.PAD, 0, 0);
            }
            while (at + 32 <= segment.bytes.length) {
                expected.add("sample " + at + "+32");
                at = segment.putSample(at, 0, at);
            }
            assertEquals(expected, scan(segment));
        }
    }

    @Test
    void shouldTakeFrameWhenStoredSinceTheCopy() throws Exception {
        final SegmentEditor segment = segment(1 << 20);
        int at = segment.putSample(FIRST, 0, 0);
        segment.save();
        final SegmentFile file = SegmentFile.inspect(FileStorage.INSTANCE, segment.file, 0, 0);
        final FrameScanner scanner = new FrameScanner(16 * 1024);
        try (StorageFile open = FileStorage.INSTANCE.open(segment.file, false)) {
            scanner.open(open, file);
            assertEquals(FrameScanner.FRAME, scanner.next());
            int frames = 1;
            // The writer goes on beyond what the window has copied.
            while (at < 64 * 1024) {
                at = segment.putSample(at, 0, at);
                frames++;
            }
            segment.save();
            int found = 1;
            for (int what = scanner.next(); what != FrameScanner.END; what = scanner.next()) {
                assertEquals(FrameScanner.FRAME, what, () -> "gap at " + scanner.offset());
                found++;
            }
            assertEquals(frames, found);
        }
    }
}
