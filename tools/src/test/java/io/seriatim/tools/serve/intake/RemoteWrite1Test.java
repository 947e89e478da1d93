package io.seriatim.tools.serve.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteWrite1Test {
    @TempDir
    Path directory;

    static Proto everything() {
        return new Proto()
                .message(
                        1,
                        Proto.labels(new Proto(), "__name__", "up", "job", "api")
                                .message(2, Proto.sample(1.5, 1000))
                                .message(2, Proto.sample(Double.longBitsToDouble(0x7ff0000000000002L), 900))
                                .message(2, Proto.sample(1.5, 1000))
                                .message(
                                        3,
                                        Proto.labels(new Proto(), "trace_id", "abc")
                                                .number(2, 7)
                                                .int64(3, 999)))
                .message(
                        1,
                        Proto.labels(new Proto(), "__name__", "h")
                                .message(4, Proto.histogram(1000))
                                .message(4, Proto.floatHistogram(2000))
                                .message(4, Proto.customHistogram(3000)))
                .message(
                        3,
                        new Proto().int64(1, 1).text(2, "up").text(4, "help me").text(5, "s"));
    }

    @Test
    void shouldKeepEverything() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        final Outcome outcome = log.remoteWrite1(everything().bytes());

        assertEquals(0, outcome.rejected(), outcome.firstRejection());
        assertEquals(3, outcome.samples());
        assertEquals(3, outcome.histograms());
        assertEquals(1, outcome.exemplars());
        assertEquals(1, outcome.metadata());
        final List<String> lines = log.lines();
        final String up = "{__name__=\"up\", job=\"api\"} ";
        assertEquals(
                List.of(
                        up + "1000000000 1.5",
                        up + "900000000 7ff0000000000002",
                        up + "1000000000 1.5",
                        up + "999000000 exemplar 7.0 {trace_id=\"abc\"}",
                        "{__name__=\"h\"} 1000000000 " + Proto.HISTOGRAM.formatted(""),
                        "{__name__=\"h\"} 2000000000 " + Proto.FLOAT_HISTOGRAM,
                        "{__name__=\"h\"} 3000000000 " + Proto.CUSTOM_HISTOGRAM),
                lines.subList(0, 7));
        assertTrue(lines.get(7).startsWith("{__name__=\"up\"} "));
        assertTrue(lines.get(7).endsWith(" about {help=\"help me\", type=\"counter\", unit=\"s\"}"));
        assertEquals(8, lines.size());
    }

    @Test
    void shouldSayMetadataAgainOnlyWhenItChanges() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        long said = 0;
        for (final String help : new String[] {"a", "a", "b", "a"}) {
            said += log.remoteWrite1(new Proto()
                            .message(3, new Proto().text(2, "m").text(4, help))
                            .bytes())
                    .metadata();
        }
        assertEquals(3, said);
        assertTrue(log.lines().getLast().endsWith("{help=\"a\"}"));
    }

    @Test
    void shouldFindLabelsThatLieApartAndUnsorted() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        for (int i = 0; i < 2; i++) {
            final Proto series = Proto.labels(new Proto(), "job", "api").message(2, Proto.sample(i, i));
            log.remoteWrite1(new Proto()
                    .message(1, Proto.labels(series, "__name__", "up"))
                    .bytes());
        }
        assertEquals(
                List.of("{__name__=\"up\", job=\"api\"} 0 0.0", "{__name__=\"up\", job=\"api\"} 1000000 1.0"),
                log.lines());
    }

    @Test
    void shouldRefuseSeriesThatTheProtocolForbids() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        final String[][] labels = {
            {"job", "api"}, {"__name__", "a", "x", "1", "x", "2"}, {"__name__", "a", "", "1"}, {"__name__", "good"}
        };
        final Proto message = new Proto();
        for (final String[] each : labels) {
            message.message(
                    1,
                    Proto.labels(new Proto(), each)
                            .message(2, Proto.sample(1, 1))
                            .message(2, Proto.sample(1, 2)));
        }
        final Proto broken = new Proto()
                .message(1, new Proto().text(1, "__name__").raw(2, new byte[] {(byte) 0xff}))
                .message(2, Proto.sample(1, 1));
        final Outcome outcome = log.remoteWrite1(message.message(1, broken).bytes());

        assertEquals(7, outcome.rejected());
        assertEquals("series has no label __name__", outcome.firstRejection());
        assertEquals(2, outcome.samples());
        assertEquals(2, log.lines().size());
    }

    @Test
    void shouldRefuseTimesThatTheLogCannotSay() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        final Outcome outcome = log.remoteWrite1(new Proto()
                .message(
                        1,
                        Proto.labels(new Proto(), "__name__", "a")
                                .message(2, Proto.sample(1, Long.MAX_VALUE))
                                .message(2, Proto.sample(2, -5)))
                .bytes());

        assertEquals(1, outcome.rejected());
        assertEquals(List.of("{__name__=\"a\"} -5000000 2.0"), log.lines());
    }

    @Test
    void shouldRefuseHistogramsThatDoNotAddUp() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        final Proto[] histograms = {
            new Proto().int64(1, 1).message(11, Proto.span(0, 2)).packedZigzag(12, 1),
            new Proto().int64(1, 1).message(11, Proto.span(0, 1)).packedZigzag(12, 1, 2),
            new Proto().int64(1, 1).message(11, Proto.span(0, 1)).packedDoubles(13, 1),
            new Proto().number(2, 1).int64(6, 1),
            new Proto()
                    .int64(1, 1)
                    .message(11, Proto.span(Integer.MIN_VALUE, 1))
                    .packedZigzag(12, 1),
            new Proto().int64(1, 1).message(11, Proto.span(0, -1)).packedZigzag(12, 1),
            new Proto()
                    .int64(1, 1)
                    .message(11, Proto.span(0, 1))
                    .message(11, Proto.span(-5, 1))
                    .packedZigzag(12, 1, 1),
            new Proto().sint(4, -53).message(11, Proto.span(9, 1)).packedZigzag(12, 1),
            new Proto().int64(14, 9)
        };
        for (final Proto histogram : histograms) {
            final Proto series = Proto.labels(new Proto(), "__name__", "h").message(4, histogram);
            final Outcome outcome =
                    log.remoteWrite1(new Proto().message(1, series).bytes());
            assertEquals(1, outcome.rejected());
            assertEquals(0, outcome.histograms());
        }
        assertEquals(List.of(), log.lines());
    }

    @Test
    void shouldRefuseWireTypesThatTheProtocolDoesNotHave() {
        try (IntakeLog log = new IntakeLog(directory)) {
            final byte[] wrong = new Proto().int64(1, 5).bytes();
            final BadMessageException failure = assertThrows(BadMessageException.class, () -> log.remoteWrite1(wrong));
            assertEquals(
                    "field has another wire type than its protocol says (0): offset=1 field=WriteRequest.timeseries",
                    failure.getMessage());
        }
    }
}
