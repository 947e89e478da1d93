package io.seriatim.wal;

/// A series known to a [Wal]: the fastest way to append to it. Any thread may use it.
///
/// A handle belongs to the `Wal` that made it and lives as long. It stays valid when the log forgets the series
/// ([Wal#evictIdle]): it keeps its own labels.
public interface SeriesHandle {
    /// @return the labels it was made from
    Labels labels();

    /// @return the shard that holds this series
    int shard();

    /// Appends one sample and returns; under [Durability#GROUP] only when it is durable.
    ///
    /// @param timestamp in the log's time unit; need not increase
    /// @param value     every bit is kept
    /// @return the lsn of the sample's end, or [Lsn#DROPPED]
    /// @throws WalClosedException   if the log is closed
    /// @throws WalPoisonedException if a force of this shard has failed
    /// @throws WalFullException     if no space was ready and the policy says fail, or its timeout passed
    long append(long timestamp, double value);

    /// Appends one sample and waits until it survives power loss, whatever the log's durability is.
    ///
    /// @param timestamp in the log's time unit
    /// @param value     every bit is kept
    /// @return the lsn of the sample's end, or [Lsn#DROPPED]
    /// @throws DurabilityTimeoutException if it was not confirmed in [WalConfig#durableTimeout()]: outcome unknown
    /// @throws WalException               as [#append] throws
    long appendDurable(long timestamp, double value);

    /// Appends one histogram, under [Durability#GROUP] durably: a record of its own, in order with the samples of
    /// this series.
    ///
    /// @param timestamp in the log's time unit; need not increase
    /// @param histogram read before the call returns
    /// @return the lsn of its end, or [Lsn#DROPPED]
    /// @throws IllegalArgumentException if it exceeds [WalConfig#maxFrameBytes()], or an exponential one has
    ///                                  bounds, or an explicit one buckets that its bounds do not make; the log is
    ///                                  untouched
    /// @throws WalException             as the other form throws
    long append(long timestamp, Histogram histogram);

    /// Appends an exemplar of this series, under [Durability#GROUP] durably.
    ///
    /// @param timestamp in the log's time unit
    /// @param value     every bit is kept
    /// @param labels    the exemplar's own, or null
    /// @return the lsn of its end, or [Lsn#DROPPED]
    /// @throws WalException as [#append(long, double)] throws
    long appendExemplar(long timestamp, double value, Labels labels);

    /// Appends what is known about this series, under [Durability#GROUP] durably. What was said before stands in
    /// the log too; the last one counts.
    ///
    /// @param timestamp  when it was learned, in the log's time unit
    /// @param attributes see [Metadata] for names
    /// @return the lsn of its end, or [Lsn#DROPPED]
    /// @throws WalException as [#append(long, double)] throws
    long appendMetadata(long timestamp, Labels attributes);
}
