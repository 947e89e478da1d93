package io.seriatim.wal;

import java.time.Duration;

/// A record was logged but not confirmed durable in time. Its outcome is unknown: it may become durable yet.
public final class DurabilityTimeoutException extends WalException {
    private static final long serialVersionUID = 1L;

    private final long lsn;
    private final long durable;
    private final Duration timeout;

    /// @param lsn     what was awaited
    /// @param durable the shard's durable lsn when the wait ended
    /// @param timeout how long the wait was
    public DurabilityTimeoutException(long lsn, long durable, Duration timeout) {
        super(
                "not durable in time, outcome unknown: lsn=" + Lsn.toString(lsn) + " durable=" + Lsn.toString(durable)
                        + " timeoutMs=" + timeout.toMillis() + " (await the lsn again, or look at the device)",
                null);
        this.lsn = lsn;
        this.durable = durable;
        this.timeout = timeout;
    }

    /// @return what was awaited
    public long lsn() {
        return lsn;
    }

    /// @return the shard's durable lsn when the wait ended
    public long durable() {
        return durable;
    }

    /// @return how long the wait was
    public Duration timeout() {
        return timeout;
    }
}
