package io.seriatim.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// The series that a run appends, over and over. Each carries one sample with a random value: constants would flatter
/// whoever compresses.
enum Workload {
    /// 100,000 objects with 3 labels, about 100 bytes an item. The labels of object `i` depend on `i % 100` only, so
    /// there are 100 different label sets: the shape of the ancestor's `write_perf_bench`.
    W1(100_000) {
        @Override
        String[] labels(int i) {
            return host(i % 100, i);
        }
    },

    /// The same with 100,000 different hosts: real cardinality, and no label set that stays in the first caches.
    DISTINCT(100_000) {
        @Override
        String[] labels(int i) {
            return host(i, i);
        }
    },

    /// What the ancestor's `concurrency_perf_bench` writes: 100,000 label sets of two labels.
    CONCURRENCY(100_000) {
        @Override
        String[] labels(int i) {
            return new String[] {"metric", "concurrent_metric", "id", "" + i};
        }
    },

    /// One scrape: 1000 series of 10 labels, logged together.
    SCRAPE(1000) {
        @Override
        String[] labels(int i) {
            final List<String> texts = new ArrayList<>();
            texts.addAll(List.of("__name__", "http_requests_total", "instance", "10.0.0.7:9100", "job", "api"));
            texts.addAll(List.of("cluster", "eu-west", "namespace", "shop", "pod", "checkout-6f9c7d5b8-x2vlk"));
            texts.addAll(List.of("method", i % 2 == 0 ? "GET" : "POST", "code", "" + (200 + i % 5)));
            texts.addAll(List.of("handler", "/api/v1/items/" + i, "version", "1.4.2"));
            return texts.toArray(String[]::new);
        }
    };

    /// Of every value.
    static final long SEED = 7;

    private static final long START_MS = 1_700_000_000_000L;

    private final int objects;

    Workload(int objects) {
        this.objects = objects;
    }

    /// @return names and values in turn
    abstract String[] labels(int i);

    private static String[] host(int host, int i) {
        return new String[] {"metric", "benchmark_metric", "host", "host_" + host, "region", "us-east-" + i % 5};
    }

    BenchSeries[] series() {
        final Map<String, byte[]> arrays = new HashMap<>();
        final Map<List<String>, BenchSeries.Set> sets = new HashMap<>();
        final Random random = new Random(SEED);
        final BenchSeries[] series = new BenchSeries[objects];
        for (int i = 0; i < objects; i++) {
            final BenchSeries.Set set = sets.computeIfAbsent(
                    List.of(labels(i)),
                    texts -> BenchSeries.Set.of(texts.stream()
                            .map(text -> arrays.computeIfAbsent(text, each -> each.getBytes(StandardCharsets.UTF_8)))
                            .toArray(byte[][]::new)));
            series[i] = new BenchSeries(set, START_MS + i, 100 * random.nextDouble());
        }
        return series;
    }
}
