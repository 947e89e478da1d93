package io.seriatim.bench;

import com.sun.management.ThreadMXBean;
import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.TimeSeries;
import io.seriatim.wal.Wal;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// What an append costs when there are many series, or many segments on the disk: Seriatim alone, one producer, the
/// series in turn. All of them are registered before anything is timed. In turn is the hard case: with more series
/// than fit into a segment every append of one is its first there, and carries the labels.
@Command(name = "growth", mixinStandardHelpOptions = true)
public final class GrowthMain extends Program {
    private static final long RETAIN_BYTES = 512L << 20;
    private static final int SMALL_SEGMENT_BYTES = 1 << 20;
    private static final long TIMESTAMP = 1_700_000_000_000L;

    @Option(names = "--series", defaultValue = "1000")
    private int seriesCount;

    @Option(names = "--segments", description = "kept on the disk, of 1 MiB each; default: 512 MiB in large ones")
    private int segments;

    @Option(names = "--items", defaultValue = "4000000", description = "a repetition")
    private long items;

    @Option(names = "--warmups", defaultValue = "1", description = "repetitions not reported")
    private int warmups;

    @Option(names = "--repetitions", defaultValue = "3")
    private int repetitions;

    private final One one = new One();
    private Labels[] labels;
    private SeriesHandle[] handles;
    private Wal wal;
    private int next;

    /// Runs what the arguments say; see `--help`.
    public static void main(String[] args) {
        System.exit(run(new GrowthMain(), args));
    }

    @Override
    void measure() throws Exception {
        if (kind.isRival()) {
            throw new UnsupportedOperationException("growth is measured for Seriatim only");
        }
        try (Wal opened = MappedWal.open(config())) {
            wal = opened;
            register();
            fill();
            for (int i = 1 - warmups; i <= repetitions; i++) {
                Settle.settle(directory);
                final Map<String, Double> values = repeat();
                if (i > 0) {
                    report(variant(), i, values, Map.of());
                }
            }
        }
    }

    private String variant() {
        return seriesCount + " series" + (segments == 0 ? "" : ", " + segments + " segments");
    }

    private WalConfig config() {
        final WalConfig config = WalConfig.at(directory.resolve("wal")).flushEvery(Duration.ofMillis(5));
        return segments == 0
                ? config.retainBytes(RETAIN_BYTES)
                : config.segmentBytes(SMALL_SEGMENT_BYTES).retainBytes((long) segments * SMALL_SEGMENT_BYTES);
    }

    private void register() {
        labels = new Labels[seriesCount];
        handles = new SeriesHandle[seriesCount];
        for (int i = 0; i < seriesCount; i++) {
            labels[i] = Labels.of("metric", "benchmark_metric", "host", "host_" + i, "region", "us-east-" + i % 5);
            handles[i] = wal.series(labels[i]);
        }
    }

    private void fill() {
        final long wanted = (long) segments * SMALL_SEGMENT_BYTES;
        while (tail() < wanted) {
            append(1000);
        }
    }

    private long tail() {
        return wal.stats().shards().getFirst().tail();
    }

    private Map<String, Double> repeat() throws IOException {
        final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long startBytes = tail();
        final long allocatedBefore = thread.getCurrentThreadAllocatedBytes();
        final long cpuBefore = thread.getCurrentThreadCpuTime();
        final long startNs = System.nanoTime();
        append(items);
        final double nanos = System.nanoTime() - startNs;
        final double cpuNanos = thread.getCurrentThreadCpuTime() - cpuBefore;
        final double allocated = thread.getCurrentThreadAllocatedBytes() - allocatedBefore;

        final Map<String, Double> values = new TreeMap<>();
        values.put("series", (double) seriesCount);
        values.put("nanosPerAppend", nanos / items);
        values.put("producerCpuNanosPerAppend", cpuNanos / items);
        values.put("bytesPerAppend", (double) (tail() - startBytes) / items);
        values.put("allocatedBytesPerAppend", allocated / items);
        values.put("segmentsOnDisk", (double) segmentsOnDisk());
        return values;
    }

    private void append(long count) {
        final boolean whole = kind == ContenderKind.SERIATIM_WHOLE;
        for (long i = 0; i < count; i++) {
            final int at = next;
            next = at + 1 == seriesCount ? 0 : at + 1;
            if (whole) {
                one.labels = labels[at];
                wal.append(one);
            } else {
                handles[at].append(TIMESTAMP + i, i);
            }
        }
    }

    private long segmentsOnDisk() throws IOException {
        // Names only: the log deletes files meanwhile.
        try (Stream<Path> all = Files.list(directory.resolve("wal").resolve("shard-000"))) {
            return all.filter(path -> path.toString().endsWith(".seg")).count();
        }
    }

    /// One sample, of whichever series comes next.
    private static final class One implements TimeSeries {
        private Labels labels;

        @Override
        public Labels labels() {
            return labels;
        }

        @Override
        public int count() {
            return 1;
        }

        @Override
        public long timestamp(int index) {
            return TIMESTAMP;
        }

        @Override
        public double value(int index) {
            return 1.5;
        }
    }
}
