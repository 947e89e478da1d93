package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seriatim.wal.mmap.MappedWal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("crash")
class VerifyCommandTest {
    private static final long ALL_SAMPLES = Logs.SERIES * Logs.SAMPLES + 3;

    @TempDir
    private Path parent;

    private Path log;

    @BeforeEach
    void setUp() {
        log = parent.resolve("wal");
    }

    @Test
    void shouldExitWith0AndChangeNothingWhenTheLogIsSound() throws Exception {
        Logs.closed(log);
        final Map<Path, String> before = Logs.contents(log);

        final Invocation verify = Invocation.of("verify", log);

        assertEquals(0, verify.code(), verify.err());
        assertTrue(verify.out().contains("6,003 samples"), verify.out());
        assertTrue(verify.out().contains("Sound: everything reads as it was written, and the log was closed cleanly"));
        assertEquals(before, Logs.contents(log));
    }

    @Test
    void shouldReadALogThatIsOpen() throws Exception {
        try (MappedWal wal = MappedWal.open(Logs.config(log))) {
            Logs.fill(wal);

            final JsonNode report = report(0, "verify", log, "--json");

            assertEquals("SOUND", report.get("state").asText());
            assertEquals(ALL_SAMPLES, report.get("samples").asLong());
            assertFalse(report.at("/shards/0/closed").asBoolean());
        }
    }

    @Test
    void shouldExitWith0WhenTheWriterWasKilled() throws Exception {
        Logs.killed(log);

        final Invocation verify = Invocation.of("verify", log);

        assertEquals(0, verify.code(), verify.out());
        assertTrue(verify.out().contains("was not closed"), verify.out());
    }

    @Test
    void shouldExitWith1WhenTheEndIsTorn() throws Exception {
        Logs.killed(log);
        Logs.harmEnd(Logs.segments(log, 0).getFirst());

        final Invocation verify = Invocation.of("verify", log);
        final JsonNode report = report(1, "verify", log, "--json");

        assertEquals(1, verify.code(), verify.out());
        assertTrue(verify.out().contains("TORN CHECKSUM in shard-000/"), verify.out());
        assertEquals("TORN", report.get("state").asText());
        assertEquals("TORN", report.at("/damages/0/verdict").asText());
        assertEquals(0, report.at("/damages/0/shard").asInt());
    }

    @Test
    void shouldExitWith2WhenSomethingDurableIsGone() throws Exception {
        Logs.closed(log);
        final Path harmed = Logs.segments(log, 1).getFirst();
        Logs.harmMiddle(harmed);
        final Map<Path, String> before = Logs.contents(log);

        final Invocation verify = Invocation.of("verify", log);
        final JsonNode report = report(2, "verify", log, "--json");

        assertEquals(2, verify.code(), verify.out());
        assertTrue(verify.out().contains("LOST CHECKSUM in " + log.relativize(harmed)), verify.out());
        assertEquals(harmed.toString(), report.at("/damages/0/file").asText());
        assertTrue(report.at("/damages/0/maxRecords").asLong() >= 1);
        assertTrue(report.get("samples").asLong()
                >= ALL_SAMPLES - report.at("/damages/0/maxRecords").asLong());
        assertEquals(before, Logs.contents(log));
    }

    @Test
    void shouldExitWith2WhenASegmentIsGone() throws Exception {
        Logs.closed(log);
        Files.delete(Logs.segments(log, 0).get(1));

        final Invocation verify = Invocation.of("verify", log);

        assertEquals(2, verify.code(), verify.out());
        assertTrue(verify.out().contains("LOST MISSING_SEGMENT"), verify.out());
    }

    @Test
    void shouldReportWhatItsDocumentDescribes() throws Exception {
        Harm.CHECKSUM_LOST.make(log);

        ReportDocument.assertDescribes(
                "verify", Invocation.of("verify", log, "--json").out());
    }

    @Test
    void shouldSayTheSameWithManyThreads() throws Exception {
        Logs.closed(log);
        Logs.harmMiddle(Logs.segments(log, 1).getFirst());

        final JsonNode one = report(2, "verify", log, "--json");
        final JsonNode many = report(2, "verify", log, "--json", "--parallel", 4, "--memory", "1m");

        assertEquals(one.get("shards"), many.get("shards"));
        assertEquals(one.get("damages"), many.get("damages"));
    }

    private static JsonNode report(int code, Object... arguments) throws Exception {
        final Invocation verify = Invocation.of(arguments);
        assertEquals(code, verify.code(), verify.out() + verify.err());
        return new ObjectMapper().readTree(verify.out());
    }
}
