package io.seriatim.wal;

/// A shard that can no longer be made durable, because a force failed or a producer never finished.
///
/// What is below the durable position stays durable. Everything else has an unknown outcome: it may or may not be
/// there when the log is opened again. The shard takes nothing more.
public final class WalPoisonedException extends WalException {
    private static final long serialVersionUID = 1L;

    private final int shard;
    private final long durable;

    /// @param shard   the shard
    /// @param durable its durable lsn, which stays
    /// @param cause   what went wrong first
    public WalPoisonedException(int shard, long durable, Throwable cause) {
        super(
                "shard is poisoned, outcome of everything beyond its durable position unknown: shard=" + shard
                        + " durable=" + Lsn.position(durable) + " cause=" + cause
                        + " (close the log, mend the device, open again)",
                cause);
        this.shard = shard;
        this.durable = durable;
    }

    /// @return the shard
    public int shard() {
        return shard;
    }

    /// @return the lsn below which everything is durable
    public long durable() {
        return durable;
    }
}
