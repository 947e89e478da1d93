package io.seriatim.wal;

import java.time.Duration;

/// No segment was ready for an append: the disk is full, a cap is reached, or preparation cannot keep up. The
/// record was not logged. Later appends succeed as soon as there is space.
public final class WalFullException extends WalException {
    private static final long serialVersionUID = 1L;

    private final int shard;
    private final Duration waited;
    private final String reason;

    /// @param shard  the shard
    /// @param waited how long the append waited
    /// @param reason why there is no segment, as far as known
    /// @param cause  the failure of the last preparation, or null
    public WalFullException(int shard, Duration waited, String reason, Throwable cause) {
        super(
                "no segment ready: shard=" + shard + " waitedMs=" + waited.toMillis() + " reason=" + reason
                        + " (free space, truncate below a checkpoint, or raise maxBytes)",
                cause);
        this.shard = shard;
        this.waited = waited;
        this.reason = reason;
    }

    /// @return the shard
    public int shard() {
        return shard;
    }

    /// @return how long the append waited
    public Duration waited() {
        return waited;
    }

    /// @return why there is no segment, as far as known
    public String reason() {
        return reason;
    }
}
