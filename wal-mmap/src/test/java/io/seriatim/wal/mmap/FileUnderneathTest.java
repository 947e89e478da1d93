package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Damage;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Somebody truncates or deletes the files of an open log. Run in a process of its own, which may not die of it.
@Timeout(60)
class FileUnderneathTest {
    private static final int SEGMENT_BYTES = 1 << 20;
    private static final int CONFIRMED = 1000;

    @TempDir
    private Path directory;

    @Test
    @DisplayName("P12: a segment truncated underneath poisons its shard and ends no process")
    void shouldPoisonWhenASegmentIsTruncatedUnderneath() throws IOException {
        assertEquals(List.of("confirmed", "WalPoisonedException", "WalPoisonedException", "closed"), run("truncate"));

        final ReplayReport report = MappedWal.replay(directory, ReplayOptions.defaults(), (_, _) -> {});
        assertEquals(ReplayReport.State.DAMAGED, report.state());
        assertTrue(
                report.damages().stream().anyMatch(damage -> damage.kind() == Damage.Kind.TRUNCATED), report::toString);
        MappedWal.open(WalConfig.at(directory).segmentBytes(SEGMENT_BYTES)).close();
    }

    @Test
    @DisplayName("P12: a segment deleted underneath is written to the end; it is missed when the log is read")
    void shouldGoOnWhenASegmentIsDeletedUnderneath() throws IOException {
        assertEquals(List.of("confirmed", "appended", "closed", "closed"), run("delete"));

        final ReplayReport report = MappedWal.replay(directory, ReplayOptions.defaults(), (_, _) -> {});
        assertEquals(ReplayReport.State.DAMAGED, report.state());
        assertTrue(
                report.damages().stream().anyMatch(damage -> damage.kind() == Damage.Kind.MISSING_SEGMENT),
                report::toString);
    }

    private List<String> run(String what) throws IOException {
        final List<String> lines = new ArrayList<>();
        try (OtherProcess process = OtherProcess.start(Writer.class, directory.toString(), what)) {
            for (String line = process.readLine(); line != null; line = process.readLine()) {
                lines.add(line);
            }
        }
        return lines;
    }

    /// Says line by line how it goes.
    static final class Writer {
        public static void main(String[] arguments) throws Exception {
            final Path directory = Path.of(arguments[0]);
            final MappedWal wal = MappedWal.open(
                    WalConfig.at(directory).segmentBytes(SEGMENT_BYTES).flushEvery(Duration.ofMillis(1)));
            final SeriesHandle up = wal.series(SimulatedLog.UP);
            for (int timestamp = 0; timestamp < CONFIRMED; timestamp++) {
                up.append(timestamp, timestamp);
            }
            wal.flush();
            System.out.println("confirmed");
            final Path segment = LogFiles.segment(LogFiles.shard(directory, 0), 0);
            if (arguments[1].equals("truncate")) {
                try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
                    channel.truncate(4096);
                }
            } else {
                Files.delete(segment);
            }
            say(() -> {
                for (int timestamp = 0; timestamp < 3 * SEGMENT_BYTES / 32; timestamp++) {
                    up.append(timestamp, timestamp);
                }
                System.out.println("appended");
            });
            say(() -> {
                wal.close();
                System.out.println("closed");
            });
            System.out.println("closed");
        }

        private static void say(Runnable action) {
            try {
                action.run();
            } catch (WalException failure) {
                System.out.println(failure.getClass().getSimpleName());
            }
        }
    }
}
