package io.seriatim.bench;

import io.seriatim.wal.mmap.MmapPlaceholder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Measures nothing; shows that JMH's processor and its forks work.
@State(Scope.Benchmark)
public class PlaceholderBenchmark {
    @Param({"1", "2"})
    int unused;

    @Benchmark
    public int size() {
        return MmapPlaceholder.size() + unused;
    }
}
