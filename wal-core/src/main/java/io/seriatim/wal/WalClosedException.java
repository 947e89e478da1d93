package io.seriatim.wal;

/// The log was closed before the call, or while it waited. The record was not logged.
public final class WalClosedException extends WalException {
    private static final long serialVersionUID = 1L;

    private final int shard;

    /// @param shard the shard that refused
    public WalClosedException(int shard) {
        super("log is closed: shard=" + shard + " (open it again to go on)", null);
        this.shard = shard;
    }

    /// @return the shard that refused
    public int shard() {
        return shard;
    }
}
