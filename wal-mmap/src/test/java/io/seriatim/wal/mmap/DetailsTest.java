package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Durability;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalClosedException;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalFullException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Histograms, exemplars and metadata, appended and read back.
@Timeout(120)
class DetailsTest {
    private static final long SEED = 20_261_126;
    private static final Labels RT = Labels.of("__name__", "rt");

    @TempDir
    private Path directory;

    private WalConfig config() {
        return WalConfig.at(directory)
                .segmentBytes(WalConfig.MIN_SEGMENT_BYTES)
                .flushEvery(Duration.ofMillis(1))
                .backpressure(Backpressure.block(Duration.ofSeconds(60)));
    }

    /// What was found of each series, in order, as text.
    private static final class Found implements ReplayHandler {
        private final Map<Labels, List<String>> details = new HashMap<>();
        private long named;
        private ReplayReport report;

        static Found of(Path log, ReplayOptions options) {
            final Found found = new Found();
            found.report = MappedWal.replay(log, options, found);
            return found;
        }

        private long count() {
            return count(details);
        }

        private static long count(Map<Labels, List<String>> details) {
            return details.values().stream().mapToLong(List::size).sum();
        }

        private synchronized void add(Labels series, String what) {
            details.computeIfAbsent(series, _ -> new ArrayList<>()).add(what);
        }

        @Override
        public synchronized void onSamples(Labels series, Samples samples) {
            if (samples.count() == 0) {
                named++;
            } else {
                add(series, "sample " + samples.timestamp(0));
            }
        }

        @Override
        public void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {
            add(series, text(timestamp, histogram, lsn));
        }

        @Override
        public void onExemplar(Labels series, Exemplar exemplar) {
            add(series, exemplar.toString());
        }

        @Override
        public void onMetadata(Labels series, Metadata metadata) {
            add(series, metadata.toString());
        }
    }

    private static String text(long timestamp, Histogram histogram, long lsn) {
        return timestamp + " " + histogram + " " + histogram.hashCode() + " " + Lsn.toString(lsn);
    }

    private static Histogram histogram(int buckets, long count) {
        final Histogram histogram =
                new Histogram().exponential(2, 0, 1).count(count).sum(count / 3.0);
        for (int i = 0; i < buckets; i++) {
            histogram.positive().add(i - 10, count + i);
        }
        return histogram;
    }

    @Test
    @DisplayName("P3: details come back as they were appended, in the order of their series, over rolls and epochs")
    void shouldComeBackWhenAppendedAmongSamples() {
        final Map<Labels, List<String>> expected = new HashMap<>();
        final Random random = new Random(SEED);
        for (int epoch = 0; epoch < 3; epoch++) {
            try (MappedWal wal = MappedWal.open(config().shards(2))) {
                for (int i = 0; i < 2000; i++) {
                    final SeriesHandle handle = wal.series(Labels.of("__name__", "s" + random.nextInt(10)));
                    expected.computeIfAbsent(handle.labels(), _ -> new ArrayList<>())
                            .add(append(handle, i, random));
                }
            }
        }

        final Found found = Found.of(directory, ReplayOptions.defaults());
        assertEquals(expected, found.details);
        assertEquals(ReplayReport.State.SOUND, found.report.state());
        assertEquals(expected, Found.of(directory, ReplayOptions.defaults().threads(3)).details);

        final Found tailed = new Found();
        try (WalTailer tailer = MappedWal.tail(directory, Checkpoint.of())) {
            while (tailed.count() < Found.count(expected)) { // or until the test's time is up
                tailer.poll(tailed);
            }
        }
        assertEquals(expected, tailed.details);
    }

    private static String append(SeriesHandle handle, long timestamp, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> {
                handle.append(timestamp, 1);
                yield "sample " + timestamp;
            }
            case 1 -> {
                final Labels own = random.nextBoolean() ? null : Labels.of("trace_id", "t" + timestamp);
                final long lsn = handle.appendExemplar(timestamp, -0.0, own);
                yield new Exemplar(timestamp, Double.doubleToRawLongBits(-0.0), own, lsn).toString();
            }
            case 2 -> {
                final Labels attributes = Labels.of("help", "h".repeat(random.nextInt(200)));
                yield new Metadata(timestamp, attributes, handle.appendMetadata(timestamp, attributes)).toString();
            }
            default -> {
                final Histogram histogram = histogram(random.nextInt(300), random.nextLong() >>> 1);
                yield text(timestamp, histogram, handle.append(timestamp, histogram));
            }
        };
    }

    @Test
    @DisplayName("a series of histograms carries its labels once in a segment")
    void shouldReferToTheDefinitionWhenTheSegmentHasIt() {
        final Labels labels = Labels.of("__name__", "rt", "path", "/" + "p".repeat(1000));
        try (MappedWal wal = MappedWal.open(config().segmentBytes(1 << 20))) {
            final SeriesHandle handle = wal.series(labels);
            final long first = handle.append(1, histogram(10, 1));
            final long second = handle.append(2, histogram(10, 1));
            assertTrue(second - first < 150, () -> "bytes=" + (second - first));
        }
        final Found found = Found.of(directory, ReplayOptions.defaults());
        assertEquals(1, found.named);
        assertEquals(2, found.details.get(labels).size());
    }

    @Test
    @DisplayName("P11: each segment by itself says which series its details belong to")
    void shouldBeReadableWhenOneSegmentIsLeft(@TempDir Path alone) throws IOException {
        final Map<Labels, List<String>> expected = new HashMap<>();
        final Random random = new Random(SEED);
        try (MappedWal wal = MappedWal.open(config())) {
            for (int i = 0; i < 500; i++) {
                final SeriesHandle handle = wal.series(Labels.of("__name__", "s" + random.nextInt(3)));
                expected.computeIfAbsent(handle.labels(), _ -> new ArrayList<>())
                        .add(append(handle, i, random));
            }
        }
        final List<Path> segments;
        try (Stream<Path> files = Files.list(LogFiles.shard(directory, 0))) {
            segments = files.sorted().toList();
        }
        assertTrue(segments.size() > 10, segments::toString);
        final Map<Labels, List<String>> together = new HashMap<>();
        for (int i = 0; i < segments.size(); i++) {
            final Path copy = alone.resolve("log-" + i);
            final Path shard = LogFiles.shard(copy, 0);
            Files.createDirectories(shard);
            Files.copy(segments.get(i), shard.resolve(segments.get(i).getFileName()));
            final Found found = Found.of(copy, ReplayOptions.defaults());
            assertEquals(
                    0,
                    found.report.shards().stream()
                            .mapToLong(each -> each.orphans())
                            .sum());
            found.details.forEach((series, details) ->
                    together.computeIfAbsent(series, _ -> new ArrayList<>()).addAll(details));
        }
        assertEquals(expected, together);
    }

    @Test
    @DisplayName("P1, P3: many threads, one series: each histogram is there once, whatever rolls in between")
    void shouldBeThereOnceWhenManyThreadsAppendToOneSeries() throws InterruptedException {
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        try (MappedWal wal = MappedWal.open(config())) {
            final SeriesHandle handle = wal.series(RT);
            final List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                final int thread = t;
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        for (int i = 0; i < 300; i++) {
                            handle.append(thread * 1000 + i, histogram(i, i));
                        }
                    } catch (Throwable broken) {
                        failure.compareAndSet(null, broken);
                    }
                }));
            }
            for (final Thread thread : threads) {
                thread.join();
            }
        }
        assertEquals(null, failure.get());
        final int[] next = new int[8];
        MappedWal.replay(directory, ReplayOptions.defaults(), new ReplayHandler() {
            @Override
            public void onSamples(Labels series, Samples samples) {
                assertEquals(0, samples.count());
            }

            @Override
            public void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {
                final int i = (int) timestamp % 1000;
                assertEquals(next[(int) timestamp / 1000]++, i);
                assertEquals(histogram(i, i), histogram);
            }
        });
        for (final int count : next) {
            assertEquals(300, count);
        }
    }

    @Test
    @DisplayName(
            "a time range finds histograms in sealed segments that hold no sample, and all metadata of what it reads")
    void shouldFindDetailsWhenATimeRangeIsAsked() {
        try (MappedWal wal = MappedWal.open(config())) {
            final SeriesHandle handle = wal.series(RT);
            for (int i = 0; i < 400; i++) {
                handle.append(i, histogram(20, i));
                handle.appendExemplar(i, i, null);
                handle.appendMetadata(1_000_000, Labels.of("type", "histogram"));
            }
        }
        final Found found = Found.of(directory, ReplayOptions.defaults().between(100, 119));
        final List<String> details = found.details.get(RT);
        final long metadata =
                details.stream().filter(each -> each.startsWith("Metadata")).count();
        assertEquals(
                20, details.stream().filter(each -> each.startsWith("Exemplar")).count());
        assertEquals(20, details.size() - 20 - metadata);
        assertTrue(metadata >= 20 && metadata < 400, () -> "metadata=" + metadata);
        assertTrue(found.report.shards().getFirst().skipped() > 3, found.report::toString);
    }

    @Test
    void shouldBeDurableWhenTheLogIsAGroupOne() {
        try (MappedWal wal = MappedWal.open(config().durability(Durability.GROUP))) {
            final long lsn = wal.series(RT).append(1, histogram(3, 1));
            assertTrue(wal.durable(0) >= lsn);
        }
    }

    @Test
    @DisplayName("what cannot be logged is refused before the log is touched")
    void shouldRefuseWhatIsTooLong() {
        try (MappedWal wal = MappedWal.open(config().callerRuns(true))) {
            final SeriesHandle handle = wal.series(RT);
            final long before = wal.checkpoint().lsn(0);
            final Histogram wide = new Histogram();
            for (int i = 0; i < 2000; i++) {
                wide.addBound(i);
            }
            final Histogram wrong = new Histogram();
            wrong.positive().add(1, 1);
            final Labels help = Labels.of("help", "h".repeat(30_000));
            assertThrows(IllegalArgumentException.class, () -> handle.append(1, wide));
            assertThrows(IllegalArgumentException.class, () -> handle.append(1, wrong));
            assertThrows(IllegalArgumentException.class, () -> handle.appendMetadata(1, help));
            assertThrows(IllegalArgumentException.class, () -> handle.appendExemplar(1, 1, help));
            assertEquals(before, wal.checkpoint().lsn(0));
        }
        assertEquals(Map.of(), Found.of(directory, ReplayOptions.defaults()).details);
    }

    @Test
    @DisplayName("P10: the largest that fits, again and again, fills segments and not the disk")
    void shouldTakeNoMoreThanThreeTimesItsLengthWhenItNearlyFillsASegment() {
        final Histogram large = new Histogram();
        for (int i = 0; i < 480; i++) {
            large.addBound(i);
        }
        try (MappedWal wal = MappedWal.open(config())) {
            final SeriesHandle handle = wal.series(RT);
            final long first = Lsn.position(handle.append(0, large));
            for (int i = 1; i <= 50; i++) {
                handle.append(i, large);
            }
            final long segments = (Lsn.position(wal.checkpoint().lsn(0)) - first) / WalConfig.MIN_SEGMENT_BYTES;
            assertTrue(segments <= 150, () -> "segments=" + segments);
        }
        assertEquals(
                51,
                Found.of(directory, ReplayOptions.defaults()).details.get(RT).size());
    }

    @Test
    void shouldSayWhyWhenThereIsNoSpaceOrTheLogIsClosed() {
        final MappedWal wal = MappedWal.open(
                config().maxBytes(8L * WalConfig.MIN_SEGMENT_BYTES).backpressure(Backpressure.fail()));
        final SeriesHandle handle = wal.series(RT);
        assertThrows(WalFullException.class, () -> {
            for (int i = 0; i < 100_000; i++) {
                handle.append(i, histogram(200, i));
            }
        });
        wal.close();
        assertThrows(WalClosedException.class, () -> handle.append(1, histogram(1, 1)));
        assertThrows(WalClosedException.class, () -> handle.appendMetadata(1, RT));
        assertThrows(WalClosedException.class, () -> handle.appendExemplar(1, 1, null));
    }
}
