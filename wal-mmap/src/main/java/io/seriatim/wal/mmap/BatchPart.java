package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import io.seriatim.wal.format.SamplesEncoder;
import java.util.Arrays;
import org.agrona.collections.IntHashSet;

/// One shard's samples in a batch. Not thread-safe; reused.
final class BatchPart {
    /// Stands for a segment that holds no definition. No ordinal, and not what a series has that was never declared.
    static final int ANY_SEGMENT = Integer.MIN_VALUE;

    private static final int INITIAL_COUNT = 64;

    /// Of a sample in a group of its own, without labels: reference 5, length of labels 3, time 10, value 8, and in a
    /// frame
    /// of one sample, whose time takes 1, the frame's 32 and at most 7 to align it.
    private static final long GROUP_BYTES = 64;

    private static final long WORST_SAMPLE_BYTES = Labels.MAX_ENCODED_BYTES + GROUP_BYTES;

    private final SamplesEncoder encoder = new SamplesEncoder();
    private final IntHashSet defined = new IntHashSet(); // references defined in this very frame
    private Series[] series = new Series[INITIAL_COUNT];
    private long[] timestamps = new long[INITIAL_COUNT];
    private long[] values = new long[INITIAL_COUNT];
    private int count;
    private long min = Long.MAX_VALUE;
    private long max = Long.MIN_VALUE;
    private boolean bare;

    void add(Series series, long timestamp, long valueBits) {
        if (count == timestamps.length) {
            grow();
        }
        this.series[count] = series;
        timestamps[count] = timestamp;
        values[count++] = valueBits;
        min = Math.min(min, timestamp);
        max = Math.max(max, timestamp);
    }

    private void grow() {
        series = Arrays.copyOf(series, 2 * count);
        timestamps = Arrays.copyOf(timestamps, 2 * count);
        values = Arrays.copyOf(values, 2 * count);
    }

    int count() {
        return count;
    }

    /// @return false if the frame fits in `limit` bytes even if each sample comes with its series' labels; most batches
    ///         fit whatever their labels are, and of the others nearly all by adding lengths, without encoding any
    boolean mayExceed(int limit) {
        return count * WORST_SAMPLE_BYTES > limit && worstBytes() > limit;
    }

    private long worstBytes() {
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            bytes += series[i].labels.encodedLength() + GROUP_BYTES;
        }
        return bytes;
    }

    /// Forgets the samples, and the series too, which may be evicted meanwhile.
    void clear() {
        Arrays.fill(series, 0, count, null);
        count = 0;
        min = Long.MAX_VALUE;
        max = Long.MIN_VALUE;
    }

    /// Encodes the frame for a segment. Neighbouring samples of one series share a group.
    ///
    /// @param ordinal the segment that the frame is meant for, or [#ANY_SEGMENT]
    /// @return the frame's length in bytes
    /// @throws IllegalArgumentException if it is longer than `limit`
    int encode(int ordinal, int limit) {
        final SamplesEncoder encoder = this.encoder;
        bare = false;
        if (!defined.isEmpty()) {
            defined.clear();
        }
        encoder.begin(min, max, limit);
        int i = 0;
        while (i < count) {
            final Series one = series[i];
            int next = i + 1;
            while (next < count && series[next] == one) {
                next++;
            }
            final boolean define = !one.isDeclaredIn(ordinal) && defined.add(one.ref);
            bare |= !define && !defined.contains(one.ref);
            encoder.group(one.ref, define ? one.labels : null, next - i);
            for (; i < next; i++) {
                encoder.sample(timestamps[i], values[i]);
            }
        }
        return encoder.end();
    }

    SamplesEncoder encoder() {
        return encoder;
    }

    /// @return true if the encoded frame relies on a definition outside it
    boolean hasBareReference() {
        return bare;
    }

    /// Tells the series that this frame has been committed with their definitions.
    void declare(int ordinal) {
        if (defined.isEmpty()) {
            return;
        }
        for (int i = 0; i < count; i++) {
            if (defined.contains(series[i].ref)) {
                series[i].declare(ordinal);
            }
        }
    }
}
