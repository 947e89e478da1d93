package io.seriatim.tools.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.Invocation;
import io.seriatim.tools.Logs;
import io.seriatim.tools.Promtool;
import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Labels;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Prometheus itself makes of our output.
class PromtoolTest {
    private static final Pattern DUMPED = Pattern.compile("(\\{.*}) (\\S+) (-?\\d+)");

    @TempDir
    private Path parent;

    @BeforeEach
    void setUp() {
        Promtool.assumeInstalled();
    }

    @Test
    void shouldBackfillABlockThatHoldsTheLogBitForBit() throws Exception {
        final SortedMap<String, Long> expected = new TreeMap<>();
        final Path log = fill(expected);
        final Path file = parent.resolve("wal.om");
        assertEquals(
                0,
                Invocation.of("replay", log, "--to", "openmetrics", "-o", file).code());

        final Path data = parent.resolve("data");
        Files.createDirectories(data.resolve("wal")); // promtool's dump wants one to be there
        final Promtool backfill = Promtool.run(parent, null, "tsdb", "create-blocks-from", "openmetrics", file, data);
        final Promtool dump = Promtool.run(parent, null, "tsdb", "dump", data);

        assertEquals(0, backfill.code(), backfill.out());
        assertEquals(0, dump.code(), dump.out());
        final SortedMap<String, Long> found = new TreeMap<>();
        dump.out().lines().forEach(line -> {
            final Matcher sample = DUMPED.matcher(line);
            assertTrue(sample.matches(), line);
            found.put(sample.group(1) + " " + sample.group(3), bits(sample.group(2)));
        });
        assertEquals(expected, found);
    }

    /// Times that Prometheus' arithmetic would cut, values of every size, shuffled.
    private Path fill(SortedMap<String, Long> expected) {
        final Path log = parent.resolve("wal");
        final Random random = new Random(7);
        final WalConfig config = WalConfig.at(log)
                .shards(2)
                .segmentBytes(64 * 1024)
                .timeUnit(TimeUnit.MILLISECONDS)
                .backpressure(Backpressure.block(Duration.ofSeconds(30)));
        try (MappedWal wal = MappedWal.open(config)) {
            for (int i = 0; i < 4000; i++) {
                final Labels series =
                        Labels.of("__name__", "m" + i % 3, "instance", "host-" + i % 17, "odd", i % 5 + "\\ \"Ω\"\n");
                final long timestamp = 1_077_949_071_000L + random.nextInt(3_600_000);
                double value = Double.longBitsToDouble(random.nextLong());
                value = Double.isNaN(value) ? Double.NaN : value;
                if (expected.putIfAbsent(series + " " + timestamp, Double.doubleToRawLongBits(value)) == null) {
                    wal.append(new AwkwardLog.Series(series, new long[] {timestamp}, new double[] {value}));
                }
            }
        }
        return log;
    }

    private static long bits(String value) {
        final double number = switch (value) {
            case "NaN" -> Double.NaN;
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(value);
        };
        return Double.doubleToRawLongBits(number);
    }

    @Test
    void shouldPassTheCheckOfMetrics() throws Exception {
        final Path log = Logs.closed(parent.resolve("wal"));
        final Path text = parent.resolve("wal.prom");
        final Path openMetrics = parent.resolve("wal.om");
        assertEquals(
                0,
                Invocation.of("replay", log, "--to", "prometheus", "-o", text).code());
        assertEquals(
                0,
                Invocation.of("replay", log, "--to", "openmetrics", "-o", openMetrics)
                        .code());

        final Promtool checkedText = Promtool.run(parent, text, "check", "metrics");
        final Promtool checkedOpenMetrics = Promtool.run(parent, openMetrics, "check", "metrics");

        assertEquals("", checkedText.out());
        assertEquals(0, checkedText.code());
        // It reads the older format; whole seconds are the same in both.
        assertEquals("", checkedOpenMetrics.out());
        assertEquals(0, checkedOpenMetrics.code());
    }
}
