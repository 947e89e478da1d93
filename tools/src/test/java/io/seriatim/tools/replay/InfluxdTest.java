package io.seriatim.tools.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.seriatim.tools.Influxd;
import io.seriatim.tools.Invocation;
import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Labels;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a real InfluxDB makes of our line protocol.
@Timeout(180)
class InfluxdTest {
    @TempDir
    private Path parent;

    @BeforeEach
    void setUp() {
        Influxd.assumeInstalled();
    }

    @Test
    void shouldHoldTheLogBitForBitWhenLoaded() throws Exception {
        final SortedMap<String, Long> expected = new TreeMap<>();
        final Path log = fill(expected);

        assertEquals(expected, loaded(log));
    }

    @Test
    void shouldTakeEveryLineOfAnAwkwardLog() throws Exception {
        final Path log = AwkwardLog.in(parent.resolve("wal"));
        final long times = lines(log)
                .lines()
                .map(line -> line.replaceFirst(" value=\\S+ ", " "))
                .distinct()
                .count();

        assertEquals(times, loaded(log).size());
        assertTrue(times >= 20, () -> "times=" + times);
    }

    private static String lines(Path log) {
        final Invocation replay = Invocation.of("replay", "-q", log, "--to", "lineprotocol");
        assertEquals(0, replay.code(), replay.err());
        return replay.out();
    }

    /// @return value bits by series and time, as a database says that it holds them
    private SortedMap<String, Long> loaded(Path log) throws Exception {
        final Path data = Files.createDirectory(parent.resolve("influxdb"));
        final SortedMap<String, Long> found = new TreeMap<>();
        try (Influxd influxd = Influxd.start(data)) {
            influxd.write(lines(log));
            for (final JsonNode series : influxd.series()) {
                assertEquals("[\"time\",\"value\"]", series.path("columns").toString());
                final Map<String, String> labels = new HashMap<>();
                labels.put("__name__", series.path("name").asText());
                series.path("tags").properties().forEach(tag -> {
                    labels.put(tag.getKey(), tag.getValue().asText());
                });
                for (final JsonNode sample : series.path("values")) {
                    found.put(
                            Labels.of(labels) + " " + sample.path(0).asLong(),
                            Double.doubleToRawLongBits(
                                    Double.parseDouble(sample.path(1).asText())));
                }
            }
        }
        return found;
    }

    /// Everything that the protocol has to escape, finite values of every size, nanoseconds.
    private Path fill(SortedMap<String, Long> expected) {
        final Path log = parent.resolve("wal");
        final Random random = new Random(7);
        final WalConfig config = WalConfig.at(log)
                .shards(2)
                .segmentBytes(64 * 1024)
                .timeUnit(TimeUnit.NANOSECONDS)
                .backpressure(Backpressure.block(Duration.ofSeconds(30)));
        try (MappedWal wal = MappedWal.open(config)) {
            for (int i = 0; i < 4000; i++) {
                final Labels series =
                        Labels.of("__name__", "m, " + i % 3, "host name,=", "a b,c=d\"" + i % 17, "odd", i % 5 + "\\Ω");
                final long timestamp = 1_077_949_071_000_000_000L + random.nextLong(3_600_000_000_000L);
                final double value = Double.longBitsToDouble(random.nextLong());
                if (Double.isFinite(value)
                        && expected.putIfAbsent(series + " " + timestamp, Double.doubleToRawLongBits(value)) == null) {
                    wal.append(new AwkwardLog.Series(series, new long[] {timestamp}, new double[] {value}));
                }
            }
        }
        return log;
    }
}
