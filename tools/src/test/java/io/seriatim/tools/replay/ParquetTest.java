package io.seriatim.tools.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.row.PqMap;
import io.seriatim.tools.Invocation;
import io.seriatim.tools.Logs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Our files, read by a library that shares no code with the one that writes them.
class ParquetTest {
    @TempDir
    private Path parent;

    /// A sample.
    private record Row(Map<String, String> labels, long timestamp, long bits) {}

    @Test
    void shouldHoldEverySampleBitForBit() throws Exception {
        final Path log = AwkwardLog.in(parent.resolve("wal"));
        final Path file = parent.resolve("wal.parquet");

        final Invocation replay = Invocation.of("replay", log, "--quiet", "--to", "parquet", "-o", file);

        assertEquals(0, replay.code(), replay.err());
        assertEquals(expected(log, 1), read(file));
        assertEquals("""
            left out, since parquet cannot say it: opaque records (1), appends of a series without samples (1)
            """, replay.err());
    }

    @Test
    void shouldHoldManyRowGroupsAndTimesInSeconds() throws Exception {
        final Path log = Logs.closed(parent.resolve("wal"));
        final Path file = parent.resolve("wal.parquet");

        final Invocation replay = Invocation.of(
                "replay",
                log,
                "--to",
                "parquet",
                "-o",
                file,
                "--memory",
                "16m",
                "--select",
                "up",
                "--until",
                Logs.START + 200);

        assertEquals(0, replay.code(), replay.err());
        assertEquals(201 * Logs.SERIES, read(file).size());
        assertEquals(expected(log, 1000, "--select", "up", "--until", Logs.START + 200), read(file));
    }

    @Test
    void shouldBeWholeWhenALimitEndsIt() throws Exception {
        final Path log = Logs.closed(parent.resolve("wal"));
        final Path file = parent.resolve("wal.parquet");

        assertEquals(
                0,
                Invocation.of("replay", log, "--to", "parquet", "-o", file, "--limit", 7)
                        .code());

        assertEquals(7, read(file).size());
    }

    @Test
    void shouldRefuseATerminal() {
        final Path log = Logs.closed(parent.resolve("wal"));

        final Invocation replay = Invocation.onTerminal("replay", log, "--to", "parquet");

        assertEquals(64, replay.code());
        assertEquals("", replay.out());
        assertTrue(replay.err().contains("--output"), replay.err());
    }

    private static List<Row> read(Path file) throws Exception {
        final List<Row> rows = new ArrayList<>();
        try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file));
                RowReader row = reader.rowReader()) {
            while (row.hasNext()) {
                row.next();
                final Map<String, String> labels = new TreeMap<>();
                if (!row.isNull("metric")) {
                    labels.put("__name__", row.getString("metric"));
                }
                for (final PqMap.Entry label : row.getMap("labels").getEntries()) {
                    labels.put(label.getStringKey(), label.getStringValue());
                }
                rows.add(new Row(labels, row.getLong("timestamp"), Double.doubleToRawLongBits(row.getDouble("value"))));
            }
        }
        return rows;
    }

    /// The same log as lines of JSON, which other tests have looked at.
    private static List<Row> expected(Path log, long unitsPerMilli, Object... more) throws Exception {
        final Object[] arguments = new Object[2 + more.length];
        System.arraycopy(new Object[] {"replay", log}, 0, arguments, 0, 2);
        System.arraycopy(more, 0, arguments, 2, more.length);
        final List<Row> rows = new ArrayList<>();
        for (final String line : Invocation.of(arguments).lines()) {
            final JsonNode json = new ObjectMapper().readTree(line);
            if (!json.has("labels")) {
                continue;
            }
            final Map<String, String> labels = new TreeMap<>();
            json.get("labels")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            for (final JsonNode sample : json.get("samples")) {
                final String value = sample.get(1).asText();
                rows.add(new Row(
                        labels, sample.get(0).asLong() * unitsPerMilli, Double.doubleToRawLongBits(number(value))));
            }
        }
        return rows;
    }

    private static double number(String value) {
        return switch (value) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default ->
                value.startsWith("NaN:")
                        ? Double.longBitsToDouble(Long.parseUnsignedLong(value.substring(4), 16))
                        : Double.parseDouble(value);
        };
    }
}
