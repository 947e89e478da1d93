package io.seriatim.tools.stat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seriatim.tools.Invocation;
import io.seriatim.tools.ReportDocument;
import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("crash")
class StatCommandTest {
    private static final long START = 1_700_000_000_000L / 3_600_000 * 3_600_000;
    private static final int SERIES = 10;
    private static final int SAMPLES = 480;
    private static final int SEGMENT_BYTES = 1 << 20;

    @TempDir
    private Path parent;

    private Path log;

    @BeforeEach
    void setUp() {
        log = parent.resolve("wal");
    }

    private static WalConfig config(Path log) {
        return WalConfig.at(log).shards(1).segmentBytes(SEGMENT_BYTES);
    }

    private static Labels labels(int series) {
        return Labels.of("__name__", "up", "job", series < 7 ? "api" : "db", "instance", "host-" + series);
    }

    /// Two hours, one sample each 15 s; series 9 ends after the first hour and has its samples backwards.
    private static void fill(MappedWal wal) {
        final SeriesHandle[] handles = new SeriesHandle[SERIES];
        for (int i = 0; i < SERIES; i++) {
            handles[i] = wal.series(labels(i));
        }
        for (int sample = 0; sample < SAMPLES; sample++) {
            for (int i = 0; i < SERIES - 1; i++) {
                handles[i].append(START + 15_000L * sample, sample);
            }
            if (sample < SAMPLES / 2) {
                handles[SERIES - 1].append(START + 15_000L * (SAMPLES / 2 - 1 - sample), sample);
            }
        }
        wal.appendRecord(0, 7, new byte[100], 0, 100);
    }

    private Path closed() {
        try (MappedWal wal = MappedWal.open(config(log))) {
            fill(wal);
        }
        return log;
    }

    @Test
    void shouldTellExactlyWhatIsInALog() throws Exception {
        closed();

        final JsonNode stat = report(0, "stat", log, "--json");

        assertEquals("SOUND", stat.get("state").asText());
        assertEquals(1, stat.get("segments").asInt());
        assertEquals(1, stat.get("epochs").asInt());
        assertEquals(SEGMENT_BYTES, stat.get("diskBytes").asLong());
        assertEquals(9 * SAMPLES + SAMPLES / 2, stat.get("samples").asLong());
        assertEquals(SERIES, stat.at("/series/estimate").asLong());
        assertTrue(stat.at("/series/exact").asBoolean());
        assertEquals(SAMPLES / 2 - 1, stat.at("/outOfOrder/estimate").asLong());
        assertEquals(1, stat.get("opaqueRecords").asLong());
        assertEquals(100, stat.get("opaqueBytes").asLong());
        assertEquals(START, stat.get("minTimestamp").asLong());
        assertEquals(START + 15_000L * (SAMPLES - 1), stat.get("maxTimestamp").asLong());
        assertEquals(4560 / (15.0 * (SAMPLES - 1)), stat.get("samplesPerSecond").asDouble(), 1e-9);
        // The first sample of each series comes with its labels, the others are frames of 32 bytes.
        long bytes = 0;
        for (int i = 0; i < SERIES; i++) {
            bytes += 11 + labels(i).encodedLength() + 32L * ((i < 9 ? SAMPLES : SAMPLES / 2) - 1);
        }
        assertEquals(bytes, stat.get("seriesBytes").asLong());
        assertEquals(
                stat.get("bytes").asDouble() / 4560, stat.get("bytesPerSample").asDouble(), 1e-9);
    }

    @Test
    void shouldListWhatThereIsMostOf() throws Exception {
        closed();

        final JsonNode stat = report(0, "stat", log, "--json", "--top", 3);

        assertEquals(3, stat.get("mostSamples").size());
        assertEquals("host-0", stat.at("/mostSamples/0/labels/instance").asText());
        assertEquals(SAMPLES, stat.at("/mostSamples/2/estimate").asLong());
        assertEquals(
                11 + labels(0).encodedLength() + 32 * (SAMPLES - 1),
                stat.at("/mostBytes/0/estimate").asLong());
        assertEquals(3, stat.at("/labelNames/estimate").asLong());
        assertEquals("instance", stat.at("/mostValues/0/name").asText());
        assertEquals(SERIES, stat.at("/mostValues/0/values/estimate").asLong());
        assertEquals("job", stat.at("/mostValues/1/name").asText());
        assertEquals("api", stat.at("/mostValues/1/mostSeries/0/value").asText());
        assertEquals(7, stat.at("/mostValues/1/mostSeries/0/series/estimate").asLong());
        assertEquals(3_600_000, stat.get("stepWidth").asLong());
        assertEquals(2, stat.get("steps").size());
        assertEquals(SERIES, stat.at("/steps/0/active/estimate").asLong());
        assertEquals(SERIES, stat.at("/steps/0/appeared/estimate").asLong());
        assertEquals(1, stat.at("/steps/0/ended/estimate").asLong());
        assertEquals(9, stat.at("/steps/1/active/estimate").asLong());
        assertTrue(stat.at("/steps/1/ended").isNull());
    }

    @Test
    void shouldTellTheSameToPeople() {
        closed();

        final Invocation stat = Invocation.of("stat", log);

        assertEquals(0, stat.code(), stat.err());
        for (final String part : List.of(
                ": 4,560 samples of 10 series, sound",
                "to 2023-11-14T23:59:45Z, 1 h 59 m",
                "0.63 samples/s, most in the step from 2023-11-14T22:00:00Z: 0.67",
                "disk          1.0 MiB in 1 segments, opened 1 times",
                "100 B in 1 opaque records",
                "out of order  239 samples (5.24 %)",
                "480  {__name__=\"up\", instance=\"host-0\", job=\"api\"}",
                "job       2      10  api (7), db (3)",
                "series in steps of 1 h 0 m",
                "2023-11-14T22:00:00Z    2,400       0.67      10        10      1",
                "2023-11-14T23:00:00Z    2,160       0.60       9         0      -")) {
            assertTrue(stat.out().contains(part), part + " is not in\n" + stat.out());
        }
        assertFalse(stat.out().contains("~"), "nothing is estimated");
        assertEquals("", stat.err());
    }

    @Test
    void shouldLookAtARangeOnly() throws Exception {
        closed();

        final JsonNode stat = report(
                0, "stat", log, "--json", "--from", "2023-11-14T23:00:00Z", "--until", START + 3_600_000 + 15_000);

        assertEquals(18, stat.get("samples").asLong());
        assertEquals(9, stat.at("/series/estimate").asLong());
        assertEquals(1, stat.get("steps").size());
        assertEquals(0, stat.get("opaqueRecords").asLong());
    }

    @Test
    void shouldReportWhatItsDocumentDescribes() throws Exception {
        closed();

        ReportDocument.assertDescribes(
                "stat", Invocation.of("stat", log, "--json").out());
    }

    @Test
    void shouldSayNullWhereAnEmptyLogHasNothingToSay() throws Exception {
        MappedWal.open(config(log)).close();

        final JsonNode stat = report(0, "stat", log, "--json");
        final Invocation text = Invocation.of("stat", log);

        assertEquals(0, stat.get("samples").asLong());
        assertTrue(stat.get("bytesPerSample").isNull());
        assertTrue(stat.get("samplesPerSecond").isNull());
        assertTrue(stat.get("minTimestamp").isNull());
        assertEquals(0, text.code(), text.err());
        assertTrue(text.out().contains(": 0 samples of 0 series, sound"), text.out());
    }

    @Test
    void shouldReadALogThatIsOpen() throws Exception {
        try (MappedWal wal = MappedWal.open(config(log))) {
            fill(wal);

            assertEquals(4560, report(0, "stat", log, "--json").get("samples").asLong());
        }
    }

    @Test
    void shouldCountTheRestAndExitWith2WhenTheLogIsDamaged() throws Exception {
        closed();
        final Path segment = segment();
        final byte[] bytes = Files.readAllBytes(segment);
        bytes[4096 + 64 * 1024] ^= 1;
        Files.write(segment, bytes);

        final JsonNode stat = report(2, "stat", log, "--json");
        final Invocation text = Invocation.of("stat", log);

        assertEquals("DAMAGED", stat.get("state").asText());
        assertEquals(4559, stat.get("samples").asLong());
        assertEquals(2, text.code());
        assertTrue(text.out().contains("10 series, DAMAGED"), text.out());
        assertTrue(text.out().contains("all about it: seriatim verify"), text.out());
    }

    @Test
    void shouldDoWithoutATimeUnitWhenTheLogDoesNotTell() throws Exception {
        closed();
        Files.delete(log.resolve("wal.meta"));

        final JsonNode stat =
                new ObjectMapper().readTree(Invocation.of("stat", log, "--json").out());
        final Invocation text = Invocation.of("stat", log);

        assertEquals(4560, stat.get("samples").asLong());
        assertTrue(text.out().contains("time          " + START), text.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--top 0", "--top 1001", "--top many", "--from yesterday", "--from 9 --until 8"})
    void shouldExitWith64WhenArgumentsMakeNoSense(String arguments) {
        closed();

        final Invocation stat = Invocation.of(Stream.concat(Stream.of("stat", log), Arrays.stream(arguments.split(" ")))
                .toArray());

        assertEquals(64, stat.code(), stat.err());
        assertEquals("", stat.out());
    }

    @Test
    void shouldExitWith3WhenThereIsNoLog() throws Exception {
        final Path empty = Files.createDirectory(parent.resolve("empty"));

        assertEquals(3, Invocation.of("stat", empty).code());
        assertEquals(3, Invocation.of("stat", parent.resolve("nowhere")).code());
    }

    private Path segment() throws Exception {
        try (Stream<Path> files = Files.list(log.resolve("shard-000"))) {
            return files.filter(file -> file.toString().endsWith(".seg"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static JsonNode report(int code, Object... arguments) throws Exception {
        final Invocation stat = Invocation.of(arguments);
        assertEquals(code, stat.code(), stat.out() + stat.err());
        return new ObjectMapper().readTree(stat.out());
    }
}
