package io.seriatim.wal;

import com.dynatrace.hash4j.hashing.Hashing;
import io.seriatim.wal.format.FormatPlaceholder;

/// Something to compile until the real sources arrive.
///
/// | a | b |
/// |---|---|
/// | 1 | 2 |
public final class Placeholder {
    private Placeholder() {}

    /// Hashes `text`; version [FormatPlaceholder#VERSION] of nothing.
    ///
    /// @return the hash
    public static long hash(String text) {
        return Hashing.xxh3_64().hashCharsToLong(text) + FormatPlaceholder.VERSION;
    }

    static long hidden() {
        return 1;
    }
}
