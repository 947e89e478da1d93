package io.seriatim.wal.mmap;

import java.io.IOException;
import java.nio.ByteBuffer;

/// An open file of a [Storage]. One thread at a time.
interface StorageFile extends AutoCloseable {
    /// @return length in bytes
    long size() throws IOException;

    /// Reads at an offset, at most what the buffer has room for.
    ///
    /// @return bytes read, -1 at the end of the file
    int read(ByteBuffer target, long offset) throws IOException;

    /// Writes all of the buffer at an offset, extending the file.
    void write(ByteBuffer source, long offset) throws IOException;

    /// Makes content and length durable.
    void force() throws IOException;

    /// Maps the whole file for reading and writing. The mapping outlives this object.
    Mapping map(long length) throws IOException;

    @Override
    void close() throws IOException;
}
