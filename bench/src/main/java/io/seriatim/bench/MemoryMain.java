package io.seriatim.bench;

import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.Wal;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Memory of a process that appends and appends: what is resident and belongs to no file (`RssAnon`: the heap, the
/// JVM's own memory, buffers), so the mapped segments are not in it. Seriatim alone, by handle, 100,000 objects in
/// turn;
/// old segments are deleted as it goes.
///
/// Garbage is collected before each sample, the little that preparing segments and sampling leave: otherwise the heap
/// fills until the JVM does so, and what is kept for ever cannot be told from what is not.
@Command(name = "memory", mixinStandardHelpOptions = true)
public final class MemoryMain extends Program {
    private static final long RETAIN_BYTES = 512L << 20;
    private static final Path STATUS = Path.of("/proc/self/status");

    @Option(names = "--items", defaultValue = "1000000000", description = "appends")
    private long items;

    @Option(names = "--samples", defaultValue = "100", description = "of the memory, evenly over the appends")
    private int samples;

    /// Runs what the arguments say; see `--help`.
    public static void main(String[] args) {
        System.exit(run(new MemoryMain(), args));
    }

    @Override
    void measure() throws Exception {
        if (kind.isRival()) {
            throw new UnsupportedOperationException("memory is measured for Seriatim only");
        }
        if (!Files.isReadable(STATUS)) {
            throw new UnsupportedOperationException("needs " + STATUS);
        }
        final WalConfig config = WalConfig.at(directory.resolve("wal"))
                .flushEvery(Duration.ofMillis(5))
                .retainBytes(RETAIN_BYTES);
        try (Wal wal = MappedWal.open(config)) {
            final SeriesHandle[] handles = handles(wal, Workload.W1.series());
            int next = 0;
            for (int sample = 1; sample <= samples; sample++) {
                for (long i = 0; i < items / samples; i++) {
                    handles[next].append(i, sample);
                    next = next + 1 == handles.length ? 0 : next + 1;
                }
                report(items + " appends", sample, values((double) items / samples * sample), Map.of());
            }
        }
    }

    private static SeriesHandle[] handles(Wal wal, BenchSeries[] series) {
        final SeriesHandle[] handles = new SeriesHandle[series.length];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = wal.series(series[i].labels());
        }
        return handles;
    }

    private static Map<String, Double> values(double appends) throws IOException {
        System.gc();
        final Runtime runtime = Runtime.getRuntime();
        final Map<String, Double> values = new TreeMap<>();
        values.put("appends", appends);
        values.put("anonymousBytes", bytes("RssAnon:"));
        values.put("fileBytes", bytes("RssFile:"));
        values.put("heapUsedBytes", (double) runtime.totalMemory() - runtime.freeMemory());
        return values;
    }

    private static double bytes(String field) throws IOException {
        for (final String line : Files.readAllLines(STATUS)) {
            if (line.startsWith(field)) {
                return 1024 * Double.parseDouble(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no such field: " + field);
    }
}
