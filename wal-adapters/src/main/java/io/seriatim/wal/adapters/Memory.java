package io.seriatim.wal.adapters;

import io.seriatim.wal.RecordSource;

/// Somebody's buffer, as the log reads it: in place. Not thread-safe; turned from buffer to buffer.
///
/// @param <B> the library's type
abstract class Memory<B> implements RecordSource {
    /// What is read now; null between the calls, so that no buffer is kept alive.
    B buffer;

    /// @throws IndexOutOfBoundsException if the range is not inside the buffer
    abstract void check(long offset, long length);

    abstract byte byteAt(long offset);

    /// @return 8 bytes, little-endian
    abstract long longAt(long offset);
}
