package io.seriatim.tools.replay;

import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Labels;
import io.seriatim.wal.TimeSeries;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A small log with everything that some format has trouble with.
final class AwkwardLog {
    static final long STALE = 0x7ff0000000000002L;

    private static final long T = 1_700_000_000_123L;

    private AwkwardLog() {}

    static Path in(Path directory) {
        final WalConfig config = WalConfig.at(directory)
                .shards(1)
                .segmentBytes(64 * 1024)
                .timeUnit(TimeUnit.MILLISECONDS)
                .backpressure(Backpressure.block(Duration.ofSeconds(30)));
        try (MappedWal wal = MappedWal.open(config)) {
            values(wal);
            names(wal);
            times(wal);
            wal.appendRecord(0, 7, new byte[] {0, 1, 2}, 0, 3);
            wal.append(new Series(Labels.of("__name__", "without_samples"), new long[0], new double[0]));
        }
        return directory;
    }

    private static void values(MappedWal wal) {
        final double[] values = {
            1.5,
            -0.0,
            0.1,
            1e21,
            123456789.125,
            Double.MIN_VALUE,
            Double.MAX_VALUE,
            0.1 + 0.2,
            Double.NaN,
            Double.longBitsToDouble(STALE),
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY
        };
        final long[] timestamps = new long[values.length];
        for (int i = 0; i < timestamps.length; i++) {
            timestamps[i] = T + 15_000L * i;
        }
        wal.append(new Series(Labels.of("__name__", "value_bits", "job", "api"), timestamps, values));
    }

    private static void names(MappedWal wal) {
        one(wal, "__name__", "up");
        one(wal, "__name__", "up_time", "job", "api");
        one(wal, "__name__", "up", "job", "a b,c=d", "path", "C:\\dir\\file", "quote", "say \"Ω\"");
        one(wal, "__name__", "up", "lines", "one\ntwo");
        one(wal, "__name__", "up", "path", "C:\\");
        one(wal, "__name__", "up", "path", "a\\,b");
        one(wal, "__name__", "up", "empty", "", "job", "api");
        one(wal, "__name__", "http.requests", "status-code", "200");
        one(wal, "__name__", "#comment");
        one(wal, "job", "nameless");
        one(wal, "__name__", "");
    }

    private static void times(MappedWal wal) {
        wal.append(new Series(
                Labels.of("__name__", "times"),
                new long[] {T + 2, T, T + 2, T + 1, -1, -1500, 0, 1_077_949_071_922L, Long.MAX_VALUE, Long.MIN_VALUE},
                new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
    }

    private static void one(MappedWal wal, String... labels) {
        wal.append(new Series(Labels.of(labels), new long[] {T}, new double[] {1}));
    }

    /// Samples to append together.
    record Series(Labels labels, long[] timestamps, double[] values) implements TimeSeries {
        @Override
        public int count() {
            return timestamps.length;
        }

        @Override
        public long timestamp(int index) {
            return timestamps[index];
        }

        @Override
        public double value(int index) {
            return values[index];
        }
    }
}
