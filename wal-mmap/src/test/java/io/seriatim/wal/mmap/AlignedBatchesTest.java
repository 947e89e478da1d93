package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlignedBatchesTest {
    @TempDir
    private Path directory;

    @Test
    void shouldEndEveryBatchAtAPageWhenBatchesAreAligned() throws Exception {
        final List<Long> durable = new ArrayList<>();
        final WalConfig config = WalConfig.at(directory)
                .segmentBytes(64 * 1024)
                .flushEvery(Duration.ofMillis(1))
                .alignBatches(true);
        try (MappedWal wal = MappedWal.open(config)) {
            wal.onDurable(durable::add);
            final SeriesHandle series = wal.series(Labels.of("job", "api"));
            for (int i = 0; i < 200; i++) {
                for (int j = 0; j <= i; j++) {
                    series.append(i, j);
                }
                wal.flush();
            }
            Thread.sleep(20); // the closing assertion is aligned as well
        }

        assertTrue(durable.size() > 200, () -> "forces=" + durable.size());
        // The last one is the assertion of the close, behind which nothing is stored any more.
        for (final long lsn : durable.subList(0, durable.size() - 1)) {
            assertEquals(0, Lsn.position(lsn) % 4096, () -> Lsn.toString(lsn));
        }
        final ReplayReport report = MappedWal.replay(directory, ReplayOptions.defaults(), (_, _) -> {});
        assertEquals(ReplayReport.State.SOUND, report.state());
        assertEquals(200 * 201 / 2, report.samples());
    }
}
