package io.seriatim.wal.mmap;

/// Told what the background of one shard does, to hand it on to Flight Recorder. One thread at a time for each kind
/// of event. Does nothing where nobody records.
///
/// What begins and never ends leaves no event; the next beginning counts.
interface ShardEvents {
    /// Where there is no Flight Recorder.
    ShardEvents SILENT = new ShardEvents() {};

    /// A mapped range is about to be forced.
    default void forceBegins() {}

    /// The range has been forced, or that failed.
    default void forceEnds(long sequence, long position, long bytes, boolean successful) {}

    /// What has been committed is about to be made durable.
    default void batchBegins() {}

    /// Everything below `to` has become durable.
    ///
    /// @param ageNs     how long appends had been waiting for it when it began
    /// @param forcingNs how long it took to force and publish; the rest went to the listeners
    default void batchEnds(long from, long to, long records, long ageNs, long forcingNs) {}

    /// A segment is about to be finished.
    default void rollBegins() {}

    /// The segment has been sealed and taken away from the producers.
    default void rollEnds(long sequence, long position, long bytes) {}

    /// A segment is about to be prepared.
    default void preparationBegins() {}

    /// The segment is ready, or that failed.
    ///
    /// @param failure why it was given up, null if it is ready
    default void preparationEnds(long sequence, long position, long bytes, Throwable failure) {}
}
