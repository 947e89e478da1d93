package io.seriatim.wal.mmap;

import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.SegmentHeader;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// A mapped segment that may be written. Producers use the final fields; the counters are the flusher's alone.
final class LiveSegment {
    final int ordinal;
    final Path file;
    final SegmentHeader header;
    final long base;
    final int length;
    final MemorySegment memory;

    private final Mapping mapping;

    // Counted by the flusher as it walks over the frames, for the seal.
    long records;
    long samples;
    long definitions;
    long minTimestamp = Long.MAX_VALUE;
    long maxTimestamp = Long.MIN_VALUE;

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
    }

    /// @return the position behind the last byte
    long end() {
        return base + length;
    }

    void force(long from, long bytes) throws java.io.IOException {
        mapping.force(from, bytes);
    }

    /// Counts a committed frame.
    ///
    /// @return 1 if it is a record, 0 if it is the log's own
    int count(int offset, int frameLength) {
        if (frameLength < FrameLayout.PAYLOAD_OFFSET) {
            return 0;
        }
        final int typeWord = LiveBytes.getInt(memory, offset + FrameLayout.TYPE_OFFSET);
        switch (FrameLayout.type(typeWord)) {
            case FrameLayout.SAMPLE -> {
                final long timestamp = LiveBytes.getLong(memory, offset + FrameLayout.SAMPLE_TIMESTAMP_OFFSET);
                samples++;
                minTimestamp = Math.min(minTimestamp, timestamp);
                maxTimestamp = Math.max(maxTimestamp, timestamp);
            }
            case FrameLayout.SAMPLES -> {
                samples += LiveBytes.getInt(memory, offset + FrameLayout.WORD_OFFSET);
                definitions += FrameLayout.aux(typeWord);
                minTimestamp =
                        Math.min(minTimestamp, LiveBytes.getLong(memory, offset + FrameLayout.SAMPLES_MIN_OFFSET));
                maxTimestamp =
                        Math.max(maxTimestamp, LiveBytes.getLong(memory, offset + FrameLayout.SAMPLES_MAX_OFFSET));
            }
            case FrameLayout.RECORD -> {}
            default -> {
                return 0;
            }
        }
        records++;
        return 1;
    }

    /// Unmaps. Only when no producer and no force can reach it any more.
    void close() {
        mapping.close();
    }
}
