package io.seriatim.wal;

import java.lang.foreign.MemorySegment;
import java.time.Duration;

/// An open write-ahead log for time series. Thread-safe: any thread may append.
///
/// What an append promises when it returns: the record survives the death of the process. It survives power loss
/// once [#durable(int)] of its shard has reached its lsn. Records of one series keep their order; between shards
/// there is none.
///
/// Every method that appends throws [WalClosedException] after [#close()], [WalPoisonedException] after a failed
/// force of its shard, and [WalFullException] as the [Backpressure] policy says.
public interface Wal extends AutoCloseable {
    /// @return the configuration it was opened with
    WalConfig config();

    /// Finds or registers a series. Does not write: the labels are logged with the first sample in each segment.
    ///
    /// @throws SeriesLimitException if there are as many series as [WalConfig#maxSeries()] and
    ///                              [WalConfig#seriesBytes()] allow; see [#evictIdle]
    SeriesHandle series(Labels labels);

    /// Appends a whole series, labels and samples, as one record.
    ///
    /// @return the lsn of the record's end, or [Lsn#DROPPED]
    /// @throws IllegalArgumentException if it exceeds [WalConfig#maxFrameBytes()] or `count()` is negative;
    ///                                  the log is untouched
    long append(TimeSeries series);

    /// Appends a whole series and waits until it survives power loss.
    ///
    /// @return the lsn of the record's end, or [Lsn#DROPPED]
    /// @throws DurabilityTimeoutException if it was not confirmed in [WalConfig#durableTimeout()]: outcome unknown
    long appendDurable(TimeSeries series);

    /// Appends opaque bytes, in order among the samples of the same shard.
    ///
    /// @param shard from 0 to `config().shards() - 1`
    /// @param kind  the caller's own tag, handed back on replay
    /// @return the lsn of the record's end, or [Lsn#DROPPED]
    /// @throws IndexOutOfBoundsException if the range is not inside `source`, or there is no such shard
    /// @throws IllegalArgumentException  if it exceeds [WalConfig#maxFrameBytes()]; the log is untouched
    long appendRecord(int shard, int kind, byte[] source, int offset, int length);

    /// Appends opaque bytes from off-heap memory: see [#appendRecord(int, int, byte[], int, int)].
    long appendRecord(int shard, int kind, MemorySegment source, long offset, int length);

    /// Appends opaque bytes from memory of another library: see [#appendRecord(int, int, byte[], int, int)]. What the
    /// source throws reaches the caller; the log is untouched.
    ///
    /// @param offset handed to the source, which checks the range
    long appendRecord(int shard, int kind, RecordSource source, long offset, int length);

    /// Lends an empty batch. Close it.
    Batch batch();

    /// @return the durable position of a shard as an lsn: everything below survives power loss
    long durable(int shard);

    /// @return the committed position of a shard as an lsn, as the flusher last saw it: every frame below is whole
    long committed(int shard);

    /// Waits until everything up to `lsn` survives power loss.
    ///
    /// @param lsn     what an append returned
    /// @param timeout at most this long; zero only looks
    /// @return false if the timeout passed: then the outcome is unknown, not negative
    /// @throws WalPoisonedException     if a force failed and `lsn` is not durable
    /// @throws WalClosedException       if the log closed without making `lsn` durable
    /// @throws IllegalArgumentException if `lsn` is negative or lies beyond everything appended
    /// @throws InterruptedException     if the thread is interrupted; the log does not care
    boolean awaitDurable(long lsn, Duration timeout) throws InterruptedException;

    /// Waits for every shard of a vector, within one timeout; entries equal to [Lsn#DROPPED] are passed over.
    ///
    /// @return false if the timeout passed
    /// @throws WalException         as the other form throws
    /// @throws InterruptedException if the thread is interrupted
    boolean awaitDurable(LsnVector lsns, Duration timeout) throws InterruptedException;

    /// Makes everything that was appended before the call durable.
    ///
    /// @throws DurabilityTimeoutException if it was not confirmed in [WalConfig#durableTimeout()]
    /// @throws WalException               as [#awaitDurable] throws
    /// @throws InterruptedException       if the thread is interrupted
    void flush() throws InterruptedException;

    /// Registers a listener for the durable positions. An exception that it throws is logged and ignored.
    void onDurable(DurableListener listener);

    /// @return the end of every shard now, of those too that an earlier shard count left behind: a checkpoint to
    ///         take before a snapshot of the store
    Checkpoint checkpoint();

    /// Declares that everything below an lsn is no longer needed. The floor is made durable first, then whole
    /// segments below it are deleted; what lies below it in a kept segment is not replayed either. A position that
    /// is not durable yet is lowered to the durable one.
    ///
    /// @throws WalIoException if the floor cannot be stored; nothing was deleted
    void truncateBefore(long lsn);

    /// The same for several shards at once; entries with position 0 change nothing.
    void truncateBefore(LsnVector checkpoint);

    /// Forgets registered series that were not written since the segment holding `lsn` of their shard began.
    /// Handles stay usable; the same labels registered again get a new handle.
    ///
    /// @return how many were forgotten
    int evictIdle(LsnVector since);

    /// @return the counters of this moment
    WalStats stats();

    /// Ends the log: later appends fail, appends in flight are awaited, everything is forced and the log ends with
    /// the assertion that all of it is durable. Idempotent; a second caller waits for the first.
    ///
    /// @throws WalPoisonedException if a shard could not be made durable; the rest was closed
    @Override
    void close();
}
