package io.seriatim.wal;

import java.time.Duration;
import java.util.Objects;

/// What an append does when no segment is ready: the disk is full, a cap is reached, or preparation is late.
///
/// @param kind    what to do
/// @param timeout how long [Kind#BLOCK] waits, at most 365 days; zero for the others
public record Backpressure(Kind kind, Duration timeout) {
    /// The three ways.
    public enum Kind {
        /// Wait for space, then throw [WalFullException].
        BLOCK,
        /// Throw [WalFullException] at once.
        FAIL,
        /// Return [Lsn#DROPPED] and count.
        DROP
    }

    /// @throws IllegalArgumentException if a timeout is negative or too long, or given where none applies
    public Backpressure {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(timeout, "timeout");
        if (timeout.isNegative()
                || timeout.compareTo(WalConfig.MAX_TIMEOUT) > 0
                || kind != Kind.BLOCK && !timeout.isZero()) {
            throw new IllegalArgumentException(
                    "timeout must not be negative, at most 365 days, and zero unless kind is BLOCK: kind=" + kind
                            + " timeout=" + timeout);
        }
    }

    /// Waits at most `timeout` for space.
    public static Backpressure block(Duration timeout) {
        return new Backpressure(Kind.BLOCK, timeout);
    }

    /// Fails at once.
    public static Backpressure fail() {
        return new Backpressure(Kind.FAIL, Duration.ZERO);
    }

    /// Drops and counts.
    public static Backpressure drop() {
        return new Backpressure(Kind.DROP, Duration.ZERO);
    }
}
