package io.seriatim.tools.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seriatim.tools.Invocation;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of a text, line by line, as `replay` writes it. To make the expected files anew, and then look at them:
///
/// ```
/// mvn test -pl tools -am -Dtest=GoldenTest -Dgolden.write=true
/// ```
class GoldenTest {
    private static final Path RESOURCES = Path.of("src/test/resources/io/seriatim/tools/ingest");

    @TempDir
    private Path parent;

    @ParameterizedTest
    @CsvSource({"openmetrics, 0", "prometheus, 0", "lineprotocol, 2"})
    void shouldLogWhatIsExpected(String format, int code) throws Exception {
        final Path expected = RESOURCES.resolve(format + ".jsonl");
        final String once = ingestAndReplay(parent.resolve("once"), RESOURCES.resolve(format + ".txt"), code, format);
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(expected, once);
        }

        assertEquals(Files.readString(expected), once);

        final Path lines = Files.writeString(parent.resolve("once.jsonl"), once);
        assertEquals(once, ingestAndReplay(parent.resolve("twice"), lines, 0, "jsonl"), "the other way round");
    }

    private static String ingestAndReplay(Path log, Path file, int code, String format) {
        final Invocation ingest = Invocation.of(
                "ingest", "--segment-size", "1m", "--timestamp", "1699999999999", "--dir", log, "--json", file);
        assertEquals(code, ingest.code(), ingest.out() + ingest.err());
        assertEquals(true, ingest.out().contains("\"format\" : \"" + format + "\""), ingest.out());
        return Invocation.of("replay", "-q", log).out();
    }
}
