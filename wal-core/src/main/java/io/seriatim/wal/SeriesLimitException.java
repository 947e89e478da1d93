package io.seriatim.wal;

/// A shard has no reference left for another series, or as many registered series, or bytes of their labels, as it
/// may have.
public final class SeriesLimitException extends WalException {
    private static final long serialVersionUID = 1L;

    private final int shard;
    private final long limit;

    /// @param shard  the shard
    /// @param limit  the limit that was reached
    /// @param remedy what to do, in a few words
    public SeriesLimitException(int shard, long limit, String remedy) {
        super("too many series: shard=" + shard + " limit=" + limit + " (" + remedy + ")", null);
        this.shard = shard;
        this.limit = limit;
    }

    /// @return the shard
    public int shard() {
        return shard;
    }

    /// @return the limit that was reached
    public long limit() {
        return limit;
    }
}
