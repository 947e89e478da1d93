package io.seriatim.wal.mmap;

import io.seriatim.wal.Damage;
import java.io.IOException;

/// Sees a log as its reader sees it, part by part: for tools that account for every byte. Between a segment's
/// header and its end, every byte belongs to a frame, to a gap or to the rest.
///
/// Calls for one shard come one after the other; calls for different shards may come from different threads if
/// the log is read in parallel. What a live writer stores meanwhile may come late: frames of a segment whose
/// rest has been told already; then its rest is told again. An exception ends the reading and reaches the
/// caller.
public interface SegmentVisitor {
    /// A segment's turn.
    ///
    /// @param read false if it is not read: no segment of this log, or nothing in it is needed any more
    default void onSegment(InspectedSegment segment, boolean read) {}

    /// A valid frame, whether its content makes sense or not.
    ///
    /// @param frame valid during the call only
    /// @throws IOException if its bytes cannot be read
    default void onFrame(InspectedSegment segment, InspectedFrame frame) throws IOException {}

    /// A range without a valid frame.
    ///
    /// @param offset first byte, in the file
    /// @param length in bytes
    /// @param kind   what it looks like
    default void onGap(InspectedSegment segment, int offset, int length, Damage.Kind kind) {}

    /// Behind the last frame or gap: bytes that nobody has ever written.
    ///
    /// @param offset first byte, in the file
    default void onRest(InspectedSegment segment, int offset) {}
}
