package io.seriatim.bench;

import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.Wal;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A log whose process ended without closing it, in one segment as far as it fits.
final class CrashedLog {
    private static final int MAX_SEGMENT_MEBIBYTES = 1024;

    private CrashedLog() {}

    /// Runs this class in a JVM of its own.
    static void make(Path directory, int mebibytes) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashedLog.class.getName(),
                        directory.toString(),
                        "" + mebibytes))
                .inheritIO()
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("no crashed log: exit=" + process.exitValue());
        }
    }

    /// @param args directory, mebibytes of frames
    public static void main(String[] args) {
        final long bytes = Long.parseLong(args[1]) << 20;
        final int segmentBytes = Math.min(MAX_SEGMENT_MEBIBYTES, Integer.parseInt(args[1])) << 20;
        final Wal wal = MappedWal.open(WalConfig.at(Path.of(args[0])).segmentBytes(segmentBytes));
        final BenchSeries[] series = Workload.DISTINCT.series();
        final SeriesHandle[] handles = new SeriesHandle[series.length];
        for (int i = 0; i < series.length; i++) {
            handles[i] = wal.series(series[i].labels());
        }
        final int margin = 64 * 1024;
        for (int i = 0; wal.stats().shards().getFirst().tail() < bytes - margin; i++) {
            for (int n = 0; n < 1000; n++) {
                handles[(i * 1000 + n) % handles.length].append(i, n);
            }
        }
        Runtime.getRuntime().halt(0);
    }
}
