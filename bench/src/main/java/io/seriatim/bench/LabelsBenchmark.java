package io.seriatim.bench;

import io.seriatim.wal.Labels;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Time to encode the labels of one series: sorted, checked, hashed. It is done once for a series, not for a sample, so
/// it may allocate.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xmx2g", "-XX:+UseG1GC"})
@State(Scope.Thread)
public class LabelsBenchmark {
    private final String[] three = Workload.W1.labels(7);
    private final String[] ten = Workload.SCRAPE.labels(7);
    private final byte[][] tenUtf8 = Workload.SCRAPE.series()[7].strings;

    /// Three labels from text.
    @Benchmark
    public Labels threeFromText() {
        return Labels.of(three);
    }

    /// Ten labels from text.
    @Benchmark
    public Labels tenFromText() {
        return Labels.of(ten);
    }

    /// Ten labels from bytes.
    @Benchmark
    public Labels tenFromUtf8() {
        return Labels.ofUtf8(tenUtf8);
    }
}
