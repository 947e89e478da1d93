package io.seriatim.tools.top;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seriatim.tools.Invocation;
import io.seriatim.tools.ReportDocument;
import io.seriatim.wal.Labels;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TopCommandTest {
    @TempDir
    private Path parent;

    private Path log;

    @BeforeEach
    void setUp() {
        log = parent.resolve("wal");
    }

    private MappedWal open() {
        return MappedWal.open(WalConfig.at(log).shards(2).segmentBytes(1 << 20));
    }

    private static void append(MappedWal wal) {
        for (int i = 0; i < 100; i++) {
            wal.series(Labels.of("__name__", "up", "i", "" + i)).append(i, i);
        }
    }

    @Test
    void shouldShowALogThatIsOpen() throws Exception {
        try (MappedWal wal = open()) {
            append(wal);
            wal.flush();

            final Invocation page = Invocation.of("top", log, "--once", "--interval", "0.2");
            final JsonNode json = json("top", log, "--once", "--json", "--interval", "1.2");

            assertEquals(0, page.code(), page.err());
            assertTrue(
                    page.out()
                            .contains("open for 0 s by pid "
                                    + ProcessHandle.current().pid()),
                    page.out());
            assertEquals("OPEN", json.get("state").asText());
            assertEquals(
                    100,
                    json.at("/shards/0/records").asLong()
                            + json.at("/shards/1/records").asLong());
            assertEquals(
                    100,
                    json.at("/shards/0/series").asLong()
                            + json.at("/shards/1/series").asLong());
            assertEquals(0, json.at("/shards/0/lagBytes").asLong());
            assertTrue(json.get("seconds").asDouble() > 0);
            assertEquals(0.0, json.get("recordsPerSecond").asDouble());
        }
    }

    @Test
    void shouldWriteALineForEachLookWhenNobodyLooks() throws Exception {
        try (MappedWal wal = open()) {
            append(wal);

            final Invocation lines = Invocation.of("top", log, "--count", 3, "--interval", "0.1");
            final Invocation json = Invocation.of("top", log, "--count", 3, "--interval", "0.1", "--json");

            assertEquals(0, lines.code(), lines.err());
            assertEquals(3, lines.out().lines().count());
            assertTrue(lines.out().lines().allMatch(line -> line.contains(" open ") && line.contains(" records/s")));
            assertFalse(lines.out().contains("\u001b"));
            assertEquals(3, json.out().lines().count());
            for (final String line : json.out().lines().toList()) {
                assertEquals(
                        "top", new ObjectMapper().readTree(line).get("command").asText());
            }
        }
    }

    @Test
    void shouldReportWhatItsDocumentDescribes() throws Exception {
        final Path made = Path.of("/data/wal");
        final Moment moment = new Moment(
                Moment.State.OPEN,
                MadeCounters.of(2, MadeCounters.shard(0, 1_000, 32_000, 64, 20, false)),
                MadeCounters.of(0, MadeCounters.shard(0, 0, 0, 0, 0, false)),
                null,
                0);

        ReportDocument.assertDescribes("top", TopJson.of(made, moment));
    }

    @Test
    void shouldSayThatALogIsClosed() throws Exception {
        open().close();

        final Invocation page = Invocation.of("top", log, "--once");

        assertEquals(0, page.code(), page.err());
        assertTrue(page.out().contains(": closed 20"), page.out());
        assertEquals("CLOSED", json("top", log, "--once", "--json").get("state").asText());
        assertTrue(json("top", log, "--once", "--json").get("seconds").isNull());
    }

    @Test
    void shouldExitWith2WhenAShardIsPoisoned() {
        final Moment poisoned = new Moment(
                Moment.State.OPEN, MadeCounters.of(2, MadeCounters.shard(0, 0, 0, 0, 0, true)), null, null, 0);

        assertTrue(poisoned.isPoisoned());
        assertTrue(TopText.page(log, poisoned).contains("POISONED"));
        assertTrue(TopText.line(poisoned).contains("open POISONED"));
    }

    @Test
    void shouldExitWith3WhenThereAreNoCountersOrNoneThatCanBeRead() throws Exception {
        final Path empty = Files.createDirectory(parent.resolve("empty"));
        open().close();
        Files.write(log.resolve("counters.dat"), new byte[700]);

        assertFails("seriatim: no counters: directory=", "top", empty);
        assertFails("seriatim: no such directory", "top", parent.resolve("nowhere"));
        assertFails("seriatim: cannot understand the counters", "top", log, "--once");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--interval 0", "--interval NaN", "--interval 3601", "--count 0", "--once --count 2"})
    void shouldExitWith64WhenArgumentsMakeNoSense(String arguments) {
        open().close();
        final List<Object> all = new ArrayList<>(List.of("top", log));
        all.addAll(Arrays.asList(arguments.split(" ")));

        assertEquals(64, Invocation.of(all.toArray()).code());
    }

    private static void assertFails(String message, Object... arguments) {
        final Invocation failed = Invocation.of(arguments);
        assertEquals(3, failed.code());
        assertEquals("", failed.out());
        assertTrue(failed.err().startsWith(message), failed.err());
        assertEquals(1, failed.err().lines().count(), failed.err());
    }

    private static JsonNode json(Object... arguments) throws Exception {
        final Invocation top = Invocation.of(arguments);
        assertEquals(0, top.code(), top.err());
        return new ObjectMapper().readTree(top.out());
    }
}
