package io.seriatim.tools.serve.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteWrite2Test {
    private static final String[] SYMBOLS = {"", "__name__", "up", "job", "api", "help me", "s", "trace_id", "abc", "h"
    };

    @TempDir
    Path directory;

    private static Proto symbols(Proto message) {
        for (final String symbol : SYMBOLS) {
            message.text(4, symbol);
        }
        return message;
    }

    static Proto everything() {
        return symbols(new Proto())
                .message(
                        5,
                        new Proto()
                                .packed(1, 1, 2, 3, 4)
                                .message(2, Proto.sample(1.5, 1000))
                                .message(2, Proto.sample(2.5, 2000).int64(3, 700))
                                .message(
                                        4,
                                        new Proto().packed(1, 7, 8).number(2, 7).int64(3, 999))
                                .message(5, new Proto().int64(1, 1).int64(3, 5).int64(4, 6))
                                .int64(6, 500))
                .message(
                        5,
                        new Proto()
                                .packed(1, 1, 9)
                                .message(3, Proto.histogram(1000))
                                .message(3, Proto.floatHistogram(2000).int64(17, 900))
                                .int64(6, 400));
    }

    @Test
    void shouldKeepEverything() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        final Outcome outcome = log.remoteWrite2(everything().bytes());

        assertEquals(0, outcome.rejected(), outcome.firstRejection());
        assertEquals(2, outcome.samples());
        assertEquals(2, outcome.histograms());
        assertEquals(1, outcome.exemplars());
        final String up = "{__name__=\"up\", job=\"api\"} ";
        final String about = " about {help=\"help me\", start=\"%d000000\", type=\"counter\", unit=\"s\"}";
        assertEquals(
                List.of(
                        up + "1000000000" + about.formatted(500),
                        up + "1000000000 1.5",
                        up + "2000000000" + about.formatted(700),
                        up + "2000000000 2.5",
                        up + "999000000 exemplar 7.0 {trace_id=\"abc\"}",
                        "{__name__=\"h\"} 1000000000 " + Proto.HISTOGRAM.formatted("start=400000000 "),
                        "{__name__=\"h\"} 2000000000 " + Proto.FLOAT_HISTOGRAM.replace("sum", "start=900000000 sum")),
                log.lines());
    }

    @Test
    void shouldFindSymbolsThatComeLastAndSeriesWithOtherSymbols() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        final Proto series = new Proto().packed(1, 1, 2).message(2, Proto.sample(1, 1));
        log.remoteWrite2(symbols(new Proto().message(5, series)).bytes());
        log.remoteWrite2(new Proto()
                .text(4, "")
                .text(4, "up")
                .text(4, "__name__")
                .message(5, new Proto().packed(1, 2, 1).message(2, Proto.sample(2, 2)))
                .bytes());

        assertEquals(List.of("{__name__=\"up\"} 1000000 1.0", "{__name__=\"up\"} 2000000 2.0"), log.lines());
    }

    @Test
    void shouldSayMetadataOfASeriesWithoutRecords() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        final Proto series = new Proto().packed(1, 1, 2).message(5, new Proto().int64(1, 2));
        assertEquals(
                1,
                log.remoteWrite2(symbols(new Proto()).message(5, series).bytes())
                        .metadata());
        assertEquals(
                0,
                log.remoteWrite2(symbols(new Proto()).message(5, series).bytes())
                        .metadata());
        assertTrue(log.lines().getLast().endsWith(" about {type=\"gauge\"}"));
    }

    @Test
    void shouldRefuseReferencesThatMeanNothing() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        final Proto[] series = {
            new Proto().packed(1, 1, 99),
            new Proto().packed(1, 1, -1),
            new Proto().packed(1, 1, 2, 3),
            new Proto().packed(1, 3, 4),
            new Proto().packed(1, new long[600]),
            new Proto().packed(1, 1, 2).message(5, new Proto().int64(3, 50))
        };
        final Proto message = symbols(new Proto());
        for (final Proto one : series) {
            message.message(5, one.message(2, Proto.sample(1, 1)));
        }
        final Outcome outcome = log.remoteWrite2(message.bytes());

        assertEquals(6, outcome.rejected());
        assertEquals("no such symbol: reference=99 symbols=10", outcome.firstRejection());
        assertEquals(List.of(), log.lines());
    }
}
