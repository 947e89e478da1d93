package io.seriatim.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seriatim.bench.Marks.Row;
import io.seriatim.bench.Marks.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is said to be held, and what to be missed.
class MarksTest {
    private static final String W1 = "W1, whole series, 1 thread";

    private final List<Measurement> measurements = new ArrayList<>();

    private void add(Part part, String contender, String variant, Map<String, Double> values) {
        measurements.add(new Measurement(part.id(), contender, variant, 1, measurements.size() + 1, values, Map.of()));
    }

    private void rate(Part part, String contender, String variant, double rate) {
        add(part, contender, variant, Map.of("itemsPerSecond", rate));
    }

    private Row row(String what) throws Exception {
        final Results results = new Results(
                "2026-01-01T00:00:00Z",
                "full",
                Machine.of(Path.of("."), List.of()),
                Workload.SEED,
                Arrays.stream(ContenderKind.values())
                        .map(Results.ContenderInfo::of)
                        .toList(),
                measurements,
                List.of());
        return new Marks(results)
                .rows().stream()
                        .filter(row -> row.what().startsWith(what))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void shouldBeHeldWhenTheRatioReachesTheMark() throws Exception {
        rate(Part.W1, "seriatim-whole", "1 threads", 15e6);
        rate(Part.W1, "agrona-ring", "1 threads", 10e6);

        assertEquals(
                new Row(W1, ">= 1.5 x", "15.00 M/s (reaches 12.0 M/s)", "1.50 (agrona-ring)", Verdict.HELD), row(W1));
    }

    @Test
    void shouldBeMissedWhenTheRatioReachesTheMarkOnlyRounded() throws Exception {
        rate(Part.W1, "seriatim-whole", "1 threads", 14.999e6);
        rate(Part.W1, "agrona-ring", "1 threads", 10e6);

        assertEquals("1.50 (agrona-ring)", row(W1).ratio());
        assertEquals(Verdict.MISSED, row(W1).verdict());
    }

    @Test
    void shouldTakeTheBestMedianAmongRivalsOfThatVariantWhenThereAreMany() throws Exception {
        rate(Part.W1, "seriatim-handle", "1 threads", 40e6);
        rate(Part.W1, "seriatim-whole", "1 threads", 15e6);
        rate(Part.W1, "stream", "1 threads", 5e6);
        rate(Part.W1, "queue", "1 threads", 1e6);
        rate(Part.W1, "queue", "1 threads", 6e6);
        rate(Part.W1, "queue", "1 threads", 9e6);
        rate(Part.W1, "aeron", "2 threads", 99e6);
        rate(Part.W2, "aeron", "1 threads", 99e6);

        assertEquals("2.50 (queue)", row(W1).ratio());
    }

    @Test
    void shouldNotBeMeasuredWhenNoRivalRan() throws Exception {
        rate(Part.W1, "seriatim-whole", "1 threads", 15e6);

        assertEquals(Verdict.NOT_MEASURED, row(W1).verdict());
    }

    @Test
    void shouldNotBeMeasuredWhenSeriatimDidNotRun() throws Exception {
        rate(Part.W1, "agrona-ring", "1 threads", 15e6);

        assertEquals(new Row(W1, ">= 1.5 x", "-", "-", Verdict.NOT_MEASURED), row(W1));
    }

    @Test
    void shouldCountTheWorseOfBothWaysWhenLatencyIsCompared() throws Exception {
        final String what = "latency from the schedule, max, the worse";
        latency("seriatim-whole", 100);
        latency("stream", 250);
        latency("channel", 200);
        latency("seriatim-handle", 202);

        assertEquals("1.01 (channel)", row(what).ratio());
        assertEquals(Verdict.MISSED, row(what).verdict());
    }

    private void latency(String contender, double max) {
        add(Part.LATENCY, contender, "200000 items/s", Map.of("responseMicrosMax", max));
    }

    @Test
    void shouldCompareWithTheFastestReaderWhenARivalReadsInTwoWays() throws Exception {
        rate(Part.REPLAY, "seriatim-whole", "1 thread", 27e6);
        rate(Part.REPLAY, "seriatim-whole", "2 threads", 48e6);
        rate(Part.REPLAY, "questdb", "1 thread", 8e6);
        rate(Part.REPLAY, "questdb", "1 thread, known labels", 10e6);

        assertEquals("2.70 (questdb)", row("replay, 1 thread, every").ratio());
        assertEquals("1.78", row("replay, 2 threads against 1, every").ratio());
        assertEquals(Verdict.MISSED, row("replay, 2 threads against 1, every").verdict());
    }

    @Test
    void shouldBeMissedWhenAnAppendAllocates() throws Exception {
        add(Part.W1, "seriatim-whole", "1 threads", Map.of("allocatedBytesPerItem", 0.0));
        add(Part.W2, "seriatim-handle", "4 threads", Map.of("allocatedBytesPerItem", 0.1));

        assertEquals(Verdict.MISSED, row("allocation, all programs").verdict());
    }

    @Test
    void shouldBeMissedWhenCostGrowsWithTheSeries() throws Exception {
        final String what = "growth, 1 to 10^7 series, by handle";
        growth(1, 30);
        growth(1000, 31);
        growth(1_000_000, 35);
        assertEquals(Verdict.NOT_MEASURED, row(what).verdict());

        growth(10_000_000, 38);
        assertEquals(Verdict.HELD, row(what).verdict());

        growth(10_000_000, 45);
        assertEquals(Verdict.MISSED, row(what).verdict());
    }

    private void growth(int series, double nanos) {
        add(
                Part.GROWTH,
                "seriatim-handle",
                series + " series",
                Map.of("series", (double) series, "nanosPerAppend", nanos));
    }

    @Test
    void shouldBeMissedWhenMemoryGrows() throws Exception {
        memory(1e7, 0);
        assertEquals(Verdict.HELD, row("memory").verdict());

        memory(1e7, 1 << 20);
        assertEquals(Verdict.MISSED, row("memory").verdict());

        memory(1e6, 0);
        assertEquals(Verdict.NOT_MEASURED, row("memory").verdict());
    }

    private void memory(double appendsEach, double growthEach) {
        measurements.clear();
        for (int i = 1; i <= 100; i++) {
            add(
                    Part.MEMORY,
                    "seriatim-handle",
                    "appends",
                    Map.of("appends", i * appendsEach, "anonymousBytes", 100 * (1 << 20) + i * growthEach));
        }
    }

    @Test
    void shouldJudgeTheServerByItsBestVariantWhenThereAreMany() throws Exception {
        final Part part = Part.OTEL_WRITE_PERF_BENCH;
        add(part, "seriatim-handle", "1 clients", Map.of("pointsPerSecond", 50e3, "cpuTimeShare.log", 0.01));
        add(part, "seriatim-handle", "4 clients", Map.of("pointsPerSecond", 200e3, "cpuTimeShare.log", 0.05));

        assertEquals(
                new Row(
                        "OTLP over gRPC, durable, points/s",
                        ">= 200,000",
                        "200,000, 4 clients",
                        "10.6 (the ancestor)",
                        Verdict.HELD),
                row("OTLP over gRPC, durable"));
        assertEquals(Verdict.MISSED, row("OTLP over gRPC: the log's share").verdict());
    }
}
