package io.seriatim.wal;

/// Receives what a log holds. Calls for one shard come one after the other, in the order of the log; calls for
/// different shards may come from different threads at once if the replay is parallel.
///
/// An exception that it throws ends the replay and reaches the caller.
@FunctionalInterface
public interface ReplayHandler {
    /// The samples of one series that were appended together.
    ///
    /// @param series  the labels; may be kept
    /// @param samples valid during the call only
    void onSamples(Labels series, Samples samples);

    /// A histogram of a series. A series of nothing but histograms is named by [#onSamples] too, with no sample,
    /// about once in each segment.
    ///
    /// @param series    the labels; may be kept
    /// @param timestamp in the log's time unit
    /// @param histogram valid during the call only; see [Histogram#set]
    /// @param lsn       what the append returned
    default void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {}

    /// An exemplar of a series.
    ///
    /// @param series   the labels; may be kept
    /// @param exemplar may be kept
    default void onExemplar(Labels series, Exemplar exemplar) {}

    /// What is known about a series. Whatever the replay's time range, so long as its segment is read.
    ///
    /// @param series   the labels; may be kept
    /// @param metadata may be kept
    default void onMetadata(Labels series, Metadata metadata) {}

    /// Opaque bytes that were appended by [Wal#appendRecord].
    ///
    /// @param record valid during the call only
    default void onRecord(OpaqueRecord record) {}

    /// Samples whose labels are nowhere in the log any more; they are counted in the report.
    ///
    /// @param epochId the opening of the log that wrote them
    /// @param ref     the reference that stood for the labels in that epoch and shard
    /// @param samples valid during the call only
    default void onOrphan(long epochId, int ref, Samples samples) {}

    /// A histogram, an exemplar or metadata whose series' labels are nowhere in the log any more; they are counted in
    /// the report among the damages.
    ///
    /// @param epochId the opening of the log that wrote it
    /// @param ref     the reference that stood for the labels in that epoch and shard
    /// @param detail  the frame's payload as `FORMAT.md` has it, and its type; valid during the call only
    default void onOrphanDetail(long epochId, int ref, OpaqueRecord detail) {}
}
