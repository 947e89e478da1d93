package io.seriatim.wal.mmap;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// A file mapped for writing.
interface Mapping extends AutoCloseable {
    /// @return the whole file as memory, for any thread, until [#close()]
    MemorySegment memory();

    /// Makes a range durable: what had been stored there before the call, not more. Does not allocate.
    ///
    /// A failure is reported once, and the pages may read as clean afterwards although they never reached the
    /// device: never force such a range again and believe the answer.
    void force(long from, long length) throws IOException;

    /// Unmaps. Nobody may be using the memory.
    @Override
    void close();
}
