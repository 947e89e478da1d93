package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.Samples;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// However much is appended and replayed, the heap holds the series and nothing else: a JVM of 32 MiB is enough for
/// 100,000 of them.
@Timeout(600)
class BoundedMemoryTest {
    private static final int SERIES = 100_000;

    @TempDir
    private Path directory;

    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws Exception {
            final Path log = Path.of(arguments[0]);
            final long samples = Long.parseLong(arguments[1]);
            append(log, samples);
            final Sum sum = new Sum();
            MappedWal.replay(log, ReplayOptions.defaults().memoryBytes(1 << 20), sum);
            System.out.println(sum.samples + " " + sum.timestamps + " " + sum.bits);
        }

        private static void append(Path log, long samples) throws Exception {
            try (MappedWal wal = MappedWal.open(WalConfig.at(log))) {
                final SeriesHandle[] handles = new SeriesHandle[SERIES];
                for (int i = 0; i < SERIES; i++) {
                    handles[i] = wal.series(Labels.of("i", "" + i));
                }
                int next = 0;
                for (long n = 0; n < samples; n++) {
                    handles[next].append(n, n);
                    next = next + 1 == SERIES ? 0 : next + 1;
                }
            }
        }
    }

    private static final class Sum implements ReplayHandler {
        private long samples;
        private long timestamps;
        private long bits;

        @Override
        public void onSamples(Labels series, Samples found) {
            for (int i = 0; i < found.count(); i++) {
                samples++;
                timestamps += found.timestamp(i);
                bits += found.valueBits(i);
            }
        }
    }

    @Test
    @DisplayName("P10: 50 million samples of 100,000 series, appended and replayed in 32 MiB of heap")
    void shouldFitIn32MiBWhenThereAre50MillionSamples() throws Exception {
        shouldFit(50_000_000);
    }

    private void shouldFit(long samples) throws IOException, InterruptedException {
        final Child.End end = Child.run(
                Child.of(
                        List.of("-Xmx32m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"),
                        Program.class,
                        directory.resolve("log"),
                        samples),
                directory);
        long timestamps = 0;
        long bits = 0;
        for (long n = 0; n < samples; n++) {
            timestamps += n;
            bits += Double.doubleToRawLongBits(n);
        }
        assertEquals("", end.err());
        assertEquals(samples + " " + timestamps + " " + bits + "\n", end.out());
        assertEquals(0, end.exit());
    }
}
