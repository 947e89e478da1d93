package io.seriatim.bench;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/// The series that a run appends, over and over.
enum Workload {
    /// The ancestor's benchmark: 100,000 objects with 3 labels and one sample each, about 100 bytes an item. The
    /// labels of object `i` depend on `i % 100` only, so there are 100 different label sets.
    W1(100),

    /// The same with 100,000 different hosts: real cardinality, and no label set that stays in the first caches.
    DISTINCT(Workload.OBJECTS);

    static final int OBJECTS = 100_000;

    private static final long SEED = 7;
    private static final long START_MS = 1_700_000_000_000L;

    private final int hosts;

    Workload(int hosts) {
        this.hosts = hosts;
    }

    BenchSeries[] series() {
        final Map<String, byte[]> shared = new HashMap<>();
        final Random random = new Random(SEED);
        final BenchSeries[] series = new BenchSeries[OBJECTS];
        for (int i = 0; i < OBJECTS; i++) {
            final String[] texts = {
                "metric", "benchmark_metric", "host", "host_" + i % hosts, "region", "us-east-" + i % 5,
            };
            final byte[][] strings = new byte[texts.length][];
            for (int s = 0; s < texts.length; s++) {
                strings[s] = shared.computeIfAbsent(texts[s], text -> text.getBytes(StandardCharsets.UTF_8));
            }
            series[i] = new BenchSeries(strings, START_MS + i, 100 * random.nextDouble());
        }
        return series;
    }
}
