package io.seriatim.wal.mmap;

import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.SealBlock;
import java.lang.foreign.MemorySegment;

/// What the flusher counts in a segment as it walks over the frames, for the seal. One thread.
///
/// On cache lines of its own: with the counters beside the fields that producers read at each append, every frame
/// of a walk took those fields out of the producers' caches, which was a quarter of their time.
final class Tally {
    // Two cache lines before and behind, as in Frontiers.
    private static final int RECORDS = 16;
    private static final int SAMPLES = 17;
    private static final int DEFINITIONS = 18;
    private static final int MIN_TIMESTAMP = 19;
    private static final int MAX_TIMESTAMP = 20;

    private final long[] words = new long[40];

    Tally() {
        words[MIN_TIMESTAMP] = Long.MAX_VALUE;
        words[MAX_TIMESTAMP] = Long.MIN_VALUE;
    }

    /// Counts a committed frame.
    ///
    /// @return 1 if it is a record, 0 if it is the log's own
    int count(MemorySegment memory, int offset, int frameLength) {
        if (frameLength < FrameLayout.PAYLOAD_OFFSET) {
            return 0;
        }
        final int typeWord = LiveBytes.getInt(memory, offset + FrameLayout.TYPE_OFFSET);
        switch (FrameLayout.type(typeWord)) {
            case FrameLayout.SAMPLE -> {
                final long timestamp = LiveBytes.getLong(memory, offset + FrameLayout.SAMPLE_TIMESTAMP_OFFSET);
                words[SAMPLES]++;
                range(timestamp, timestamp);
            }
            case FrameLayout.SAMPLES -> {
                words[SAMPLES] += LiveBytes.getInt(memory, offset + FrameLayout.WORD_OFFSET);
                words[DEFINITIONS] += FrameLayout.aux(typeWord);
                range(
                        LiveBytes.getLong(memory, offset + FrameLayout.SAMPLES_MIN_OFFSET),
                        LiveBytes.getLong(memory, offset + FrameLayout.SAMPLES_MAX_OFFSET));
            }
            case FrameLayout.HISTOGRAM, FrameLayout.EXEMPLAR -> {
                final long timestamp = LiveBytes.getLong(memory, offset + FrameLayout.DETAIL_TIMESTAMP_OFFSET);
                range(timestamp, timestamp);
            }
            case FrameLayout.RECORD, FrameLayout.METADATA -> {}
            default -> {
                return 0;
            }
        }
        words[RECORDS]++;
        return 1;
    }

    private void range(long min, long max) {
        words[MIN_TIMESTAMP] = Math.min(words[MIN_TIMESTAMP], min);
        words[MAX_TIMESTAMP] = Math.max(words[MAX_TIMESTAMP], max);
    }

    /// @param end where the segment's frames end
    SealBlock seal(int end) {
        return new SealBlock(
                end, words[RECORDS], words[SAMPLES], words[DEFINITIONS], words[MIN_TIMESTAMP], words[MAX_TIMESTAMP]);
    }
}
