package io.seriatim.tools.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.ChildJvm;
import io.seriatim.tools.Logs;
import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.mmap.MappedWal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// In JVMs whose heap is smaller than the labels of the series alone.
class ReplayMemoryTest {
    private static final int SERIES = 200_000;
    private static final int ROUNDS = 3;
    private static final List<String> FLAGS = List.of("-Xmx24m", "-XX:NewRatio=7");

    @TempDir
    private Path parent;

    @Test
    void shouldStayWithinTheHeapThatItWasGivenHoweverManySeries() throws Exception {
        final Path log = log(1 << 20, ROUNDS);

        for (final String format : List.of("jsonl", "csv", "openmetrics")) {
            final ChildJvm replay = ChildJvm.start(parent, FLAGS, "replay", log, "--to", format, "--memory", "24m");
            assertEquals(0, replay.end(), replay.errText());
            try (Stream<String> lines = Files.lines(replay.out())) {
                assertEquals(
                        SERIES * ROUNDS,
                        lines.filter(line -> line.contains("instance")).count(),
                        format);
            }
            Files.delete(replay.out());
        }
        final ChildJvm diff = ChildJvm.start(parent, FLAGS, "diff", log, log, "--memory", "24m");
        assertEquals(0, diff.end(), diff.errText());
        assertTrue(Files.readString(diff.out()).contains("600,000 samples in 200,000 series"));
    }

    /// One segment of each shard defines all of its series, more than the heap could hold.
    @Test
    void shouldPutLabelsThatDoNotFitIntoAFile() throws Exception {
        final Path log = log(64 << 20, ROUNDS);

        final ChildJvm replay =
                ChildJvm.start(parent, FLAGS, "replay", log, "--quiet", "--memory", "24m", "--to", "csv");

        assertEquals(0, replay.end(), replay.errText());
        assertEquals("", replay.errText());
        final Set<String> samples = new HashSet<>();
        try (Stream<String> lines = Files.lines(replay.out())) {
            lines.skip(1).forEach(samples::add);
        }
        assertEquals(SERIES * ROUNDS, samples.size());
        for (int i = 0; i < SERIES; i += 997) {
            assertTrue(samples.contains("\"requests_total{instance=\"\"host-" + i
                    + "\"\",job=\"\"a-service-with-a-name\"\"}\"," + (Logs.START + 2) + "," + i + ".0"));
        }
    }

    @Test
    void shouldSayWhatToTryWhenItIsTooLittleAllTheSame() throws Exception {
        final Path log = parent.resolve("wal");
        try (MappedWal wal = MappedWal.open(Logs.config(log).segmentBytes(64 << 20))) {
            wal.appendRecord(0, 1, new byte[15 << 20], 0, 15 << 20); // read as a whole
        }

        final ChildJvm replay = ChildJvm.start(
                parent, List.of("-Xmx16m", "-XX:NewRatio=7"), "replay", log, "--quiet", "--memory", "16m");

        assertEquals(3, replay.end(), replay.errText());
        final String err = replay.errText();
        assertTrue(err.startsWith("seriatim: out of memory: memory=1"), err);
        assertTrue(err.contains("--memory "), err);
        assertEquals(1, err.lines().count(), err);
    }

    private Path log(int segmentBytes, int rounds) {
        final Path log = parent.resolve("wal");
        try (MappedWal wal = MappedWal.open(Logs.config(log).segmentBytes(segmentBytes))) {
            final SeriesHandle[] handles = new SeriesHandle[SERIES];
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < SERIES; i++) {
                    if (handles[i] == null) {
                        handles[i] = wal.series(Labels.of(
                                "__name__", "requests_total", "instance", "host-" + i, "job", "a-service-with-a-name"));
                    }
                    handles[i].append(Logs.START + round, i);
                }
            }
        }
        return log;
    }
}
