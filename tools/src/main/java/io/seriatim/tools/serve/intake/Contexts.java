package io.seriatim.tools.serve.intake;

import io.seriatim.tools.SeriesCache;

/// What surrounds data points, by its bytes: resources, scopes or metrics. Bounded; when it is full it forgets
/// everything. Not thread-safe.
final class Contexts<T> {
    /// A longer key is not kept: its context is made anew with each message.
    static final int LONGEST_KEY = 128 * 1024;

    private final SeriesCache<T> cache;

    Contexts(int limit) {
        this.cache = new SeriesCache<>(limit);
    }

    T find(Buffer key) {
        return cache.find(key.bytes(), 0, key.length());
    }

    void put(Buffer key, T context) {
        cache.put(key.bytes(), 0, key.length(), context);
    }

    void clear() {
        cache.clear();
    }
}
