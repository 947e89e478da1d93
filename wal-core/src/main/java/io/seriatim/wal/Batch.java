package io.seriatim.wal;

/// Samples of many series, logged together: one frame in each shard concerned. Not thread-safe.
///
/// Nothing is logged before [#commit()]; closing without it discards what was added. In each shard the batch
/// is atomic: replay yields all of its samples there or none. Between shards there is no such promise.
///
/// A batch is lent by [Wal#batch()] and goes back when it is closed: do not use it afterwards.
public interface Batch extends AutoCloseable {
    /// Adds one sample.
    ///
    /// @param series    a handle of the same `Wal`
    /// @param timestamp in the log's time unit
    /// @param value     every bit is kept
    /// @throws IllegalArgumentException if the handle belongs to another `Wal`
    /// @throws IllegalStateException    if the batch has been closed
    void add(SeriesHandle series, long timestamp, double value);

    /// @return the number of samples added since the last commit
    int size();

    /// Appends what was added and empties the batch, which can then be filled again.
    ///
    /// If one shard refuses, the others keep what they took: that shard's error is thrown at the end. Under
    /// [Backpressure#drop()] a refused shard's entry is [Lsn#DROPPED].
    ///
    /// @return for each shard the lsn of its frame's end, position 0 where the batch had nothing; valid until the
    ///         next call on this batch, see [Checkpoint#copyOf]
    /// @throws IllegalArgumentException if one shard's part exceeds [WalConfig#maxFrameBytes()]; nothing was
    ///                                  logged
    /// @throws WalException             as [SeriesHandle#append] throws
    LsnVector commit();

    /// Discards what was not committed, and returns the batch to the log.
    @Override
    void close();
}
