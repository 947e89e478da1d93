package io.seriatim.tools.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.seriatim.tools.Invocation;
import io.seriatim.tools.ReportDocument;
import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Labels;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IngestCommandTest {
    private static final String A = "{__name__=\"a\"}";

    @TempDir
    private Path parent;

    private Path log;

    @BeforeEach
    void setUp() {
        log = parent.resolve("wal");
    }

    @Test
    void shouldReportWhatItsDocumentDescribes() throws Exception {
        final Invocation ingest = Replayed.ingest(log, "a{} 1\n# HELP a x\nb 1 x\nc 1", "--json");

        assertEquals(2, ingest.code());
        ReportDocument.assertDescribes("ingest", ingest.out());
    }

    @Test
    void shouldSayEverythingInTheReport() throws Exception {
        final Path text = write("a.prom", "a 1 1\nb 2\nc x 3\n");

        final JsonNode report = Replayed.report(
                2,
                Invocation.of(
                        "ingest",
                        "--segment-size",
                        "1m",
                        "--json",
                        "--dir",
                        log,
                        "--timestamp",
                        "2023-11-14T22:13:20Z",
                        text));

        assertEquals("ingest", report.get("command").asText());
        assertTrue(report.get("created").asBoolean());
        assertEquals("MILLISECONDS", report.get("timeUnit").asText());
        assertEquals(2, report.get("samples").asInt());
        assertEquals(2, report.get("series").asInt());
        assertEquals(1, report.get("stamped").asInt());
        assertEquals(text.toString(), report.at("/files/0/name").asText());
        assertEquals(3, report.at("/files/0/records").asInt());
        assertEquals(Files.size(text), report.at("/files/0/bytes").asLong());
        assertEquals(text.toString(), report.at("/rejects/0/file").asText());
        assertEquals(List.of("1700000000000=2.0"), Replayed.values(log).get("{__name__=\"b\"}"));
    }

    @Test
    void shouldAppendToALogInItsOwnUnitAndShards() throws Exception {
        final WalConfig config =
                WalConfig.at(log).shards(3).timeUnit(TimeUnit.SECONDS).segmentBytes(64 * 1024);
        try (MappedWal wal = MappedWal.open(config)) {
            wal.series(Labels.of("__name__", "a")).append(1, 1);
        }

        final JsonNode report = Replayed.report(
                2, Replayed.ingest(log, "a 2 2000\na 3 2500\na 4 4000\n", "--json", "--format", "prometheus"));

        assertFalse(report.get("created").asBoolean());
        assertEquals("SOUND", report.get("found").asText());
        assertEquals("SECONDS", report.get("timeUnit").asText());
        assertEquals(List.of("1=1.0", "2=2.0", "4=4.0"), Replayed.values(log).get(A));
        assertTrue(Replayed.reasons(report).getFirst().startsWith("timestamp is no whole number of the log's seconds"));
        assertTrue(Files.isDirectory(log.resolve("shard-002")));
        assertFalse(Files.isDirectory(log.resolve("shard-003")));
    }

    @Test
    void shouldMakeALogAsAsked() throws Exception {
        Replayed.ingest(log, "a 1 1.000000001\n# EOF\n", "--unit", "ns", "--shards", 2);

        assertEquals(List.of("1000000001=1.0"), Replayed.values(log).get(A));
        assertTrue(Files.isDirectory(log.resolve("shard-001")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--unit fortnights|is no unit of time",
                "--format xml|is no format",
                "--timestamp soon|--timestamp is neither now, nor a number",
                "--timestamp 99999999999999999999|beyond what a timestamp can say",
                "--max-rejects -1|must not be negative",
                "--shards 0|shards out of range",
                "--segment-size 8k|--segment-size out of range"
            })
    void shouldExitWith64WhenArgumentsMakeNoSense(String options, String message) {
        final List<Object> arguments = new ArrayList<>(List.of("ingest", "--dir", log, "-"));
        arguments.addAll(List.of(options.split(" ")));

        final Invocation ingest = Invocation.of(arguments.toArray());

        assertEquals(64, ingest.code());
        assertTrue(ingest.err().contains(message), ingest.err());
        assertFalse(Files.exists(log));
    }

    @Test
    void shouldExitWith64WhenTheLogHasAnotherUnit() {
        Replayed.ingest(log, "a 1 1\n");

        final Invocation ingest = Replayed.ingest(log, "a 1 1\n", "--unit", "s");

        assertEquals(64, ingest.code());
        assertTrue(ingest.err().contains("the log counts milliseconds"), ingest.err());
    }

    @Test
    void shouldExitWith3WhenThereIsNothingToReadOrToWriteTo() throws Exception {
        final Path text = write("a.prom", "a 1 1\n");
        final Path empty = Files.createDirectory(parent.resolve("empty"));
        Files.writeString(parent.resolve("file"), "x");
        try (MappedWal _ = MappedWal.open(WalConfig.at(parent.resolve("open")).backpressure(Backpressure.fail()))) {
            assertFails("no such file or directory", "--dir", log, parent.resolve("nowhere"));
            assertFails("no files in it", "--dir", log, empty);
            assertFails("this is a log of Seriatim", "--dir", log, parent.resolve("open"));
            assertFails("open elsewhere", "--dir", parent.resolve("open"), text);
            assertFails("", "--dir", parent.resolve("file"), text);
        }
        assertFalse(Files.exists(log));
    }

    private static void assertFails(String message, Object... arguments) {
        final Object[] all = new Object[arguments.length + 1];
        all[0] = "ingest";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        final Invocation ingest = Invocation.of(all);
        assertEquals(3, ingest.code(), ingest.err());
        assertEquals("", ingest.out());
        assertEquals(1, ingest.err().lines().count(), ingest.err());
        assertTrue(ingest.err().contains(message), ingest.err());
    }

    @Test
    void shouldListAllRejectsInAFileAndFewOnTheTerminal() throws Exception {
        final Path rejects = parent.resolve("rejects.txt");
        final String text = "bad\u001b[31m\n".repeat(100) + "a 1 1\n";

        final Invocation ingest = Replayed.ingest(log, text, "--rejects", rejects, "--format", "prometheus");

        assertEquals(2, ingest.code());
        final List<String> lines = Files.readAllLines(rejects);
        assertEquals(100, lines.size());
        assertEquals("-:1: value is no number: bad?[31m", lines.getFirst());
        assertTrue(ingest.out().contains("and 80 rejects more"), ingest.out());
        assertFalse(ingest.out().contains("\u001b"), "control characters");
        assertEquals("", ingest.err());
        assertTrue(ingest.out().contains("100 places were rejected"), ingest.out());
    }

    @Test
    void shouldGiveUpWhenTooMuchIsRejected() throws Exception {
        final String text = "a 1 1\n" + "bad\n".repeat(100) + "a 2 2\n";

        final JsonNode report =
                Replayed.report(2, Replayed.ingest(log, text, "--json", "--max-rejects", 5, "--format", "prometheus"));

        assertTrue(report.get("gaveUp").asBoolean());
        assertTrue(report.get("meaning").asText().startsWith("Given up"));
        assertEquals(6, report.get("rejected").asInt());
        assertEquals(List.of("1=1.0"), Replayed.values(log).get(A));
    }

    @Test
    void shouldSayTheFirstRejectsOnStderrWhenTheReportIsForMachines() {
        final Invocation ingest = Replayed.ingest(log, "a x\n".repeat(100), "--json", "--format", "prometheus");

        assertEquals(11, ingest.err().lines().count(), ingest.err());
        assertTrue(ingest.err().startsWith("rejected: -:1: value is no number: a x"), ingest.err());
    }

    @Test
    void shouldSayNothingOnStderrWhenQuiet() {
        assertEquals(
                "", Replayed.ingest(log, "bad\na 1 1\n", "--quiet", "--json").err());
    }

    @Test
    void shouldUnpackGzipWhateverItsName() throws Exception {
        final byte[] members = concat(gzip("a 1 1\n"), gzip("a 2 2\n"), gzip("a 3 3\n"));
        final Path file = parent.resolve("a.txt");
        Files.write(file, members);

        final JsonNode report =
                Replayed.report(0, Invocation.of("ingest", "--segment-size", "1m", "--json", "--dir", log, file));

        assertTrue(report.at("/files/0/compressed").asBoolean());
        assertEquals(18, report.at("/files/0/bytes").asInt());
        assertEquals(List.of("1=1.0", "2=2.0", "3=3.0"), Replayed.values(log).get(A));
    }

    @Test
    void shouldUnpackAllOfASlowPipe() throws Exception {
        final byte[] members = concat(gzip("a 1 1\n"), gzip("a 2 2\n"));
        final InputStream slow = new ByteArrayInputStream(members) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 3));
            }

            @Override
            public synchronized int available() {
                return 0;
            }
        };

        final Invocation ingest = Invocation.withInput(slow, "ingest", "--segment-size", "1m", "--dir", log, "-");

        assertEquals(0, ingest.code(), ingest.out());
        assertEquals(List.of("1=1.0", "2=2.0"), Replayed.values(log).get(A));
    }

    @Test
    void shouldTakeWhatComesBeforeTheCutOfGzip() throws Exception {
        final byte[] whole = gzip("a 1 1\n".repeat(1) + randomLines(20_000));

        final JsonNode report =
                Replayed.report(1, Replayed.ingest(log, Arrays.copyOf(whole, whole.length / 2), "--json"));

        assertTrue(report.get("samples").asInt() > 5_000, report.toString());
        assertEquals(1, report.get("torn").asInt());
        assertEquals("gzip ends before its end", Replayed.reasons(report).getFirst());
    }

    @Test
    void shouldTakeWhatComesBeforeDamageOfGzip() throws Exception {
        final byte[] harmed = gzip(randomLines(20_000));
        Arrays.fill(harmed, harmed.length / 2, harmed.length / 2 + 64, (byte) 0xff);

        final Invocation ingest = Replayed.ingest(log, harmed, "--json");

        assertEquals(2, ingest.code(), ingest.err());
        assertTrue(ingest.out().contains("gzip cannot be unpacked any further"), ingest.out());
    }

    @Test
    void shouldNotHoldWhatIsUnpacked() throws Exception {
        final ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        final byte[] chunk = gzip("#".repeat(1 << 20)); // one line of 256 MiB
        for (int i = 0; i < 256; i++) {
            bomb.write(chunk);
        }
        bomb.write(gzip("\na 1 1\n"));

        final JsonNode report =
                Replayed.report(2, Replayed.ingest(log, bomb.toByteArray(), "--json", "--format", "prometheus"));

        assertEquals(1, report.get("rejected").asInt());
        assertEquals(1, report.get("samples").asInt());
    }

    @Test
    void shouldReadADirectoryByNameAndTellFormatsApart() throws Exception {
        final Path inputs = Files.createDirectory(parent.resolve("inputs"));
        Files.writeString(inputs.resolve("1.txt"), "# TYPE a gauge\na 1 1\n");
        Files.writeString(inputs.resolve("2.txt"), "a value=2 2000000\n");
        Files.writeString(inputs.resolve("3.txt"), "{\"labels\":{\"__name__\":\"a\"},\"samples\":[[3,3.0]]}\n");
        Files.writeString(inputs.resolve("4.txt"), "a 4 0.004\n# EOF\n");
        Files.write(
                inputs.resolve("5.txt"),
                new MytsdbFile().entry(new String[] {"__name__", "a"}, 5, 5).bytes());
        Files.writeString(inputs.resolve(".hidden"), "a 6 6\n");
        Files.writeString(inputs.resolve("6.txt"), "");
        Files.createDirectory(inputs.resolve("7"));
        Files.write(inputs.resolve("7/x"), new byte[] {0, 1, 2, 3});

        final JsonNode report =
                Replayed.report(2, Invocation.of("ingest", "--segment-size", "1m", "--json", "--dir", log, inputs));

        assertEquals(
                List.of("1=1.0", "2=2.0", "3=3.0", "4=4.0", "5=5.0"),
                Replayed.values(log).get(A));
        assertEquals("openmetrics", report.at("/files/3/format").asText());
        assertTrue(report.at("/files/6/format").isNull());
        assertEquals(List.of("no known format (--format says which)"), Replayed.reasons(report));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a 1 1395066363\n", "a 1 1.5\n", "# UNIT a s\na 1 1\n", "a 1 # {t=\"x\"} 1\n", "a 1 1\n# EOF"})
    void shouldKnowOpenMetricsByItsMarks(String text) throws Exception {
        final Invocation ingest = Replayed.ingest(log, text, "--json");

        assertTrue(ingest.out().contains("\"format\" : \"openmetrics\""), ingest.out());
    }

    @Test
    void shouldKnowOpenMetricsByTheEndOfALongFile() throws Exception {
        final Path file = write("long.txt", "a 1 1\n".repeat(30_000) + "# EOF\n");

        final JsonNode report =
                Replayed.report(0, Invocation.of("ingest", "--segment-size", "1m", "--json", "--dir", log, file));

        assertEquals("openmetrics", report.at("/files/0/format").asText());
        assertEquals("1000=1.0", Replayed.values(log).get(A).getFirst());
    }

    @Test
    void shouldComeBackFromReplayBitForBit() throws Exception {
        final Path copy = parent.resolve("copy");
        try (MappedWal wal = MappedWal.open(WalConfig.at(log).shards(2))) {
            for (int i = 0; i < 300; i++) {
                final Labels labels = Labels.of("__name__", "größe \" \\ \n", "n", String.valueOf(i % 7));
                wal.series(labels).append(Long.MIN_VALUE + i, Double.longBitsToDouble(0x7ff0000000000001L + i));
                wal.series(labels).append(i, i / 3.0);
            }
            wal.appendRecord(1, 7, new byte[] {0, 1, 2}, 0, 3);
        }
        final String lines = Invocation.of("replay", "-q", log).out();

        final JsonNode report = Replayed.report(0, Replayed.ingest(copy, lines, "--json"));

        assertEquals("jsonl", report.at("/files/0/format").asText());
        assertEquals(600, report.get("samples").asInt());
        assertEquals(Replayed.bits(log), Replayed.bits(copy));
        assertTrue(Invocation.of("replay", "-q", copy).out().contains("{\"record\":{\"kind\":7,\"base64\":\"AAEC\"}}"));
    }

    @Test
    void shouldReadCsvOfReplay() throws Exception {
        final String text = """
            series,timestamp,value
            "a",1,1.0
            "a{b=""c \\"" ,d""}",-2,-0.0
            "a{b=""c \\"" ,d""}",3,NaN
            {"",4,+Inf
            a,4,1.0
            "a",4.5,1.0
            "a",4,one
            "a b",4,1.0
            "a",4
            "a",5,5\
            """;

        final JsonNode report = Replayed.report(2, Replayed.ingest(log, text, "--json"));

        assertEquals("csv", report.at("/files/0/format").asText());
        assertEquals(
                Map.of(A, List.of("1=1.0"), "{__name__=\"a\", b=\"c \\\" ,d\"}", List.of("-2=-0.0", "3=NaN")),
                Replayed.values(log));
        assertEquals(7, report.get("rejected").asInt(), report.toString());
        assertEquals(1, report.get("torn").asInt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"labels\":{},\"samples\":[]}",
                "{\"labels\":{\"a\":1},\"samples\":[]}",
                "{\"labels\":{\"a\":\"\\ud800\"},\"samples\":[]}",
                "{\"labels\":{\"a\":\"b\"}}",
                "{\"labels\":{\"a\":\"b\"},\"samples\":[[1]]}",
                "{\"labels\":{\"a\":\"b\"},\"samples\":[[1.5,1]]}",
                "{\"labels\":{\"a\":\"b\"},\"samples\":[[1,\"one\"]]}",
                "{\"labels\":{\"a\":\"b\"},\"samples\":[[1,1e999]]}",
                "{\"labels\":{\"a\":\"b\"},\"samples\":[[99999999999999999999,1]]}",
                "{\"record\":{\"kind\":7,\"base64\":\"?\"}}",
                "{\"labels\":{\"a\":\"b\"",
                "[]"
            })
    void shouldRejectLinesThatReplayDoesNotWrite(String line) throws Exception {
        final String text = line + "\n{\"labels\":{\"__name__\":\"a\"},\"samples\":[[1,1]]}\n";

        final JsonNode report = Replayed.report(2, Replayed.ingest(log, text, "--json", "--format", "jsonl"));

        assertEquals(1, report.get("rejected").asInt());
        assertEquals(Map.of(A, List.of("1=1.0")), Replayed.values(log));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(parent.resolve(name), text);
    }

    private static byte[] gzip(String text) throws IOException {
        return Replayed.gzip(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] concat(byte[]... parts) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (final byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static String randomLines(int count) {
        final java.util.Random random = new java.util.Random(5);
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("b ").append(random.nextDouble()).append(' ').append(i).append('\n');
        }
        return text.toString();
    }
}
