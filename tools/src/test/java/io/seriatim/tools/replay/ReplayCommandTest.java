package io.seriatim.tools.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.Invocation;
import io.seriatim.tools.Logs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("crash")
class ReplayCommandTest {
    private static final int LINES = Logs.SERIES * Logs.SAMPLES + Logs.SHARDS + 1;

    @TempDir
    private Path parent;

    private Path log;

    @BeforeEach
    void setUp() {
        log = parent.resolve("wal");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void shouldWriteEverythingInOrder(int threads) {
        Logs.closed(log);

        final Invocation replay = Invocation.of("replay", log, "--parallel", threads);

        assertEquals(0, replay.code(), replay.err());
        assertEquals(LINES, replay.lines().size());
        for (int series = 0; series < Logs.SERIES; series++) {
            assertEquals(expected(series, 0, Logs.SAMPLES), ofSeries(replay, series));
        }
        assertTrue(replay.lines()
                .contains("{\"labels\":{\"__name__\":\"together\"},\"samples\":[[1700000000,0.5],[1699999999,1.5],"
                        + "[1699999998,2.5]]}"));
        assertEquals(
                Logs.SHARDS,
                replay.lines().stream()
                        .filter("{\"record\":{\"kind\":7,\"base64\":\"AAEC\"}}"::equals)
                        .count());
        assertTrue(replay.err().contains("replayed 6,003 samples in"), replay.err());
        assertTrue(replay.err().contains("sound"), replay.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--from 1700000010 --until 1700000019",
                "--from 2023-11-14T22:13:30Z --until 2023-11-14T22:13:39.9Z",
                "--from 2023-11-14T23:13:29.001+01:00 --until 1700000019"
            })
    void shouldWriteARangeOfTime(String range) {
        Logs.closed(log);

        final List<Object> arguments = new ArrayList<>(List.of("replay", log));
        arguments.addAll(List.of(range.split(" ")));
        final Invocation replay = Invocation.of(arguments.toArray());

        assertEquals(0, replay.code(), replay.err());
        assertEquals(expected(5, 10, 20), ofSeries(replay, 5));
        assertEquals(Logs.SERIES * 10, replay.lines().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--from yesterday", "--until 99999999999999999999", "--from 2 --until 1"})
    void shouldExitWith64WhenTheRangeMakesNoSense(String range) {
        Logs.closed(log);

        final List<Object> arguments = new ArrayList<>(List.of("replay", log));
        arguments.addAll(List.of(range.split(" ")));
        final Invocation replay = Invocation.of(arguments.toArray());

        assertEquals(64, replay.code(), replay.err());
        assertEquals("", replay.out());
    }

    @Test
    void shouldStopAtTheLimit() {
        Logs.closed(log);

        final Invocation replay = Invocation.of("replay", log, "--limit", 10);

        assertEquals(0, replay.code());
        assertEquals(10, replay.lines().size());
        assertTrue(replay.err().contains("the rest was not read"), replay.err());
    }

    @Test
    void shouldSayNothingOnStderrWhenQuiet() {
        Logs.closed(log);

        final Invocation replay = Invocation.of("replay", "--quiet", log);

        assertEquals(0, replay.code());
        assertEquals(LINES, replay.lines().size());
        assertEquals("", replay.err());
    }

    @Test
    void shouldEndQuietlyWhenItsReaderWentAway() {
        Logs.closed(log);
        final ByteArrayOutputStream err = new ByteArrayOutputStream();

        final int code = Invocation.into(new Failing("Broken pipe"), err, false, "replay", log);

        assertEquals(0, code);
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldExitWith3WhenItCannotWrite() {
        Logs.closed(log);
        final ByteArrayOutputStream err = new ByteArrayOutputStream();

        final int code = Invocation.into(new Failing("No space left on device"), err, false, "replay", log);

        assertEquals(3, code);
        assertEquals(
                "seriatim: cannot write to stdout: No space left on device" + System.lineSeparator(),
                err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldWriteWhatIsValidAndExitWith2WhenTheLogIsDamaged() throws Exception {
        Logs.closed(log);
        Logs.harmMiddle(Logs.segments(log, 0).getFirst());

        final Invocation replay = Invocation.of("replay", log);

        assertEquals(2, replay.code());
        assertTrue(
                replay.lines().size() > LINES - 100, "lines=" + replay.lines().size());
        assertTrue(replay.lines().size() < LINES, "lines=" + replay.lines().size());
        assertTrue(replay.err().contains("DAMAGED"), replay.err());
        assertTrue(replay.err().contains("LOST CHECKSUM in shard-000/"), replay.err());
        assertTrue(replay.err().contains("seriatim verify " + log), replay.err());
    }

    @Test
    void shouldStopAtTheFirstGapWhenOnlyAPrefixIsWanted() throws Exception {
        Logs.closed(log);
        Logs.harmMiddle(Logs.segments(log, 0).getFirst());

        final Invocation prefix = Invocation.of("replay", log, "--policy", "prefix");
        final Invocation salvage = Invocation.of("replay", log, "--policy", "salvage");

        assertEquals(2, prefix.code());
        assertTrue(prefix.lines().size() < salvage.lines().size());
        assertTrue(prefix.err().contains("stopped at gaps"), prefix.err());
    }

    @Test
    void shouldRefuseDamageWhenStrict() throws Exception {
        Logs.closed(log);
        Logs.harmMiddle(Logs.segments(log, 0).getFirst());

        final Invocation replay = Invocation.of("replay", log, "--policy", "STRICT");

        assertEquals(2, replay.code());
        assertTrue(replay.err().startsWith("seriatim: damaged log: LOST CHECKSUM"), replay.err());
        assertEquals(1, replay.err().lines().count(), replay.err());
        assertFalse(replay.err().contains("\tat "), replay.err());
    }

    @Test
    void shouldExitWith1WhenOnlyTheEndIsTorn() throws Exception {
        Logs.killed(log);
        Logs.harmEnd(Logs.segments(log, 1).getFirst());

        assertEquals(1, Invocation.of("replay", log).code());
        assertEquals(1, Invocation.of("replay", log, "--policy", "strict").code());
    }

    private static List<String> ofSeries(Invocation replay, int series) {
        final String start = prefix(series);
        return replay.lines().stream().filter(line -> line.startsWith(start)).toList();
    }

    private static List<String> expected(int series, int from, int until) {
        final List<String> lines = new ArrayList<>();
        for (int sample = from; sample < until; sample++) {
            final String value = switch (sample) {
                case 0 -> "\"NaN:7ff0000000000002\"";
                case 1 -> "-0.0";
                case 2 -> "\"+Inf\"";
                default -> String.valueOf(Logs.value(series, sample));
            };
            lines.add(prefix(series) + "[[" + (Logs.START + sample) + "," + value + "]]}");
        }
        return lines;
    }

    private static String prefix(int series) {
        return "{\"labels\":{\"__name__\":\"up\",\"instance\":\"host-" + series + "\",\"job\":\"api\"},\"samples\":";
    }

    private static final class Failing extends OutputStream {
        private final String message;

        Failing(String message) {
            this.message = message;
        }

        @Override
        public void write(int b) throws IOException {
            throw new IOException(message);
        }
    }
}
