package io.seriatim.tools.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.Invocation;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtlpJsonReaderTest {
    private static final String MESSAGE =
            "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":\"%s\",\"description\":\"{"
                    + " \\\\ \\\" } {\",\"gauge\":{\"dataPoints\":[{\"timeUnixNano\":\"%d\",\"asDouble\":1.5}]}}]}]}]}";

    @TempDir
    private Path directory;

    private Invocation ingest(String text) throws Exception {
        final Path file = Files.writeString(directory.resolve("metrics.json"), text);
        return Invocation.of("ingest", "--dir", directory.resolve("wal"), file, "--unit", "ns", "--json");
    }

    private String replayed() {
        return Invocation.of("replay", directory.resolve("wal")).out();
    }

    @Test
    void shouldTakeMessagesHoweverTheyAreLaidOut() throws Exception {
        final StringBuilder text = new StringBuilder(" \n ");
        for (int i = 0; i < 5_000; i++) {
            final String message = MESSAGE.formatted("m" + i % 10, 1_700_000_000_000_000_000L + i);
            text.append(i % 3 == 0 ? message.replace(",", "\r\n ,\n") : message).append(i % 2 == 0 ? "\n" : "");
        }
        final Invocation ingest = ingest(text.toString());
        assertEquals(0, ingest.code(), ingest.err());
        assertTrue(ingest.out().contains("\"otlpjson\""), ingest.out());
        assertTrue(ingest.out().contains("\"samples\" : 5000"), ingest.out());
        assertTrue(ingest.out().contains("\"series\" : 10"), ingest.out());
        assertEquals(
                5_000,
                replayed()
                        .lines()
                        .filter(line -> line.contains("\"samples\":[[17"))
                        .count());
    }

    @Test
    void shouldNameWhatItCannotTakeAndGoOn() throws Exception {
        final String good = MESSAGE.formatted("good", 1_700_000_000_000_000_000L);
        final Invocation ingest =
                ingest(good + "\nnonsense " + good + "{\"resourceMetrics\":7}" + good + "\n{\"resource");
        assertEquals(2, ingest.code(), ingest.err());
        assertTrue(ingest.out().contains("no JSON object"), ingest.out());
        assertTrue(ingest.out().contains("\"offset\" : " + (2 * good.length() + 10)), ingest.out());
        assertTrue(ingest.out().contains("not written to its end"), ingest.out());
        assertTrue(ingest.out().contains("\"samples\" : 3"), ingest.out());
    }

    @Test
    void shouldNotCutTimesUnasked() throws Exception {
        final Path file = Files.writeString(
                directory.resolve("metrics.json"), MESSAGE.formatted("m", 1_700_000_000_000_000_001L));
        final Invocation refused = Invocation.of("ingest", "--dir", directory.resolve("wal"), file);
        assertEquals(2, refused.code());
        assertTrue((refused.out() + refused.err()).contains("OTLP has nanoseconds"), refused.out());
        final Invocation rounded = Invocation.of("ingest", "--dir", directory.resolve("wal"), file, "--round");
        assertEquals(0, rounded.code(), rounded.err());
        assertTrue(replayed().contains("[[1700000000000,1.5]]"), replayed());
    }
}
