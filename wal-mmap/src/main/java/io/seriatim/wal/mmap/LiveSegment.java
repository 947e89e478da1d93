package io.seriatim.wal.mmap;

import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// A mapped segment that may be written.
final class LiveSegment {
    final int ordinal;
    final Path file;
    final SegmentHeader header;
    final long base;
    final int length;
    final MemorySegment memory;

    private final Mapping mapping;
    private final ShardEvents events;

    /// The flusher's alone.
    final Tally tally = new Tally();

    /// How far pages were touched ahead of the producers; the preparer's alone.
    int touched = SegmentHeader.HEADER_BYTES;

    LiveSegment(int ordinal, Path file, SegmentHeader header, Mapping mapping) {
        this.ordinal = ordinal;
        this.file = file;
        this.header = header;
        this.base = header.base();
        this.length = header.segmentBytes();
        this.mapping = mapping;
        this.memory = mapping.memory();
        this.events = WalEvents.shard(header.shard());
    }

    /// @return the position behind the last byte
    long end() {
        return base + length;
    }

    /// Makes a range durable. Flusher only.
    void force(long from, long bytes) throws IOException {
        boolean successful = false;
        events.forceBegins();
        try {
            mapping.force(from, bytes);
            successful = true;
        } finally {
            events.forceEnds(header.sequence(), base + from, bytes, successful);
        }
    }

    /// Unmaps. Only when no producer and no force can reach it any more.
    void close() {
        mapping.close();
    }
}
