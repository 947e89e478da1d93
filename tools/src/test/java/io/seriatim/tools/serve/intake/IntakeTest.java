package io.seriatim.tools.serve.intake;

import static io.seriatim.tools.serve.intake.OtlpMessages.attribute;
import static io.seriatim.tools.serve.intake.OtlpMessages.gauge;
import static io.seriatim.tools.serve.intake.OtlpMessages.message;
import static io.seriatim.tools.serve.intake.OtlpMessages.point;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.WalClosedException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntakeTest {
    @TempDir
    Path directory;

    private static byte[] series(int count, long time) {
        final NumberDataPoint[] points = new NumberDataPoint[count];
        for (int i = 0; i < count; i++) {
            points[i] = point(time, i, attribute("i", "" + i));
        }
        return message(gauge("g", points));
    }

    @Test
    void shouldTellTheEndInEachShard() throws Exception {
        final IntakeLog log = new IntakeLog(IntakeLog.quiet(directory).shards(4), IntakeLimits.standard());
        final Outcome outcome = log.otlp(series(100, 1));

        assertEquals(4, outcome.end().shards());
        for (int shard = 0; shard < 4; shard++) {
            assertEquals(log.wal.checkpoint().lsn(shard), outcome.end().lsn(shard));
        }
        log.otlp(message());
        for (int shard = 0; shard < 4; shard++) {
            assertEquals(Lsn.of(shard, 0), outcome.end().lsn(shard));
        }
        assertEquals(200, log.lines().size());
    }

    @Test
    void shouldKeepEverythingThoughItsTableIsTooSmall() throws Exception {
        final IntakeLog log = new IntakeLog(IntakeLog.config(directory), new IntakeLimits(10, 1000, 7, 64 << 20));
        for (int time = 1; time <= 3; time++) {
            assertEquals(100, log.otlp(series(100, time)).samples());
        }
        final List<String> lines = log.lines();
        assertEquals(300, lines.stream().filter(line -> !line.contains("about")).count());
        assertEquals(
                100,
                new TreeSet<>(lines.stream()
                                .map(line -> line.substring(0, line.indexOf('}')))
                                .toList())
                        .size());
    }

    @Test
    void shouldGoOnWithFramesThatAreTooShortForSomeSeries() throws Exception {
        final IntakeLog log = new IntakeLog(IntakeLog.config(directory).segmentBytes(8192), IntakeLimits.standard());
        final Outcome outcome = log.otlp(message(gauge(
                "g", point(1, 1), point(1, 2, attribute("long", "x".repeat(5000))), point(1, 3))));

        assertEquals(1, outcome.rejected());
        assertEquals(2, outcome.samples());
        assertTrue(outcome.firstRejection().contains("too long"), outcome.firstRejection());
        assertEquals(
                2, log.lines().stream().filter(line -> !line.contains("about")).count());
    }

    @Test
    void shouldRefuseSeriesThatTheLogHasNoRoomFor() throws Exception {
        final IntakeLog log = new IntakeLog(IntakeLog.config(directory).maxSeries(10), IntakeLimits.standard());
        final Outcome outcome = log.otlp(series(15, 1));

        assertEquals(5, outcome.rejected());
        assertEquals(10, outcome.samples());
        assertTrue(outcome.firstRejection().startsWith("too many series: shard=0 limit=10"));
        assertEquals(20, log.lines().size());
    }

    @Test
    void shouldMakeRoomForNewSeriesByForgettingThoseThatNobodyWrites() throws Exception {
        final IntakeLog log = new IntakeLog(IntakeLog.config(directory).maxSeries(10), IntakeLimits.standard());
        log.otlp(series(10, 1));
        for (int i = 0; i < 5; i++) {
            log.wal.appendRecord(0, 1, new byte[1 << 20], 0, 1 << 20); // on to the next segment
        }
        final Outcome outcome = log.otlp(message(gauge("new", point(2, 1))));

        assertEquals(0, outcome.rejected(), outcome.firstRejection());
        assertEquals(1, outcome.samples());
        log.close();
    }

    @Test
    void shouldLetTheLogsFailureThrough() throws Exception {
        final IntakeLog log = new IntakeLog(directory);
        log.otlp(series(3, 1));
        log.wal.close();

        assertThrows(WalClosedException.class, () -> log.otlp(series(3, 2)));
        assertEquals(0, log.outcome.samples());
    }
}
