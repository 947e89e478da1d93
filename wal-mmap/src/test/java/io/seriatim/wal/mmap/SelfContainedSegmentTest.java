package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Damage;
import io.seriatim.wal.Labels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfContainedSegmentTest {
    @TempDir
    private Path directory;

    @Test
    @DisplayName("P11: each segment, alone with wal.meta, replays its records, labels and all")
    void shouldReplayItsRecordsWhenSegmentIsAlone() throws Exception {
        final Path log = directory.resolve("log");
        for (int epoch = 0; epoch < 2; epoch++) {
            try (MappedWal wal = MappedWal.open(Logs.config(log))) {
                for (int i = 0; i < 200; i++) {
                    wal.series(Labels.of("i", "" + i % 7)).append(i, i);
                    try (Batch batch = wal.batch()) {
                        for (int series = 0; series < 7; series++) {
                            batch.add(wal.series(Labels.of("i", "" + series)), i, epoch);
                        }
                        batch.commit();
                    }
                }
            }
        }
        final List<Path> segments = Logs.segments(log, 0);
        final List<String> together = new ArrayList<>();
        for (final Path segment : segments) {
            final Path alone = directory.resolve("alone-" + segment.getFileName());
            Files.createDirectories(LogFiles.shard(alone, 0));
            Files.copy(log.resolve(LogFiles.META), alone.resolve(LogFiles.META));
            Files.copy(segment, LogFiles.shard(alone, 0).resolve(segment.getFileName()));

            final Logs.Replayed replayed = Logs.replay(alone);
            assertEquals(0, replayed.report().orphans());
            for (final Damage damage : replayed.damages()) {
                assertEquals(Damage.Kind.MISSING_SEGMENT, damage.kind());
            }
            together.addAll(replayed.records());
        }
        assertEquals(Logs.replay(log).records(), together);
        assertEquals(2 * 200 * 8, together.size());
    }
}
