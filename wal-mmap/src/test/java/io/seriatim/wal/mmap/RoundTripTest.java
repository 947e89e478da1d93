package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundTripTest {
    @TempDir
    private Path directory;

    @Test
    void shouldReplayWhatWasAppendedWhenClosed() throws Exception {
        final List<String> expected = new ArrayList<>();
        try (MappedWal wal = MappedWal.open(WalConfig.at(directory).segmentBytes(64 * 1024))) {
            final SeriesHandle[] handles = new SeriesHandle[10];
            for (int i = 0; i < handles.length; i++) {
                handles[i] = wal.series(Labels.of("__name__", "up", "host", "h" + i));
            }
            for (int i = 0; i < 20_000; i++) {
                handles[i % 10].append(i, i * 0.5);
                expected.add("h" + i % 10 + " " + i + " " + i * 0.5);
            }
            try (Batch batch = wal.batch()) {
                for (int i = 0; i < 1000; i++) {
                    batch.add(handles[i % 10], 100_000 + i, i);
                    expected.add("h" + i % 10 + " " + (100_000 + i) + " " + (double) i);
                }
                batch.commit();
            }
            wal.flush();
            System.out.println(wal.stats());
        }
        final List<String> found = new ArrayList<>();
        for (int threads = 1; threads <= 3; threads++) {
            found.clear();
            final ReplayReport report =
                    MappedWal.replay(directory, ReplayOptions.defaults().threads(threads), (series, samples) -> {
                        for (int i = 0; i < samples.count(); i++) {
                            found.add(series.get("host") + " " + samples.timestamp(i) + " " + samples.value(i));
                        }
                    });
            System.out.println(report);
            assertEquals(expected, found);
            assertEquals(ReplayReport.State.SOUND, report.state());
        }
    }
}
