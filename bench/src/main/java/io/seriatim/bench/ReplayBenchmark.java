package io.seriatim.bench;

import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.Samples;
import io.seriatim.wal.Wal;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Time to replay one appended sample out of 4 million in 100,000 series, from the page cache, every sample and
/// its labels handed on. The disk is not measured.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xmx2g", "-XX:+UseG1GC"})
@State(Scope.Benchmark)
public class ReplayBenchmark {
    private static final int SAMPLES = 4_000_000;

    /// Where the log is.
    @Param("target/jmh-data")
    public String directory;

    /// That read it.
    @Param({"1", "2"})
    public int threads;

    /// Writes the log.
    @Setup(Level.Trial)
    public void write() throws IOException {
        Directories.delete(Path.of(directory));
        final BenchSeries[] series = Workload.DISTINCT.series();
        try (Wal wal = MappedWal.open(WalConfig.at(Path.of(directory)))) {
            for (int i = 0; i < SAMPLES; i++) {
                wal.append(series[i % series.length]);
            }
        }
    }

    /// Reads all of it.
    @Benchmark
    @OperationsPerInvocation(SAMPLES)
    public double replay() {
        final Sum sum = new Sum();
        final long read =
                MappedWal.replay(Path.of(directory), ReplayOptions.defaults().threads(threads), sum).shards().stream()
                        .mapToLong(shard -> shard.samples())
                        .sum();
        if (read != SAMPLES) {
            throw new IllegalStateException("samples lost: read=" + read + " wanted=" + SAMPLES);
        }
        return sum.values;
    }

    /// Deletes the log.
    @TearDown(Level.Trial)
    public void delete() throws IOException {
        Directories.delete(Path.of(directory));
    }

    private static final class Sum implements ReplayHandler {
        private double values;

        @Override
        public void onSamples(Labels labels, Samples samples) {
            for (int i = 0; i < samples.count(); i++) {
                values += samples.value(i) + samples.timestamp(i) + labels.encodedLength();
            }
        }
    }
}
