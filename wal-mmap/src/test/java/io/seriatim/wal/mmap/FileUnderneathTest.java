package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Damage;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalException;
import java.io.IOException;
import java.io.UncheckedIOException;
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
    private static final int LONG_SEGMENT_BYTES = 8 << 20;
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

    @Test
    @DisplayName("P5, P12: a segment truncated underneath ends its shard only: the others go on and roll")
    void shouldGoOnInOtherShardsWhenASegmentIsTruncatedUnderneath() throws IOException {
        assertEquals(
                List.of("confirmed", "WalPoisonedException", "other shard appended", "WalPoisonedException", "closed"),
                run("other"));
    }

    @Test
    @DisplayName(
            "P12: a segment truncated underneath a replay and a tailer is damage, and no exception but a typed one")
    void shouldReadOnWhenASegmentIsTruncatedUnderneath() throws IOException {
        try (MappedWal wal = MappedWal.open(Logs.config(directory).segmentBytes(SEGMENT_BYTES))) {
            Logs.appendRange(wal, 0, 30_000);
            Logs.flush(wal);
        }
        final Path segment = LogFiles.segment(LogFiles.shard(directory, 0), 0);
        final List<Long> replayed = new ArrayList<>();
        final List<Long> tailed = new ArrayList<>();
        try (WalTailer tailer = MappedWal.tail(directory, Checkpoint.of())) {
            final ReplayReport report =
                    MappedWal.replay(directory, ReplayOptions.defaults().memoryBytes(64 * 1024), (_, samples) -> {
                        if (samples.timestamp(0) == 1000) {
                            tailer.poll((_, tail) -> {
                                tailed.add(tail.timestamp(0));
                                if (tail.timestamp(0) == 100) {
                                    truncate(segment);
                                }
                            });
                        }
                        replayed.add(samples.timestamp(0));
                    });
            assertEquals(ReplayReport.State.DAMAGED, report.state());
        }
        for (final List<Long> read : List.of(replayed, tailed)) {
            assertTrue(read.size() > 100, () -> "read=" + read.size());
            assertEquals(read.stream().sorted().distinct().toList(), read);
        }
    }

    private static void truncate(Path segment) {
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.truncate(4096);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
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
            final boolean other = arguments[1].equals("other");
            final MappedWal wal = MappedWal.open(WalConfig.at(directory)
                    .shards(other ? 2 : 1)
                    .segmentBytes(other ? LONG_SEGMENT_BYTES : SEGMENT_BYTES) // more than is touched ahead
                    .flushEvery(Duration.ofMillis(1)));
            final SeriesHandle up = seriesOf(wal, 0);
            for (int timestamp = 0; timestamp < CONFIRMED; timestamp++) {
                up.append(timestamp, timestamp);
            }
            wal.flush();
            System.out.println("confirmed");
            final Path segment = LogFiles.segment(LogFiles.shard(directory, 0), 0);
            if (arguments[1].equals("delete")) {
                Files.delete(segment);
            } else {
                truncate(segment);
            }
            say(() -> {
                if (other) {
                    return;
                }
                for (int timestamp = 0; timestamp < 3 * SEGMENT_BYTES / 32; timestamp++) {
                    up.append(timestamp, timestamp);
                }
                System.out.println("appended");
            });
            if (other) {
                say(() -> wal.appendRecord(0, 0, new byte[1 << 20], 0, 1 << 20)); // on to what was not touched yet
                say(() -> {
                    for (int i = 0; i < 20; i++) {
                        wal.appendRecord(1, i, new byte[LONG_SEGMENT_BYTES / 2], 0, LONG_SEGMENT_BYTES / 2);
                    }
                    System.out.println("other shard appended");
                });
            }
            say(() -> {
                wal.close();
                System.out.println("closed");
            });
            System.out.println("closed");
        }

        private static SeriesHandle seriesOf(MappedWal wal, int shard) {
            for (int i = 0; ; i++) {
                final SeriesHandle series = wal.series(Labels.of("__name__", "up", "i", "" + i));
                if (((Series) series).shard.index == shard) {
                    return series;
                }
            }
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
