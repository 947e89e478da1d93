package io.seriatim.wal.adapters;

import io.seriatim.wal.Labels;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.Wal;

/// One of the two libraries, for tests that hold for both: its adapters, and a buffer of its own outside the heap.
interface Library extends AutoCloseable {
    /// The size of the buffer.
    int BYTES = 64 * 1024;

    void use(Wal wal);

    void put(int offset, byte[] bytes);

    void putLong(int offset, long littleEndian);

    int putLabels(Labels labels, int offset);

    long appendRecord(int kind, int offset, int length);

    SeriesHandle series(int offset, int length);

    long append(SeriesHandle series, int offset, int count);

    void forget();

    /// @return how long the view of a record is
    long viewLength(OpaqueRecord record);

    /// @return a byte of the view of a record
    byte viewByte(OpaqueRecord record, int index);

    @Override
    void close();
}
