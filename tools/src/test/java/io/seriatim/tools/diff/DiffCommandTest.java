package io.seriatim.tools.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seriatim.tools.Invocation;
import io.seriatim.tools.Logs;
import io.seriatim.tools.ReportDocument;
import io.seriatim.wal.Labels;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("crash")
class DiffCommandTest {
    private static final Labels UP = Labels.of("__name__", "up", "job", "api");
    private static final Labels DOWN = Labels.of("__name__", "down");

    @TempDir
    private Path parent;

    @Test
    void shouldFindLogsEqualWhateverTheirShardsAndOrder() {
        final Path a = log("a", 1, wal -> {
            append(wal, UP, 1, 1.5);
            append(wal, UP, 2, 2.5);
            append(wal, DOWN, 1, 0);
            wal.appendRecord(0, 7, new byte[] {1, 2}, 0, 2);
        });
        final Path b = log("b", 4, wal -> {
            wal.appendRecord(3, 7, new byte[] {1, 2}, 0, 2);
            append(wal, DOWN, 1, 0);
            append(wal, UP, 2, 2.5);
            append(wal, UP, 1, 1.5);
        });

        final Invocation diff = Invocation.of("diff", a, b);

        assertEquals(0, diff.code(), diff.err());
        assertEquals(
                "first: %s, 3 samples in 2 series\nsecond: %s, 3 samples in 2 series\n".formatted(a, b)
                        + "Equal: the same series, times and values.\n",
                diff.out());
    }

    @Test
    void shouldSayWhatEachHasThatTheOtherLacks() {
        final Path a = log("a", 2, wal -> {
            append(wal, DOWN, 1, 1);
            append(wal, DOWN, 3, 1);
            append(wal, UP, 1, 1);
            append(wal, UP, 2, 2);
            append(wal, UP, 2, 3);
            append(wal, UP, 60, Double.NaN);
        });
        final Path b = log("b", 2, wal -> {
            append(wal, UP, 1, 1);
            append(wal, UP, 2, 2);
            append(wal, UP, 5, 5);
            append(wal, UP, 60, Double.longBitsToDouble(0x7ff0000000000002L));
            append(wal, Labels.of("__name__", "x", "q", "\""), 7, 7);
        });

        final Invocation diff = Invocation.of("diff", a, b);

        assertEquals(4, diff.code(), diff.err());
        assertEquals("""
            - down  2 samples, 1970-01-01T00:00:01Z to 1970-01-01T00:00:03Z
            ~ up{job="api"}  -1 sample, +1 sample, ~1 value, 1970-01-01T00:00:02Z to 1970-01-01T00:01:00Z
            + x{q="\\""}  1 sample, 1970-01-01T00:00:07Z to 1970-01-01T00:00:07Z
            first: %s, 6 samples in 2 series
            second: %s, 5 samples in 2 series
            Different in 3 series: 3 samples only in the first, 2 samples only in the second, 1 changed value.
            """.formatted(a, b), diff.out());
        assertEquals(0, Invocation.of("diff", a, a).code());
        assertEquals(
                0, Invocation.of("diff", a, b, "--until", 1, "--select", "up").code());
        assertEquals(4, Invocation.of("diff", a, b, "--select", "x").code());
        assertFalse(Invocation.of("diff", a, b).out().contains("\u001b"));
    }

    @Test
    void shouldTellOpaqueRecordsApart() {
        final Path a = log("a", 1, wal -> {
            wal.appendRecord(0, 7, new byte[] {1, 2}, 0, 2);
            wal.appendRecord(0, 7, new byte[] {1, 2}, 0, 2);
        });
        final Path b = log("b", 1, wal -> {
            wal.appendRecord(0, 7, new byte[] {1, 2}, 0, 2);
            wal.appendRecord(0, 7, new byte[] {1, 3}, 0, 2);
            wal.appendRecord(0, 8, new byte[0], 0, 0);
        });

        final Invocation diff = Invocation.of("diff", a, b);

        assertEquals(4, diff.code(), diff.err());
        assertTrue(diff.out().contains(" Opaque records: 1 only in the first, 2 only in the second."), diff.out());
        assertTrue(diff.out().contains("opaque records of kind 8"), diff.out());
        assertEquals(
                0, Invocation.of("diff", a, b, "--select", "{}", "--from", 0).code());
    }

    @Test
    void shouldMissASeriesThatWasOnlyNamed() {
        final Path a = log("a", 1, wal -> append(wal, UP, 1, 1));
        final Path b = log("b", 1, wal -> {
            append(wal, UP, 1, 1);
            wal.append(new Named(DOWN));
        });

        final Invocation diff = Invocation.of("diff", a, b);

        assertEquals(4, diff.code(), diff.err());
        assertTrue(diff.out().startsWith("+ down  0 samples\n"), diff.out());
    }

    @Test
    void shouldCompareWhatCanBeReadOfDamagedLogs() throws Exception {
        final Path whole = Logs.closed(parent.resolve("whole"));
        final Path harmed = parent.resolve("harmed");
        Logs.copy(whole, harmed);
        Logs.harmMiddle(Logs.segments(harmed, 0).getFirst());

        final Invocation diff = Invocation.of("diff", whole, harmed);
        final Invocation same = Invocation.of("diff", harmed, harmed);

        assertEquals(4, diff.code(), diff.err());
        assertTrue(diff.out().lines().allMatch(line -> !line.startsWith("~") || line.contains("-")), diff.out());
        assertTrue(diff.err().contains("not sound, and compared as far as it can be read: seriatim verify " + harmed));
        assertEquals(2, same.code(), "equal to itself, and damaged");
        assertTrue(same.out().endsWith("Equal: the same series, times and values.\n"), same.out());
    }

    @Test
    void shouldReportWhatTheDocumentDescribes() throws Exception {
        final Path a = log("a", 1, wal -> append(wal, UP, 1, 1));
        final Path b = log("b", 1, wal -> {
            append(wal, UP, 1, 2);
            append(wal, DOWN, 1, 2);
            wal.append(new Named(Labels.of("__name__", "named")));
        });

        final Invocation diff = Invocation.of("diff", a, b, "--json");

        assertEquals(4, diff.code(), diff.err());
        ReportDocument.assertDescribes("diff", diff.out());
        final JsonNode report = new ObjectMapper().readTree(diff.out());
        assertFalse(report.get("equal").asBoolean());
        assertEquals(3, report.get("seriesDifferent").asInt());
        assertEquals(1, report.get("samplesChanged").asInt());
        assertEquals("down", report.get("differences").get(0).get("series").asText());
        assertEquals(4, report.get("exitCode").asInt());
    }

    @Test
    void shouldExitWith3WhenALogIsMissingOrItsTimesAreOthers() throws Exception {
        final Path a = log("a", 1, wal -> append(wal, UP, 1, 1));
        final Path millis = parent.resolve("millis");
        try (MappedWal wal = MappedWal.open(Logs.config(millis).timeUnit(TimeUnit.MILLISECONDS))) {
            append(wal, UP, 1, 1);
        }

        final Path empty = Files.createDirectory(parent.resolve("empty"));
        final Path file = Files.writeString(parent.resolve("file"), "text");

        for (final Invocation failed : java.util.List.of(
                Invocation.of("diff", a, parent.resolve("none")),
                Invocation.of("diff", a, empty),
                Invocation.of("diff", file, a),
                Invocation.of("diff", parent.resolve("none"), a),
                Invocation.of("diff", a, millis),
                Invocation.of("diff", a, a, "--temp", parent.resolve("none")))) {
            assertEquals(3, failed.code(), failed.err());
            assertEquals("", failed.out());
            assertEquals(1, failed.err().lines().count(), failed.err());
        }
        assertEquals(64, Invocation.of("diff", a).code());
        assertEquals(64, Invocation.of("diff", a, a, "--select", "{").code());
    }

    @Test
    void shouldCompareNumbersWhenAUnitIsLost() throws Exception {
        final Path a = log("a", 1, wal -> append(wal, UP, 1, 1));
        final Path b = log("b", 1, wal -> append(wal, UP, 1, 1));
        Files.delete(b.resolve("wal.meta"));

        final Invocation compared = Invocation.of("diff", a, b);

        assertTrue(compared.out().contains("Equal"), compared.out());
        assertTrue(compared.err().contains("unit of the timestamps is not known: directory=" + b), compared.err());
    }

    private Path log(String name, int shards, Consumer<MappedWal> content) {
        final WalConfig config = Logs.config(parent.resolve(name)).shards(shards);
        try (MappedWal wal = MappedWal.open(config)) {
            content.accept(wal);
        }
        return parent.resolve(name);
    }

    private static void append(MappedWal wal, Labels series, long timestamp, double value) {
        wal.series(series).append(timestamp, value);
    }

    /// A series without samples.
    private record Named(Labels labels) implements io.seriatim.wal.TimeSeries {
        @Override
        public int count() {
            return 0;
        }

        @Override
        public long timestamp(int index) {
            throw new IndexOutOfBoundsException(index);
        }

        @Override
        public double value(int index) {
            throw new IndexOutOfBoundsException(index);
        }
    }
}
