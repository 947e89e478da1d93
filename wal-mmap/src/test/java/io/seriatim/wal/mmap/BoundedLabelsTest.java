package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayPolicy;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("crash")
class BoundedLabelsTest {
    private static final int SERIES = 100;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"SALVAGE, 1, 0", "SALVAGE, 4, 0", "SALVAGE, 1, 3000", "PREFIX, 2, 0"})
    void shouldReplayTheSameWhateverLabelsMayTake(ReplayPolicy policy, int threads, long labelBytes) {
        fill();
        final ReplayOptions options = ReplayOptions.defaults().policy(policy).threads(threads);

        assertEquals(replay(options), replay(options.labelBytes(labelBytes)));
    }

    /// The other segments still define the series, so nothing is an orphan.
    @Test
    void shouldFindLostDefinitionsAllTheSame() throws Exception {
        fill();
        final byte[] bytes = Files.readAllBytes(segments().getFirst());
        final int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("host-7");
        bytes[at] ^= 1;
        Files.write(segments().getFirst(), bytes);

        final List<String> expected = replay(ReplayOptions.defaults());

        assertTrue(expected.stream().anyMatch(line -> line.contains("damages=1 orphans=0")), expected.getLast());
        assertEquals(expected, replay(ReplayOptions.defaults().labelBytes(0)));
    }

    private void fill() {
        final WalConfig config = WalConfig.at(directory)
                .shards(2)
                .segmentBytes(16 * 1024)
                .backpressure(Backpressure.block(Duration.ofSeconds(30)));
        try (MappedWal wal = MappedWal.open(config)) {
            final SeriesHandle[] handles = new SeriesHandle[SERIES];
            for (int i = 0; i < SERIES; i++) {
                handles[i] = wal.series(Labels.of("__name__", "up", "instance", "host-" + i));
            }
            for (int n = 0; n < 50; n++) {
                for (final SeriesHandle handle : handles) {
                    handle.append(n, n);
                }
            }
        }
    }

    private List<Path> segments() throws Exception {
        try (Stream<Path> files = Files.list(directory.resolve("shard-000"))) {
            return files.sorted().toList();
        }
    }

    private List<String> replay(ReplayOptions options) {
        final List<String> lines = Collections.synchronizedList(new ArrayList<>());
        final ReplayReport report = MappedWal.replay(directory, options, new ReplayHandler() {
            @Override
            public void onSamples(Labels series, Samples samples) {
                lines.add(samples.lsn() + " " + series + " " + samples.timestamp(0));
            }
        });
        final List<String> sorted = new ArrayList<>(lines.stream().sorted().toList());
        sorted.add("damages=" + report.damages().size() + " orphans=" + report.orphans() + " " + report.samples());
        return sorted;
    }
}
