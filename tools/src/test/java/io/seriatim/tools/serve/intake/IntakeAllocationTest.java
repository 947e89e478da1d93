package io.seriatim.tools.serve.intake;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Samples of known series cost no garbage.
class IntakeAllocationTest {
    static final int POINTS = 1000;
    private static final int WARM = 200;
    private static final int MEASURED = 100;

    @TempDir
    Path directory;

    private interface Take {
        Outcome of(byte[] message) throws BadMessageException;
    }

    static byte[] otlp() {
        final NumberDataPoint[] points = new NumberDataPoint[POINTS];
        for (int i = 0; i < POINTS; i++) {
            final List<KeyValue> attributes = new ArrayList<>();
            for (int label = 0; label < 7; label++) {
                attributes.add(OtlpMessages.attribute("attribute." + label, "value-" + (label == 3 ? i : label)));
            }
            points[i] = OtlpMessages.point(1_700_000_000_000_000_000L, i + 0.5, attributes.toArray(KeyValue[]::new));
        }
        return OtlpMessages.message(OtlpMessages.gauge("some.gauge", points)); // 10 with the name, job and instance
    }

    static byte[] remoteWrite1() {
        final Proto message = new Proto();
        for (int i = 0; i < POINTS; i++) {
            final Proto series = Proto.labels(new Proto(), "__name__", "some_gauge", "instance", "1", "job", "api");
            for (int label = 0; label < 7; label++) {
                Proto.labels(series, "label_" + label, "value-" + (label == 3 ? i : label));
            }
            message.message(1, series.message(2, Proto.sample(i + 0.5, 1_700_000_000_000L)));
        }
        return message.bytes();
    }

    static byte[] remoteWrite2() {
        final Proto message = new Proto();
        for (final String symbol : new String[] {"", "__name__", "some_gauge", "label", "a help text", "bytes"}) {
            message.text(4, symbol);
        }
        for (int i = 0; i < POINTS; i++) {
            message.text(4, "value-" + i);
        }
        for (int i = 0; i < POINTS; i++) {
            message.message(
                    5,
                    new Proto()
                            .packed(1, 1, 2, 3, 6 + i)
                            .message(2, Proto.sample(i + 0.5, 1_700_000_000_000L))
                            .message(5, new Proto().int64(1, 2).int64(3, 4).int64(4, 5))
                            .int64(6, 1_600_000_000_000L));
        }
        return message.bytes();
    }

    @Test
    void shouldAllocateNothingForKnownSeriesOfOtlp() throws Exception {
        try (IntakeLog log = new IntakeLog(directory)) {
            judge(log::otlp, otlp());
        }
    }

    @Test
    void shouldAllocateNothingForKnownSeriesOfRemoteWrite1() throws Exception {
        try (IntakeLog log = new IntakeLog(directory)) {
            judge(log::remoteWrite1, remoteWrite1());
        }
    }

    @Test
    void shouldAllocateNothingForKnownSeriesOfRemoteWrite2() throws Exception {
        try (IntakeLog log = new IntakeLog(directory)) {
            judge(log::remoteWrite2, remoteWrite2());
        }
    }

    @Test
    void shouldNoticeGarbage() throws Exception {
        // The look-up table holds a tenth of the series: each is made anew.
        try (IntakeLog log =
                new IntakeLog(IntakeLog.config(directory), new IntakeLimits(100, 10_000, POINTS / 10, 64 << 20))) {
            final double perSample = bytesPerSample(log::otlp, otlp());
            assertTrue(perSample > 100, "bytesPerSample=" + perSample);
        }
    }

    private static void judge(Take take, byte[] message) throws BadMessageException {
        final double perSample = bytesPerSample(take, message);
        assertTrue(perSample <= 1, "bytesPerSample=" + perSample);
    }

    private static double bytesPerSample(Take take, byte[] message) throws BadMessageException {
        for (int i = 0; i < WARM; i++) {
            final Outcome outcome = take.of(message);
            assertTrue(outcome.samples() == POINTS && outcome.rejected() == 0, outcome.firstRejection());
        }
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < MEASURED; i++) {
            take.of(message);
        }
        final long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        return (double) allocated / MEASURED / POINTS;
    }
}
