package io.seriatim.wal.adapters;

import io.seriatim.wal.OpaqueRecord;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.BytesStore;

/// Shows replayed records as Chronicle's [Bytes], without a copy. Not thread-safe: one for each thread that replays.
///
/// A `BytesStore` cannot be moved to another array, so there is one for each array of the reader: it allocates where
/// the reader does, when it takes a longer window or, replaying in parallel, another one; never per record.
public final class ChronicleView {
    private byte[] array;
    private Bytes<?> bytes;

    /// A view of nothing yet.
    public ChronicleView() {}

    /// Turns to a record.
    ///
    /// @return its bytes, from the read position to the read limit: a view of the reader's array on the
    ///         heap, valid as long as the record. What lies outside is none of the record's. Not to be written to
    public Bytes<?> of(OpaqueRecord record) {
        final byte[] now = record.array();
        if (now != array) {
            array = now;
            bytes = BytesStore.wrap(now).bytesForRead();
        }
        bytes.readPositionRemaining(record.arrayOffset(), record.length());
        return bytes;
    }
}
