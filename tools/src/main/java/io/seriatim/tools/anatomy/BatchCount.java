package io.seriatim.tools.anatomy;

import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.Mark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Compares what the mark of a batch says was in it with what was read of it: so the log itself says how many
/// records a gap took. One shard, one thread.
final class BatchCount {
    private static final int MAX_PENDING = 1 << 21;
    private static final int FROM_OFFSET = 24; // in a MARK frame: see FORMAT.md
    private static final int RECORDS_OFFSET = 40;

    private long[] pending = new long[1024];
    private int count;
    private boolean tooMany;
    private final List<Open> gaps = new ArrayList<>();

    /// A gap whose batch has not ended yet.
    private record Open(long from, long to, SegmentAnatomy.Behind behind) {}

    void record(long position) {
        if (count == MAX_PENDING) {
            tooMany = true;
            count = 0;
        }
        if (count == pending.length) {
            pending = Arrays.copyOf(pending, 2 * count);
        }
        pending[count++] = position;
    }

    void gap(long from, long to, SegmentAnatomy.Behind behind) {
        gaps.add(new Open(from, to, behind));
    }

    void mark(byte[] bytes, int at, int length) {
        if (length != Mark.LENGTH) {
            return;
        }
        final long from = Bytes.getLong(bytes, at + FROM_OFFSET);
        final long to = Mark.to(bytes, at);
        if (from >= to) {
            return;
        }
        int kept = 0;
        long read = 0;
        for (int i = 0; i < count; i++) {
            if (pending[i] >= to) {
                pending[kept++] = pending[i];
            } else if (pending[i] >= from) {
                read++;
            }
        }
        count = kept;
        final long missing = Bytes.getLong(bytes, at + RECORDS_OFFSET) - read;
        for (final Open gap : gaps) {
            if (gap.from >= from && gap.to <= to && !tooMany && missing >= 0) {
                gap.behind.misses(missing);
            }
        }
        gaps.removeIf(gap -> gap.from < to);
        tooMany = false;
    }
}
