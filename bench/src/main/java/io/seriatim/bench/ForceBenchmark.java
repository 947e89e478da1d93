package io.seriatim.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/// Time of an append that returns only when it survives power loss, by one thread: a force of one page or two, and
/// waking
/// up for it. `DurableMain` has many threads and the rivals.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xmx2g", "-XX:+UseG1GC"})
public class ForceBenchmark {
    /// One sample, one force.
    @Benchmark
    public long appendDurable(LogState state) {
        final int i = state.next();
        return state.handles[i].appendDurable(state.series[i].timestamp(0), state.series[i].value(0));
    }
}
