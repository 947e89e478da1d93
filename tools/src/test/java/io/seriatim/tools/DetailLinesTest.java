package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Histograms, exemplars and metadata out of a log and into another.
class DetailLinesTest {
    private static final long SEED = 20_261_126;

    @TempDir
    private Path directory;

    private Path log(String name, int details) {
        final Path log = directory.resolve(name);
        final Random random = new Random(SEED);
        try (MappedWal wal = MappedWal.open(WalConfig.at(log).timeUnit(TimeUnit.NANOSECONDS))) {
            for (int i = 0; i < details; i++) {
                final SeriesHandle handle = wal.series(Labels.of("__name__", "s" + i % 5, "ort", "Z\"ürich\n"));
                handle.append(i, i);
                handle.append(random.nextLong(), histogram(random));
                handle.appendExemplar(
                        random.nextLong(),
                        Double.longBitsToDouble(random.nextLong()),
                        i % 3 == 0 ? null : Labels.of("trace_id", "t" + i));
                if (i % 7 == 0) {
                    handle.appendMetadata(i, Labels.of("help", "what \\ it \"means\" " + i, "type", "histogram"));
                }
            }
        }
        return log;
    }

    private static Histogram histogram(Random random) {
        final Histogram histogram = new Histogram()
                .floatCounts(random.nextBoolean())
                .delta(random.nextBoolean())
                .stale(random.nextInt(10) == 0)
                .reset(Histogram.Reset.values()[random.nextInt(4)])
                .startTimestamp(random.nextBoolean() ? Histogram.NO_START : random.nextLong() >> 1)
                .count(random.nextLong());
        if (random.nextBoolean()) {
            histogram
                    .sum(Double.longBitsToDouble(random.nextLong()))
                    .min(-1e-300)
                    .max(Double.POSITIVE_INFINITY);
        }
        if (random.nextBoolean()) {
            histogram.exponential(random.nextInt(30) - 10, random.nextDouble(), random.nextLong());
            histogram.positive().add(Integer.MIN_VALUE, random.nextLong());
            histogram.positive().add(random.nextInt() >> 1, random.nextLong());
            histogram.negative().add(random.nextInt(), -1);
        } else {
            histogram.addBound(0.1).addBound(random.nextDouble() + 1).addBound(Double.MAX_VALUE);
            histogram.positive().add(random.nextInt(3), 0);
            histogram.positive().add(3, random.nextLong());
        }
        return histogram;
    }

    @Test
    @DisplayName("P3: replay, ingest, replay again: the same lines, to the last bit")
    void shouldBeTheSameWhenReplayedAndIngested() throws IOException {
        final Path log = log("a", 500);
        final Path lines = directory.resolve("a.jsonl");
        final Path other = directory.resolve("b");

        assertEquals(0, Invocation.of("replay", log, "--output", lines).code());
        final Invocation ingest = Invocation.of("ingest", "--format", "jsonl", "--dir", other, "--unit", "ns", lines);
        assertEquals(0, ingest.code(), ingest.err());

        assertEquals(Files.readAllLines(lines), Invocation.of("replay", other).lines());
        final Invocation diff = Invocation.of("diff", log, other);
        assertEquals(0, diff.code(), diff.out());
        assertTrue(Files.readString(lines).contains("\"histogram\":{\"timestamp\":"));
    }

    @Test
    void shouldTellWhichDetailsDiffer() {
        final Path a = log("a", 100);
        final Path b = log("b", 101);

        final Invocation diff = Invocation.of("diff", a, b);

        assertEquals(4, diff.code(), diff.out());
        assertTrue(diff.out().contains("__detail__=\"histogram\""), diff.out());
        assertTrue(diff.out().contains("__detail__=\"exemplar\""), diff.out());
    }

    @Test
    void shouldSelectDetailsByTheirSeries() {
        final Invocation replay = Invocation.of("replay", log("a", 50), "--select", "{__name__=\"s1\"}");

        assertEquals(0, replay.code(), replay.err());
        assertEquals(
                10,
                replay.lines().stream()
                        .filter(line -> line.contains("\"histogram\":{"))
                        .count());
        assertFalse(replay.out().contains("\"s2\""), replay.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "lineprotocol", "openmetrics", "prometheus"})
    @DisplayName("nothing is left out in silence")
    void shouldSayHowManyDetailsAFormatCannotSay(String format) {
        final Invocation replay = Invocation.of("replay", log("a", 14), "--to", format);

        assertEquals(0, replay.code(), replay.err());
        assertTrue(replay.err().contains("histograms, exemplars and metadata (30)"), replay.err());
    }

    @Test
    void shouldRejectLinesOfDetailsThatAreNotWhole() throws IOException {
        final String labels = "{\"labels\":{\"__name__\":\"up\"},";
        final List<String> lines = List.of(
                labels + "\"histogram\":{\"timestamp\":1,\"count\":1,\"bounds\":[],\"positive\":[]}}",
                labels + "\"histogram\":{\"count\":1}}",
                labels + "\"histogram\":{\"timestamp\":1,\"scale\":3}}",
                labels + "\"histogram\":{\"timestamp\":1,\"what\":3}}",
                labels + "\"histogram\":{\"timestamp\":1,\"positive\":[[1,1],[1,1]]}}",
                labels + "\"histogram\":{\"timestamp\":1,\"positive\":[[1,1]]}}",
                labels + "\"histogram\":{\"timestamp\":1,\"count\":18446744073709551616}}",
                labels + "\"exemplar\":{\"timestamp\":1}}",
                labels + "\"metadata\":{\"timestamp\":1}}",
                labels + "\"metadata\":{\"timestamp\":1,\"attributes\":{\"a\":1}}}");
        final Path file = directory.resolve("bad.jsonl");
        Files.write(file, lines);

        final Invocation ingest = Invocation.of("ingest", "--format", "jsonl", "--dir", directory.resolve("c"), file);

        assertEquals(2, ingest.code(), ingest.err());
        for (int line = 2; line <= lines.size(); line++) {
            assertTrue(
                    (ingest.out() + ingest.err()).contains("bad.jsonl:" + line),
                    "line " + line + " of\n" + (ingest.out() + ingest.err()));
        }
        assertFalse((ingest.out() + ingest.err()).contains("bad.jsonl:1:"), (ingest.out() + ingest.err()));
    }
}
