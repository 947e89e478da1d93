package io.seriatim.tools.anatomy;

import io.seriatim.wal.Damage;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.mmap.InspectedFrame;
import io.seriatim.wal.mmap.InspectedSegment;
import java.util.ArrayList;
import java.util.List;

/// What one segment consists of. Filled by one thread.
public final class SegmentAnatomy {
    private static final int MAX_GAPS = 10_000;

    private final InspectedSegment segment;
    private final boolean read;
    private final List<Gap> gaps = new ArrayList<>();
    private long gapBytes;
    private long frames;
    private long frameBytes;
    private long padBytes;
    private long records;
    private long samples;
    private long definitions;
    private long firstTimestamp;
    private long lastTimestamp;
    private boolean timed;
    private int restOffset;

    /// A range without a valid frame.
    ///
    /// @param offset in the file
    /// @param before largest timestamp of the last record before it in the shard, null if there is none
    record Gap(int offset, int length, Damage.Kind kind, Long before, Behind behind) {}

    /// What comes behind a gap, once it has come.
    static final class Behind {
        private Long timestamp;
        private Long missingRecords;

        /// @return records that the mark of the batch counted and that were not read, null if none tells
        Long missingRecords() {
            return missingRecords;
        }

        void misses(long records) {
            missingRecords = records;
        }

        /// @return smallest timestamp of the first record behind, null if there is none
        Long timestamp() {
            return timestamp;
        }

        void is(long first) {
            timestamp = first;
        }
    }

    SegmentAnatomy(InspectedSegment segment, boolean read) {
        this.segment = segment;
        this.read = read;
    }

    /// @return true if the frame says something of a time that a replay could ask for: then [#min] and [#max] read them
    boolean frame(InspectedFrame frame) {
        frames++;
        if (frame.isPad()) {
            padBytes += frame.alignedLength();
            return false;
        }
        frameBytes += frame.alignedLength();
        final byte[] bytes = frame.array();
        final int at = frame.arrayOffset();
        switch (frame.type()) {
            case FrameLayout.SAMPLE -> {
                records++;
                samples++;
                return frame.length() == FrameLayout.SAMPLE_LENGTH && time(bytes, at, frame.type());
            }
            case FrameLayout.SAMPLES -> {
                records++;
                samples += Bytes.getInt(bytes, at + FrameLayout.WORD_OFFSET);
                definitions += FrameLayout.aux(Bytes.getInt(bytes, at + FrameLayout.TYPE_OFFSET));
                return frame.length() > FrameLayout.SAMPLES_GROUPS_OFFSET && time(bytes, at, frame.type());
            }
            case FrameLayout.HISTOGRAM, FrameLayout.EXEMPLAR -> {
                records++;
                return frame.length() >= FrameLayout.DETAIL_BODY_OFFSET && time(bytes, at, frame.type());
            }
            case FrameLayout.RECORD, FrameLayout.METADATA -> records++;
            default -> {}
        }
        return false;
    }

    private boolean time(byte[] bytes, int at, int type) {
        final long min = min(bytes, at, type);
        final long max = max(bytes, at, type);
        if (min > max) {
            return false; // no samples
        }
        if (!timed) {
            firstTimestamp = min;
            timed = true;
        }
        lastTimestamp = max;
        return true;
    }

    static long min(byte[] bytes, int at, int type) {
        return Bytes.getLong(
                bytes, at + (type == FrameLayout.SAMPLES ? FrameLayout.SAMPLES_MIN_OFFSET : timestamp(type)));
    }

    static long max(byte[] bytes, int at, int type) {
        return Bytes.getLong(
                bytes, at + (type == FrameLayout.SAMPLES ? FrameLayout.SAMPLES_MAX_OFFSET : timestamp(type)));
    }

    private static int timestamp(int type) {
        return type == FrameLayout.SAMPLE ? FrameLayout.SAMPLE_TIMESTAMP_OFFSET : FrameLayout.DETAIL_TIMESTAMP_OFFSET;
    }

    void gap(Gap gap) {
        gapBytes += gap.length();
        if (gaps.size() < MAX_GAPS) {
            gaps.add(gap);
        }
    }

    void rest(int offset) {
        restOffset = offset;
    }

    /// @return the file
    public InspectedSegment segment() {
        return segment;
    }

    /// @return false if it was not read: not of this log, or not needed any more
    public boolean isRead() {
        return read;
    }

    List<Gap> gaps() {
        return gaps;
    }

    long gapBytes() {
        return gapBytes;
    }

    /// @return valid frames
    public long frames() {
        return frames;
    }

    /// @return bytes of valid frames that are no pads
    public long frameBytes() {
        return frameBytes;
    }

    /// @return bytes of pads
    public long padBytes() {
        return padBytes;
    }

    /// @return frames with records
    public long records() {
        return records;
    }

    /// @return samples in them
    public long samples() {
        return samples;
    }

    /// @return definitions in them
    public long definitions() {
        return definitions;
    }

    /// @return file offset behind the last frame or gap
    public int restOffset() {
        return restOffset;
    }

    /// @return smallest timestamp of the first record with samples, null if there is none
    Long firstTimestamp() {
        return timed ? firstTimestamp : null;
    }

    /// @return largest timestamp of the last record with samples, null if there is none
    Long lastTimestamp() {
        return timed ? lastTimestamp : null;
    }
}
