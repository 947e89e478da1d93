package io.seriatim.wal;

/// One lsn for each shard: what a batch returns, what a checkpoint is.
///
/// There is no order between shards, so a point in a whole log is one position in every shard.
public interface LsnVector {
    /// @return the number of shards named, from 0 on
    int shards();

    /// @return the lsn in `shard`; position 0 where nothing of that shard is meant
    /// @throws IndexOutOfBoundsException if there is no such shard
    long lsn(int shard);
}
