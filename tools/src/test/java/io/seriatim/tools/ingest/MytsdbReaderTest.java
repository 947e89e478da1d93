package io.seriatim.tools.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.seriatim.tools.Invocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MytsdbReaderTest {
    private static final String[] A = {"metric", "cpu", "host", "a"};
    private static final String[] B = {"metric", "cpu", "host", "größe"};
    private static final double STALE = Double.longBitsToDouble(0x7ff0000000000002L);

    @TempDir
    private Path parent;

    @Test
    void shouldReadEntriesBitForBit() {
        final byte[] file = new MytsdbFile()
                .entry(A, 1_700_000_000_000.0, 0.1, 1_700_000_000_001.0, STALE)
                .entry(B, -1, -0.0)
                .entry(B)
                .entry(A, 3, 4)
                .bytes();

        final Invocation ingest = Replayed.ingest(log(), file);

        assertEquals(0, ingest.code(), ingest.out());
        assertTrue(ingest.out().contains("mytsdb"), ingest.out());
        assertEquals(
                Map.of(
                        "{host=\"a\", metric=\"cpu\"}",
                        List.of(
                                "1700000000000:3fb999999999999a",
                                "1700000000001:7ff0000000000002",
                                "3:4010000000000000"),
                        "{host=\"größe\", metric=\"cpu\"}",
                        List.of("-1:8000000000000000")),
                Replayed.bits(log()));
    }

    @Test
    void shouldConvertWhenItsUnitIsSaid() {
        Replayed.ingest(log(), new MytsdbFile().entry(A, 5, 1).bytes(), "--precision", "s", "--unit", "us");

        assertEquals(List.of("5000000=1.0"), Replayed.values(log()).get("{host=\"a\", metric=\"cpu\"}"));
    }

    @Test
    void shouldTakeWhatIsWholeAtEveryCut() throws Exception {
        final byte[] first = new MytsdbFile().entry(A, 1, 1).bytes();
        final byte[] file = new MytsdbFile().entry(A, 1, 1).entry(B, 2, 2, 3, 3).bytes();

        for (int cut = 1; cut < file.length; cut += 5) {
            final Path log = parent.resolve("cut-" + cut);
            final boolean whole = cut == first.length;
            final JsonNode report = Replayed.report(
                    whole ? 0 : 1, Replayed.ingest(log, Arrays.copyOf(file, cut), "--json", "--format", "mytsdb"));

            assertEquals(cut < first.length ? 0 : 1, report.get("samples").asInt(), "cut=" + cut);
            assertEquals(whole ? 0 : 1, report.get("torn").asInt(), "cut=" + cut);
        }
    }

    @Test
    void shouldRejectAnEntryThatContradictsItselfAndGoOn() throws Exception {
        final int length = new MytsdbFile().entry(A, 1, 1).bytes().length;
        final byte[] file =
                new MytsdbFile().entry(A, 1, 1).entry(A, 2, 2).entry(A, 3, 3).bytes();
        file[length + 4] = 3; // one label more than there are

        final JsonNode report = Replayed.report(2, Replayed.ingest(log(), file, "--json"));

        assertEquals(2, report.get("samples").asInt());
        assertEquals(length, report.at("/rejects/0/offset").asInt());
        assertTrue(report.at("/rejects/0/line").isNull());
        assertEquals(List.of("1=1.0", "3=3.0"), Replayed.values(log()).get("{host=\"a\", metric=\"cpu\"}"));
    }

    @Test
    void shouldStopWhereALengthIsNone() throws Exception {
        final int length = new MytsdbFile().entry(A, 1, 1).bytes().length;
        final byte[] file = new MytsdbFile().entry(A, 1, 1).entry(A, 2, 2).bytes();
        file[length + 3] = (byte) 0xff;

        final JsonNode report = Replayed.report(2, Replayed.ingest(log(), file, "--json"));

        assertEquals(1, report.get("samples").asInt());
        assertTrue(Replayed.reasons(report).getFirst().contains("no length"), report.toString());
    }

    @Test
    void shouldReadADirectoryInTheOrderOfItsNames() throws Exception {
        final Path directory = Files.createDirectory(parent.resolve("old"));
        Files.write(
                directory.resolve("wal_000010.log"),
                new MytsdbFile().entry(A, 3, 3).bytes());
        Files.write(
                directory.resolve("wal_000002.log"),
                new MytsdbFile().entry(A, 1, 1, 2, 2).bytes());
        Files.write(directory.resolve("notes.txt"), new byte[] {1, 2, 3});

        final Invocation ingest = Invocation.of("ingest", "--segment-size", "1m", "--dir", log(), directory);

        assertEquals(0, ingest.code(), ingest.out());
        assertEquals(List.of("1=1.0", "2=2.0", "3=3.0"), Replayed.values(log()).get("{host=\"a\", metric=\"cpu\"}"));
    }

    private Path log() {
        return parent.resolve("wal");
    }
}
