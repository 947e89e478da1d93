package io.seriatim.wal.mmap;

import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.LsnVector;
import java.util.Objects;

/// How a named consumer reads. Immutable; start with [#defaults()].
///
/// @param from        where it begins in each shard when nobody has consumed under its name yet
/// @param durableOnly true: it is handed what survives power loss, and nothing else. It learns that from the
///                    log's own marks, so it comes later by about the interval between two forces
public record ConsumerOptions(LsnVector from, boolean durableOnly) {
    /// @throws NullPointerException without a beginning
    public ConsumerOptions {
        Objects.requireNonNull(from, "from");
    }

    /// Everything that has not been truncated, as soon as it is committed.
    public static ConsumerOptions defaults() {
        return new ConsumerOptions(Checkpoint.of(), false);
    }

    /// @return a copy that begins elsewhere
    public ConsumerOptions from(LsnVector from) {
        return new ConsumerOptions(from, durableOnly);
    }

    /// @return a copy that waits, or does not wait, until what it hands on is durable
    public ConsumerOptions durableOnly(boolean durableOnly) {
        return new ConsumerOptions(from, durableOnly);
    }
}
