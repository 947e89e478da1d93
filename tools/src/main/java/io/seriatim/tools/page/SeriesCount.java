package io.seriatim.tools.page;

import io.seriatim.wal.Labels;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Samples by series, of the first so many series. Thread-safe.
final class SeriesCount {
    private static final int MOST = 200_000;

    private final Map<Labels, AtomicLong> samples = new ConcurrentHashMap<>();
    private volatile boolean more;

    /// @param samples in the log, as far as counted
    record Entry(Labels labels, long samples) {}

    void add(Labels labels, int count) {
        AtomicLong sum = samples.get(labels);
        if (sum == null) {
            if (samples.size() >= MOST) {
                more = true;
                return;
            }
            sum = samples.computeIfAbsent(labels, _ -> new AtomicLong());
        }
        sum.addAndGet(count);
    }

    List<Entry> largest(int count) {
        return samples.entrySet().stream()
                .map(each -> new Entry(each.getKey(), each.getValue().get()))
                .sorted(Comparator.comparingLong(Entry::samples)
                        .reversed()
                        .thenComparing(entry -> entry.labels().toString()))
                .limit(count)
                .toList();
    }

    int series() {
        return samples.size();
    }

    /// @return whether there are series that were not counted
    boolean hasMore() {
        return more;
    }
}
