package io.seriatim.tools.stat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seriatim.tools.Seriatim;
import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Labels;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `stat` in a JVM of its own whose heap is small: it must do whatever the log holds.
class StatMemoryTest {
    @TempDir
    private Path parent;

    @Test
    void shouldDoWithLittleHeapWhenThereAreManySeries() throws Exception {
        final int count = 200_000;
        final Path log =
                log(count, 4 << 20, i -> Labels.of("__name__", "m" + i % 50, "instance", "host-" + i, "job", "api"));

        final JsonNode stat = stat(log, "-Xmx64m");

        assertEquals(count, stat.get("samples").asLong());
        assertWithin(count, stat.get("series"));
        assertEquals("instance", stat.at("/mostValues/0/name").asText());
        assertWithin(count, stat.at("/mostValues/0/values"));
        assertWithin(50, stat.at("/mostValues/1/values"));
        assertTrue(stat.at("/mostValues/2/values/exact").asBoolean(), "one job");
    }

    @Test
    void shouldDoWithLittleHeapWhenLabelsAreLongAndNamesMany() throws Exception {
        final int count = 3_000;
        final String filler = "x".repeat(10_000);
        final Path log = log(count, 4 << 20, i -> Labels.of("name-" + i, filler + i, "other-" + i, "y"));

        final JsonNode stat = stat(log, "-Xmx64m");

        assertEquals(count, stat.get("samples").asLong());
        assertWithin(count, stat.get("series"));
        assertWithin(2 * count, stat.get("labelNames"));
        assertTrue(stat.at("/mostBytes/0/cut").asBoolean());
    }

    /// The labels that one segment defines would take more than the heap.
    @Test
    void shouldDoWithLittleHeapWhenOneSegmentHoldsNothingButNewSeries() throws Exception {
        final int count = 500_000;
        final Path log = log(count, 64 << 20, i -> Labels.of("__name__", "m", "instance", "host-" + i, "job", "api"));

        final JsonNode stat = stat(log, "-Xmx100m");

        assertEquals(count, stat.get("samples").asLong());
        assertWithin(count, stat.get("series"));
    }

    private static void assertWithin(long truth, JsonNode estimate) {
        assertTrue(
                estimate.get("low").asLong() <= truth
                        && truth <= estimate.get("high").asLong(),
                truth + " is not within " + estimate);
    }

    private Path log(int count, int segmentBytes, IntFunction<Labels> labels) {
        final Path log = parent.resolve("wal");
        final WalConfig config = WalConfig.at(log)
                .shards(1)
                .segmentBytes(segmentBytes)
                .maxSeries(count)
                .backpressure(Backpressure.block(Duration.ofSeconds(60)));
        try (MappedWal wal = MappedWal.open(config)) {
            for (int i = 0; i < count; i++) {
                wal.series(labels.apply(i)).append(1_700_000_000_000L + i, i);
            }
        }
        return log;
    }

    private JsonNode stat(Path log, String heap) throws IOException, InterruptedException {
        final File out = parent.resolve("out").toFile();
        final File err = parent.resolve("err").toFile();
        final Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        heap,
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Seriatim.class.getName(),
                        "stat",
                        log.toString(),
                        "--json",
                        "--quiet")
                .redirectOutput(out)
                .redirectError(err)
                .start();
        try {
            assertTrue(process.waitFor(3, TimeUnit.MINUTES), "it does not end");
        } finally {
            process.destroyForcibly().waitFor();
        }
        // No flag, so no warning either: the sketches must not need any.
        assertEquals("", Files.readString(err.toPath()));
        assertEquals(0, process.exitValue());
        return new ObjectMapper().readTree(out);
    }
}
