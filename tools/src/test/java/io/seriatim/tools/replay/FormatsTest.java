package io.seriatim.tools.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.Golden;
import io.seriatim.tools.Invocation;
import io.seriatim.tools.Logs;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormatsTest {
    @TempDir
    private Path parent;

    @ParameterizedTest
    @ValueSource(strings = {"jsonl", "csv", "lineprotocol", "openmetrics", "prometheus"})
    void shouldWriteEachFormatAsItsGoldenFileHasIt(String format) throws Exception {
        final Path log = AwkwardLog.in(parent.resolve("wal"));

        final Invocation replay = Invocation.of("replay", log, "--quiet", "--to", format);

        assertEquals(0, replay.code(), replay.err());
        Golden.assertSame("replay/awkward." + format, replay.out());
        Golden.assertSame("replay/awkward." + format + ".stderr", replay.err());
    }

    @Test
    void shouldWriteTheSameToAFile() throws Exception {
        final Path log = AwkwardLog.in(parent.resolve("wal"));
        final Path file = parent.resolve("out");
        Files.writeString(file, "x".repeat(100_000));

        final Invocation replay = Invocation.of("replay", log, "--to", "openmetrics", "-o", file);

        assertEquals(0, replay.code(), replay.err());
        assertEquals("", replay.out());
        assertEquals(Invocation.of("replay", log, "--to", "openmetrics").out(), Files.readString(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "lineprotocol", "openmetrics", "prometheus"})
    void shouldCountSamplesWhoseLabelsAreLost(String format) throws Exception {
        final Path log = Logs.killed(parent.resolve("wal"));
        Logs.harmFirstDefinition(log);

        final Invocation replay = Invocation.of("replay", log, "--quiet", "--to", format);

        assertEquals(2, replay.code(), replay.err());
        assertTrue(replay.err().contains("samples whose labels are lost ("), replay.err());
        assertTrue(replay.err().contains("left out, since " + format + " cannot say it: opaque records (2), "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "openmetrics", "prometheus"})
    void shouldWriteNoMoreLinesThanAreAskedFor(String format) {
        final Path log = Logs.closed(parent.resolve("wal"));

        final Invocation replay = Invocation.of("replay", log, "--to", format, "--limit", 5);

        assertEquals(0, replay.code(), replay.err());
        assertEquals(
                5,
                replay.lines().stream()
                        .filter(line -> !line.startsWith("#") && !line.startsWith("series,"))
                        .count());
        assertEquals(format.equals("openmetrics"), replay.out().endsWith("# EOF\n"));
    }

    @Test
    void shouldSortOpenMetricsHoweverItIsRead() {
        final Path log = Logs.closed(parent.resolve("wal"));

        final Invocation one = Invocation.of("replay", log, "--to", "openmetrics");
        final Invocation four = Invocation.of("replay", log, "--to", "openmetrics", "--parallel", 4);

        assertEquals(one.out(), four.out());
        assertEquals(2 + 1 + Logs.SERIES * Logs.SAMPLES + 3, one.lines().size());
        assertTrue(one.lines().getLast().equals("# EOF"), one.lines().getLast());
        assertEquals(
                1,
                one.lines().stream()
                        .filter(line -> line.startsWith("# HELP up "))
                        .count());
    }

    @Test
    void shouldSelectSeriesAndShards() {
        final Path log = Logs.closed(parent.resolve("wal"));

        final Invocation some = Invocation.of("replay", log, "--select", "up{instance=~\"host-[12]\"}");
        final Invocation none = Invocation.of("replay", log, "--select", "down");
        final Invocation any =
                Invocation.of("replay", log, "--select", "{instance=\"host-7\"}", "--select", "together");
        final Invocation zero = Invocation.of("replay", log, "--shard", 0, "--select", "{}");
        final Invocation both = Invocation.of("replay", log, "--shard", "0,1");

        assertEquals(2 * Logs.SAMPLES, some.lines().size());
        assertTrue(some.err().contains(", 600 of them selected: sound"), some.err());
        assertTrue(some.err().contains("left out, since --select asks for labels: 2 opaque records"), some.err());
        assertEquals("", none.out());
        assertEquals(Logs.SAMPLES + 1, any.lines().size());
        assertTrue(zero.lines().size() < both.lines().size());
        assertEquals(
                1,
                zero.lines().stream()
                        .filter(line -> line.startsWith("{\"record"))
                        .count());
        assertFalse(zero.lines().isEmpty());
        assertEquals(Logs.SERIES * Logs.SAMPLES + Logs.SHARDS + 1, both.lines().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--to yaml",
                "--select up{",
                "--select {a=~\"(\"}",
                "--shard 1024",
                "--shard -1",
                "--memory 8m",
                "--memory 16m --parallel 200",
                "--resume r",
                "--resume r -o o --limit 3",
                "--resume r -o o --to openmetrics"
            })
    void shouldExitWith64WhenOptionsMakeNoSense(String options) {
        final Path log = Logs.closed(parent.resolve("wal"));
        final Object[] arguments = ("replay " + log + " " + options).split(" ");

        final Invocation wrong = Invocation.of(arguments);

        assertEquals(64, wrong.code(), wrong.err());
        assertEquals("", wrong.out());
        assertTrue(wrong.err().startsWith("seriatim: "), wrong.err());
    }

    @Test
    void shouldExitWith3WhenItCannotWriteTheFile() {
        final Path log = Logs.closed(parent.resolve("wal"));

        assertEquals(
                3, Invocation.of("replay", log, "-o", parent.resolve("no/such")).code());
        assertEquals(
                3,
                Invocation.of("replay", log, "--to", "openmetrics", "--temp", parent.resolve("no"))
                        .code());
    }
}
