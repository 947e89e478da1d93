package io.seriatim.tools.store;

import java.util.LinkedHashMap;
import java.util.function.ToIntFunction;

/// Remembers what was used last, up to a total weight. Not thread-safe.
///
/// @param <K> keys
/// @param <V> values
final class BoundedMap<K, V> {
    private final LinkedHashMap<K, V> entries = new LinkedHashMap<>(16, 0.75f, true);
    private final ToIntFunction<V> weigher;
    private final long most;
    private long weight;

    /// @param most    the most that all values together may weigh; one that weighs more is not kept
    /// @param weigher what a value weighs, always the same
    BoundedMap(long most, ToIntFunction<V> weigher) {
        this.most = most;
        this.weigher = weigher;
    }

    /// @return the value, or null
    V get(K key) {
        return entries.get(key);
    }

    /// @return what was there before, or null
    V put(K key, V value) {
        final V before = entries.put(key, value);
        weight += weigher.applyAsInt(value) - (before == null ? 0 : weigher.applyAsInt(before));
        while (weight > most) {
            weight -= weigher.applyAsInt(entries.pollFirstEntry().getValue());
        }
        return before;
    }
}
