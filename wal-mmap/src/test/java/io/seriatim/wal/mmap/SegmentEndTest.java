package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.format.FrameLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Records at each distance from the end of a segment.
class SegmentEndTest {
    private static final int ROOM = Logs.SEGMENT_BYTES - WalConfig.SEGMENT_HEADER_BYTES;

    @TempDir
    private Path directory;

    /// Appends opaque records until so many bytes are left in the first segment.
    private static void fillBut(MappedWal wal, int left, List<String> expected) {
        final long end = Logs.SEGMENT_BYTES - left;
        while (true) {
            final long missing = end - Lsn.position(wal.checkpoint().lsn(0));
            if (missing <= 0) {
                return;
            }
            // The last one takes what the others leave, and no less than a frame's header.
            final long frame = missing < 2048 ? missing : Math.min(missing - 1024, 1024);
            append(wal, (int) frame - FrameLayout.RECORD_BYTES_OFFSET, expected);
        }
    }

    private static void append(MappedWal wal, int length, List<String> expected) {
        final byte[] bytes = new byte[length];
        bytes[0] = (byte) expected.size();
        wal.appendRecord(0, expected.size(), bytes, 0, length);
        expected.add("record " + expected.size() + " " + HexFormat.of().formatHex(bytes));
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 32, 64, 256})
    @DisplayName("P3: records at each distance from the segment's end are replayed, and a clean close is sound")
    void shouldReplayAllWhenSegmentEndsAnywhere(int frameBytes) {
        for (int left = 0; left <= 128; left += 8) {
            final Path log = directory.resolve(frameBytes + "-" + left);
            final List<String> expected = new ArrayList<>();
            final Path killed;
            try (MappedWal wal = MappedWal.open(Logs.config(log))) {
                fillBut(wal, left, expected);
                wal.doWork();
                for (int i = 0; i < 3; i++) {
                    append(wal, Math.max(1, frameBytes - FrameLayout.RECORD_BYTES_OFFSET), expected);
                }
                Logs.flush(wal);
                killed = Logs.copy(log, directory.resolve("killed-" + frameBytes + "-" + left));
            }
            for (final Path each : List.of(log, killed)) {
                final Logs.Replayed replayed = Logs.replayAfterReboot(each);
                assertEquals(expected, replayed.records());
                assertEquals(List.of(), replayed.damages(), "left=" + left);
            }
        }
    }

    @Test
    @DisplayName("P4: a clean close is sound and known as such, however little room is left for its assertion")
    void shouldBeSoundWhenClosedAnywhere() {
        for (int left = 0; left <= 96; left += 8) {
            for (final boolean spare : new boolean[] {false, true}) {
                final Path log = directory.resolve(left + "-" + spare);
                final List<String> expected = new ArrayList<>();
                try (MappedWal wal = MappedWal.open(Logs.config(log))) {
                    fillBut(wal, left, expected);
                    for (int i = 0; spare && i < 10; i++) {
                        wal.doWork();
                    }
                }
                final Logs.Replayed replayed = Logs.replayAfterReboot(log);
                final String at = "left=" + left + " spare=" + spare + " " + replayed.damages();
                assertEquals(expected, replayed.records(), at);
                assertEquals(ReplayReport.State.SOUND, replayed.state(), at);
                assertTrue(replayed.report().shards().getFirst().closed(), at);
                // What follows is sound as well, whether the last segment was full or not.
                try (MappedWal wal = MappedWal.open(Logs.config(log))) {
                    append(wal, 10, expected);
                }
                assertEquals(expected, Logs.replay(log).records(), at);
                assertEquals(ReplayReport.State.SOUND, Logs.replay(log).state(), at);
            }
        }
    }

    @Test
    @DisplayName("P3: frames that fill a segment exactly, one after the other")
    void shouldReplayAllWhenFramesFillSegments() {
        final List<String> expected = new ArrayList<>();
        try (MappedWal wal = MappedWal.open(Logs.config(directory))) {
            for (int i = 0; i < 20; i++) {
                append(wal, ROOM - FrameLayout.RECORD_BYTES_OFFSET, expected);
            }
        }
        for (int threads = 1; threads < 4; threads++) {
            final Logs.Replayed replayed =
                    Logs.replay(directory, ReplayOptions.defaults().threads(threads));
            assertEquals(expected, replayed.records());
            assertEquals(ReplayReport.State.SOUND, replayed.state());
        }
    }
}
