package io.seriatim.tools.sort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.TestSamples;
import io.seriatim.wal.Labels;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleSorterTest {
    @TempDir
    private Path directory;

    /// Against a map that simply holds everything; the memory is so small that there are many runs.
    @ParameterizedTest
    @CsvSource({"1, 400000, 1048576", "50, 300000, 1048576", "40000, 200000, 1048576", "20000, 400000, 8388608"})
    void shouldSortBySeriesAndTimeWhateverTheMemory(int series, int samples, long memoryBytes) {
        final Random random = new Random(series);
        final TreeMap<byte[], List<long[]>> expected = new TreeMap<>(Arrays::compareUnsigned);
        try (SampleSorter sorter = SampleSorter.in(directory, memoryBytes)) {
            for (int i = 0; i < samples; ) {
                final Labels labels = labels(random.nextInt(series));
                final int count = Math.min(samples - i, random.nextInt(20) == 0 ? random.nextInt(300) : 1);
                final long[] timestamps = new long[count];
                final long[] bits = new long[count];
                final List<long[]> mine = expected.computeIfAbsent(SortKey.of(labels), _ -> new ArrayList<>());
                for (int s = 0; s < count; s++) {
                    timestamps[s] = random.nextInt(4) == 0 ? random.nextInt(1000) : i + s;
                    bits[s] = random.nextLong();
                    mine.add(new long[] {timestamps[s], bits[s]});
                }
                sorter.add(labels, new TestSamples(8, timestamps, bits));
                i += count;
            }
            final SortedSamples sorted = sorter.sorted();

            expected.forEach((key, all) -> {
                assertTrue(sorted.nextSeries());
                assertArrayEquals(key, Arrays.copyOf(sorted.key(), sorted.keyLength()));
                all.sort(Comparator.comparingLong(sample -> sample[0])); // stable
                assertEquals(all.size(), sorted.count());
                for (final long[] sample : all) {
                    assertTrue(sorted.nextSample());
                    assertEquals(sample[0], sorted.timestamp());
                    assertEquals(sample[1], sorted.valueBits());
                }
                assertFalse(sorted.nextSample());
            });
            assertFalse(sorted.nextSeries());
            assertEquals(samples, sorter.samples());
        }
    }

    @Test
    void shouldMergeInSeveralPassesWhenThereAreMoreRunsThanBuffers() {
        final int runs = 40; // of 8 that are merged at once in a mebibyte
        try (SampleSorter sorter = SampleSorter.in(directory, 1 << 20)) {
            final long[] timestamps = new long[30_000];
            for (int run = 0; run < runs; run++) {
                Arrays.fill(timestamps, 7);
                final long[] bits = new long[timestamps.length];
                for (int i = 0; i < bits.length; i++) {
                    bits[i] = (long) run * bits.length + i;
                }
                sorter.add(Labels.of("a", "b"), new TestSamples(8, timestamps, bits));
            }
            final SortedSamples sorted = sorter.sorted();

            assertTrue(sorted.nextSeries());
            for (long i = 0; i < (long) runs * timestamps.length; i++) {
                assertTrue(sorted.nextSample());
                assertEquals(i, sorted.valueBits(), "samples of one time keep their order");
            }
            assertFalse(sorted.nextSample());
        }
    }

    @Test
    void shouldKeepSeriesWithoutSamplesAndSkipThoseNotLookedAt() {
        try (SampleSorter sorter = SampleSorter.in(directory, 1 << 20)) {
            sorter.add(Labels.of("a", "1"), new TestSamples(8, new long[0], new long[0]));
            sorter.add(Labels.of("a", "2"), new TestSamples(8, new long[] {3, 1, 2}, new long[3]));
            sorter.add(Labels.of("a", "3"), TestSamples.of(8, 5, 6));
            final SortedSamples sorted = sorter.sorted();

            assertTrue(sorted.nextSeries());
            assertEquals(0, sorted.count());
            assertTrue(sorted.nextSeries());
            assertTrue(sorted.nextSample());
            assertTrue(sorted.nextSeries());
            assertTrue(sorted.nextSample());
            assertEquals(5, sorted.timestamp());
            assertFalse(sorted.nextSeries());
        }
    }

    @Test
    void shouldTakeTheLargestLabelsInTheLeastMemory() {
        final String value = "x".repeat(32 * 1024);
        try (SampleSorter sorter = SampleSorter.in(directory, SampleSorter.LEAST_MEMORY_BYTES)) {
            for (int i = 0; i < 50; i++) {
                sorter.add(
                        Labels.of("__name__", value.substring(0, 30_000), "b", "" + i, "c", value),
                        TestSamples.of(8, i, i));
            }
            final SortedSamples sorted = sorter.sorted();
            int series = 0;
            while (sorted.nextSeries()) {
                assertEquals(
                        value, SortKey.labels(sorted.key(), sorted.keyLength()).get("c"));
                series++;
            }
            assertEquals(50, series);
        }
    }

    @Test
    void shouldLeaveNoFileBehindAndSayWhereItCouldNotMakeOne() throws Exception {
        final SampleSorter sorter = SampleSorter.in(directory, 1 << 20);
        sorter.add(Labels.of("a", "1"), TestSamples.of(8, 1, 1));
        sorter.sorted();
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(0, files.count(), "it has no name even while it is in use");
        }
        sorter.close();

        final UncheckedIOException failed =
                assertThrows(UncheckedIOException.class, () -> SampleSorter.in(directory.resolve("none"), 1 << 20));
        assertTrue(failed.getCause().getMessage().contains("--temp"), failed.getMessage());
    }

    @Test
    void shouldOrderByMetricFirst() {
        final List<Labels> inOrder = List.of(
                Labels.of("zone", "1"),
                Labels.of("__name__", "up"),
                Labels.of("__name__", "up", "a", "1"),
                Labels.of("A", "1", "__name__", "up"),
                Labels.of("__name__", "up\u0000"),
                Labels.of("__name__", "up_time"));

        for (int i = 1; i < inOrder.size(); i++) {
            final byte[] a = SortKey.of(inOrder.get(i - 1));
            final byte[] b = SortKey.of(inOrder.get(i));
            final boolean sameMetric = "up".equals(inOrder.get(i - 1).get("__name__"))
                    && "up".equals(inOrder.get(i).get("__name__"));
            assertTrue(
                    sameMetric || SortKey.compare(a, a.length, b, b.length) < 0,
                    inOrder.get(i).toString());
            assertEquals(inOrder.get(i), SortKey.labels(b, b.length));
        }
        final byte[] record = SortKey.ofRecords(-2);
        assertTrue(SortKey.isRecords(record, record.length));
        assertEquals(-2, SortKey.kind(record));
        assertFalse(SortKey.isRecords(SortKey.of(Labels.of("a", "b")), 6));
    }

    private static Labels labels(int series) {
        return Labels.of("__name__", "metric_" + series % 7, "instance", "host-" + series, "job", "api");
    }
}
