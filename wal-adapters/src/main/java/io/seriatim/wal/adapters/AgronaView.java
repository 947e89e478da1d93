package io.seriatim.wal.adapters;

import io.seriatim.wal.OpaqueRecord;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// Shows replayed records as Agrona's [DirectBuffer], without a copy. Allocates nothing. Not thread-safe: one for each
/// thread that replays.
public final class AgronaView {
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);

    /// An empty view.
    public AgronaView() {}

    /// Turns to a record.
    ///
    /// @return its bytes, from index 0 to the capacity: a view of the reader's array on the heap, valid as
    ///         long as the record, and not to be written to
    public DirectBuffer of(OpaqueRecord record) {
        buffer.wrap(record.array(), record.arrayOffset(), record.length());
        return buffer;
    }
}
