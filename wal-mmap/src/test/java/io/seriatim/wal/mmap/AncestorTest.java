package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.Replayed.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The tests of the ancestor's three logs, by their meaning; each compares every sample, where the ancestor's
/// counted.
@Timeout(60)
class AncestorTest {
    @TempDir
    private Path directory;

    private static Labels labels(String metric, int instance) {
        return Labels.of("__name__", metric, "instance", "host-" + instance, "job", "ancestor");
    }

    @Test
    void shouldReplayTheSeriesWhenItWasLogged() {
        final Labels one = labels("basic", 1);
        try (MappedWal wal = MappedWal.open(WalConfig.at(directory))) {
            wal.append(new Points(one, 1000, 2000, 3000));
        }
        final Replayed found = Replayed.of(directory);
        assertEquals(Map.of(one, samples(1000, 2000, 3000)), found.series);
        assertEquals(1, found.report.records());
    }

    @Test
    void shouldReplayAllOf5000SeriesWhenTheyWereBatched() {
        final Map<Labels, List<Sample>> expected = new HashMap<>();
        try (MappedWal wal = MappedWal.open(WalConfig.at(directory).segmentBytes(256 * 1024));
                Batch batch = wal.batch()) {
            for (int i = 0; i < 5000; i++) {
                final SeriesHandle handle = wal.series(labels("batched", i));
                batch.add(handle, i, i);
                expected.put(handle.labels(), samples(i));
                if (batch.size() == 100) {
                    batch.commit();
                }
            }
        }
        assertEquals(expected, Replayed.of(directory).series);
    }

    @Test
    void shouldReplayEverythingWhen4ThreadsLog1000SeriesEach() throws Exception {
        final WalConfig config = WalConfig.at(directory).segmentBytes(256 * 1024);
        assertEquals(logged(config, 4, 1000), Replayed.of(directory).series);
    }

    @Test
    void shouldReplayEverythingWhen8ThreadsLog100SeriesEachTo8Shards() throws Exception {
        final WalConfig config = WalConfig.at(directory).shards(8).segmentBytes(64 * 1024);
        assertEquals(logged(config, 8, 100), Replayed.of(directory).series);
    }

    private static Map<Labels, List<Sample>> logged(WalConfig config, int threads, int seriesEach) throws Exception {
        final Map<Labels, List<Sample>> expected = new ConcurrentHashMap<>();
        try (MappedWal wal = MappedWal.open(config)) {
            final List<Thread> producers = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                final int first = thread * seriesEach;
                producers.add(Thread.ofPlatform().start(() -> {
                    for (int i = first; i < first + seriesEach; i++) {
                        final Labels one = labels("concurrent", i);
                        wal.append(new Points(one, i, i + 1));
                        wal.append(new Points(one, i - 1));
                        expected.put(one, samples(i, i + 1, i - 1));
                    }
                }));
            }
            for (final Thread producer : producers) {
                producer.join();
            }
        }
        assertEquals(threads * seriesEach, expected.size());
        return expected;
    }

    @Test
    void shouldSpreadSeriesOverAllShardsWhenThereAreMany() {
        try (MappedWal wal = MappedWal.open(WalConfig.at(directory).shards(4).segmentBytes(64 * 1024))) {
            for (int i = 0; i < 400; i++) {
                wal.series(labels("spread", i)).append(i, i);
            }
        }
        final ReplayReport report = Replayed.of(directory).report;
        assertEquals(4, report.shards().size());
        assertTrue(
                report.shards().stream().allMatch(shard -> shard.samples() > 50 && shard.samples() < 150),
                report::toString);
    }

    @Test
    void shouldHaveDrainedEverythingWhenClosedAtOnce() {
        final Labels one = labels("drained", 1);
        try (MappedWal wal = MappedWal.open(WalConfig.at(directory).shards(4).segmentBytes(64 * 1024))) {
            IntStream.range(0, 10_000).forEach(i -> wal.append(new Points(one, i)));
        }
        final Replayed found = Replayed.of(directory);
        assertEquals(samples(LongStream.range(0, 10_000).toArray()), found.of(one));
        assertEquals(ReplayReport.State.SOUND, found.report.state());
        assertTrue(found.report.shards().stream().allMatch(ReplayReport.Shard::closed));
    }

    private static List<Sample> samples(long... timestamps) {
        return LongStream.of(timestamps).mapToObj(t -> Sample.of(t, t)).toList();
    }
}
