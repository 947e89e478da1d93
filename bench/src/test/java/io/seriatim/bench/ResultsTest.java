package io.seriatim.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From measurements to `results.json`, tables and pictures.
class ResultsTest {
    @TempDir
    private Path directory;

    private static Measurement rate(String part, String contender, int round, int repetition, double rate) {
        return new Measurement(
                part, contender, "1 threads", round, repetition, Map.of("itemsPerSecond", rate), Map.of());
    }

    @Test
    void shouldTakeTheMedianOfEachJvmFirstWhenTakingTheMedian() {
        final List<Measurement> all = List.of(
                rate("w1", "a", 1, 1, 1),
                rate("w1", "a", 1, 2, 2),
                rate("w1", "a", 1, 3, 100),
                rate("w1", "a", 2, 1, 3),
                rate("w1", "a", 3, 1, 200));

        assertEquals(3, Medians.of(all, "itemsPerSecond"));
        assertEquals(1, Medians.least(all, "itemsPerSecond"));
        assertEquals(200, Medians.most(all, "itemsPerSecond"));
    }

    @Test
    void shouldKeepEveryRepetitionWhenWrittenAndRead() throws IOException {
        final Results results = results();
        results.write(directory.resolve("results.json"));

        assertEquals(results, Results.read(directory.resolve("results.json")));
    }

    @Test
    void shouldTellRatiosAndRefusalsWhenRendered() throws IOException {
        final String page = new Tables(results()).markdown();

        assertTrue(page.contains("| Seriatim, by handle | 20.00 | 20.00 | 20.00 | 2.00 |"), page);
        assertTrue(page.contains("* w1: RocksDB, put: `no such library`"), page);
        assertTrue(
                page.contains("| W1, by handle, 1 thread | >= 2.5 x | 20.00 M/s (reaches 20.0 M/s)"
                        + " | 2.00 (agrona-ring) | **missed** |"),
                page);
        assertTrue(page.contains("| QuestDB WAL writer, commit per 1000 | 1 thread, known labels | 9.00 |"), page);
        assertTrue(page.contains("| 1000 series, 1000 segments, by handle | 31.0 | 31.0 | 31.0 |"), page);
        assertTrue(page.contains("| 1,000,000,000 | 64.0 |"), page);
        assertTrue(page.contains("| RecoveryBenchmark.open mebibytes=1024 | 900.0 ms/op |"), page);
    }

    @Test
    void shouldDrawAllPicturesWhenThereAreMeasurements() throws IOException {
        final List<String> written = new Plots(results(), directory.resolve("plots")).draw();

        assertTrue(written.containsAll(List.of("throughput-w1.svg", "latency-response.svg", "durable-1.svg")));
        assertTrue(written.containsAll(List.of("replay.svg", "growth.svg", "growth-segments.svg", "memory.svg")));
        for (final String name : written) {
            assertTrue(
                    Files.readString(directory.resolve("plots").resolve(name)).endsWith("</svg>\n"), name);
        }
    }

    @Test
    void shouldKeepTheProseWhenRenderedIntoAPage() {
        final String made = RenderCommand.BEGIN + "\nnew\n" + RenderCommand.END + "\n";
        final String page = "# Title\n\n" + RenderCommand.BEGIN + "\nold\n" + RenderCommand.END + "\n\nThe end.\n";

        assertEquals("# Title\n\n" + made + "The end.\n", RenderCommand.inserted(page, made));
        assertEquals("# Title\n\n" + made, RenderCommand.inserted("# Title\n", made));
    }

    private static Measurement growth(String variant, double nanos) {
        return new Measurement(
                "growth",
                "seriatim-handle",
                variant,
                1,
                1,
                Map.of("series", 1000.0, "nanosPerAppend", nanos),
                Map.of());
    }

    private static Results results() throws IOException {
        final Histogram histogram = new Histogram(3);
        for (int i = 1; i < 1000; i++) {
            histogram.recordValue(i * i);
        }
        final String text = Histograms.encode(histogram);
        return new Results(
                "2026-01-01T00:00:00Z",
                "short",
                Machine.of(Path.of("."), List.of("-Xmx2g")),
                Workload.SEED,
                Arrays.stream(ContenderKind.values())
                        .map(Results.ContenderInfo::of)
                        .toList(),
                List.of(
                        rate("w1", "seriatim-handle", 1, 1, 20e6),
                        rate("w1", "agrona-ring", 1, 1, 10e6),
                        new Measurement(
                                "latency",
                                "stream",
                                "200000 items/s",
                                1,
                                1,
                                Map.of("responseMicrosP50", 0.2),
                                Map.of(
                                        "response", text,
                                        "service", text,
                                        "memoryResponse", text,
                                        "memoryService", text)),
                        new Measurement(
                                "replay",
                                "questdb",
                                "1 thread, known labels",
                                1,
                                1,
                                Map.of("itemsPerSecond", 9e6),
                                Map.of()),
                        growth("1000 series", 30),
                        growth("1000 series, 1000 segments", 31),
                        new Measurement(
                                "memory",
                                "seriatim-handle",
                                "1000000000 appends",
                                1,
                                1,
                                Map.of("appends", 1e9, "anonymousBytes", 64.0 * (1 << 20), "heapUsedBytes", 1e6),
                                Map.of()),
                        new Measurement(
                                "recovery",
                                "seriatim",
                                "RecoveryBenchmark.open mebibytes=1024",
                                1,
                                1,
                                Map.of("ms/op", 900.0),
                                Map.of()),
                        new Measurement(
                                "durable",
                                "stream",
                                "8 threads, 1 per sync",
                                1,
                                1,
                                Map.of("acknowledgementsPerSecond", 5000.0),
                                Map.of())),
                List.of(new Results.Refusal("w1", "rocksdb", "no such library")));
    }
}
