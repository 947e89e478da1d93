package io.seriatim.tools.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.Invocation;
import io.seriatim.wal.Labels;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Out of a log, into another, and out again: both logs hold the same, in the words of `diff`, and say the same.
class RoundTripTest {
    private static final int SERIES = 30;
    private static final int SAMPLES = 200;

    @TempDir
    private Path parent;

    private Path copy(Path log, String format) throws IOException {
        final Path text = parent.resolve("text." + format);
        final Invocation replay = Invocation.of("replay", log, "--to", format, "-o", text);
        assertEquals(0, replay.code(), replay.err());
        final Path copy = parent.resolve("copy");
        final Invocation ingest = Invocation.of("ingest", "--dir", copy, "--shards", 3, text);
        assertEquals(0, ingest.code(), ingest.err());
        assertTrue(Files.size(text) > 0);
        return copy;
    }

    private static void assertSame(Path log, Path copy) {
        final Invocation diff = Invocation.of("diff", log, copy);
        assertEquals(0, diff.code(), () -> diff.out() + diff.err());
        assertTrue(diff.out().contains("Equal"), diff::out);
    }

    /// Any finite double, any order of times; names that every format can say.
    private Path plainLog() {
        final Path log = parent.resolve("log");
        final SplittableRandom random = new SplittableRandom(5);
        try (MappedWal wal = MappedWal.open(WalConfig.at(log).shards(2).segmentBytes(64 * 1024))) {
            for (int series = 0; series < SERIES; series++) {
                final Labels labels = Labels.of(
                        "__name__", "m" + series % 7 + "_total", "host", "h-" + series, "path", "a b\\\"=," + series);
                for (int i = 0; i < SAMPLES; i++) {
                    double value = Double.longBitsToDouble(random.nextLong());
                    value = Double.isFinite(value) ? value : i;
                    wal.series(labels).append(1_700_000_000_000L + i * 15_000L + random.nextInt(15_000), value);
                }
            }
            for (long i = 0, time = 1; i < SAMPLES; i++, time += 1 + random.nextLong((1L << 42) / SAMPLES)) {
                wal.series(Labels.of("__name__", "ages")).append(time, i);
                wal.series(Labels.of("__name__", "early")).append(1000 + i, i);
            }
        }
        return log;
    }

    @ParameterizedTest
    @ValueSource(strings = {"jsonl", "csv", "lineprotocol", "openmetrics", "prometheus"})
    void shouldHoldTheSameWhenReadBack(String format) throws IOException {
        final Path log = plainLog();
        assertSame(log, copy(log, format));
    }

    /// The other formats cannot say all of it, and replay says what they leave out.
    @Test
    void shouldHoldEverythingAwkwardWhenReadBackFromJson() throws IOException {
        final Path log = AwkwardLog.in(parent.resolve("log"));
        assertSame(log, copy(log, "jsonl"));
    }

    @Test
    void shouldNoticeWhenOneValueIsAnother() throws IOException {
        final Path log = plainLog();
        final Path copy = copy(log, "csv");
        final Path text = parent.resolve("text.csv");
        final String line = Files.readAllLines(text).getLast();
        final Path more = parent.resolve("more.csv");
        Files.writeString(more, Files.readAllLines(text).getFirst() + "\n");
        Files.writeString(more, line.replaceAll(",[^,]*$", ",123.25") + "\n", StandardOpenOption.APPEND);
        assertEquals(0, Invocation.of("ingest", "--dir", copy, more).code());

        assertEquals(4, Invocation.of("diff", log, copy).code());
    }
}
