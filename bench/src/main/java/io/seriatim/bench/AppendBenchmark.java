package io.seriatim.bench;

import io.seriatim.wal.Batch;
import io.seriatim.wal.LsnVector;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/// Time of an append, waits for segments included, by one thread over 100,000 series; of a batch, per sample. Says
/// nothing about durability or tails.
///
/// `java -jar bench/target/bench.jar AppendBenchmark -prof gc` must show a `gc.alloc.rate.norm` of 0 B/op (JMH
/// itself leaves some 10^-4).
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xmx2g", "-XX:+UseG1GC"})
public class AppendBenchmark {
    private static final int SMALL = 10;
    private static final int MEDIUM = 100;
    private static final int LARGE = 1000;
    private static final byte[] RECORD = new byte[100];

    /// One sample through a handle.
    @Benchmark
    public long byHandle(LogState state) {
        final int i = state.next();
        return state.handles[i].append(state.series[i].timestamp(0), state.series[i].value(0));
    }

    /// One series object, labels and sample.
    @Benchmark
    public long wholeSeries(LogState state) {
        return state.wal.append(state.series[state.next()]);
    }

    /// An opaque record of 100 bytes.
    @Benchmark
    public long opaqueRecord(LogState state) {
        return state.wal.appendRecord(0, 1, RECORD, 0, RECORD.length);
    }

    /// A scrape of 10 series, per sample.
    @Benchmark
    @OperationsPerInvocation(SMALL)
    public LsnVector batchOf10(LogState state) {
        return batch(state, SMALL);
    }

    /// A scrape of 100 series, per sample.
    @Benchmark
    @OperationsPerInvocation(MEDIUM)
    public LsnVector batchOf100(LogState state) {
        return batch(state, MEDIUM);
    }

    /// A scrape of 1000 series, per sample.
    @Benchmark
    @OperationsPerInvocation(LARGE)
    public LsnVector batchOf1000(LogState state) {
        return batch(state, LARGE);
    }

    private static LsnVector batch(LogState state, int samples) {
        final BenchSeries first = state.series[0];
        try (Batch batch = state.wal.batch()) {
            for (int n = 0; n < samples; n++) {
                final int i = state.next();
                batch.add(state.handles[i], first.timestamp(0), state.series[i].value(0));
            }
            return batch.commit();
        }
    }
}
