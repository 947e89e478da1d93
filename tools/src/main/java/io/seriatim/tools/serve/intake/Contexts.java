package io.seriatim.tools.serve.intake;

import io.seriatim.tools.SeriesCache;

/// What surrounds data points, by its bytes: resources, scopes or metrics. Bounded; when it is full it forgets
/// everything. Not thread-safe.
final class Contexts<T> {
    private static final int LONGEST_KEY = 128 * 1024;
    private static final long MOST_BYTES = 64L * 1024 * 1024;

    private final SeriesCache<T> cache;
    private long keyBytes;

    Contexts(int limit) {
        this.cache = new SeriesCache<>(limit);
    }

    T find(Buffer key) {
        return cache.find(key.bytes(), 0, key.length());
    }

    void put(Buffer key, T context) {
        final int length = key.length();
        if (length > LONGEST_KEY) {
            return;
        }
        if (keyBytes + length > MOST_BYTES) {
            cache.clear();
            keyBytes = 0;
        }
        if (cache.put(key.bytes(), 0, length, context)) {
            keyBytes = 0;
        }
        keyBytes += length;
    }
}
