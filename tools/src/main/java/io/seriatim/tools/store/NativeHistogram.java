package io.seriatim.tools.store;

import io.seriatim.tools.Unsaid;
import io.seriatim.tools.Unsaid.Reason;
import io.seriatim.wal.Histogram;
import java.util.Arrays;

/// Writes exponential histograms as Prometheus' native ones (`Histogram` in `prompb/types.proto`). Not thread-safe.
///
/// Prometheus has scales from -4 to 8. A finer one is joined, `2^n` buckets to one, as OpenTelemetry's specification
/// of exponential histograms says it may be; a coarser one cannot be said.
final class NativeHistogram {
    /// Prometheus' staleness marker: this NaN and no other.
    static final long STALE = 0x7ff0000000000002L;

    private static final int FINEST = 8;
    private static final int COARSEST = -4;

    private final Unsaid unsaid;
    private int[] indexes = new int[64];
    private long[] counts = new long[64];
    private int size;

    NativeHistogram(Unsaid unsaid) {
        this.unsaid = unsaid;
    }

    /// @return false if it cannot be said: then it is counted
    boolean isSayable(Histogram histogram) {
        if (histogram.scale() < COARSEST) {
            unsaid.add(Reason.TOO_COARSE, 1);
            return false;
        }
        return true;
    }

    void write(Histogram histogram, long millis, ProtoBuffer out) {
        final boolean floats = histogram.floatCounts();
        if (floats) {
            out.fixed(2, histogram.count());
        } else {
            out.varint(1, histogram.count());
        }
        if (histogram.stale()) {
            out.fixed(3, STALE);
        } else {
            out.number(3, histogram.hasSum() ? histogram.sum() : Double.NaN);
        }
        final int shift = Math.max(0, histogram.scale() - FINEST);
        if (shift > 0) {
            unsaid.add(Reason.JOINED, 1);
        }
        out.zigzag(4, (long) histogram.scale() - shift).number(5, histogram.zeroThreshold());
        if (floats) {
            out.fixed(7, histogram.zeroCount());
        } else {
            out.varint(6, histogram.zeroCount());
        }
        buckets(histogram, histogram.negative(), shift, 8, out);
        buckets(histogram, histogram.positive(), shift, 11, out);
        end(histogram, millis, out);
    }

    private static void end(Histogram histogram, long millis, ProtoBuffer out) {
        final Histogram.Reset reset = histogram.delta() ? Histogram.Reset.GAUGE : histogram.reset();
        out.varint(
                14,
                switch (reset) {
                    case UNKNOWN -> 0;
                    case RESET -> 1;
                    case CONTINUED -> 2;
                    case GAUGE -> 3;
                });
        out.varint(15, millis);
    }

    /// @param field of the spans; deltas and counts follow it
    private void buckets(Histogram histogram, Histogram.Buckets buckets, int shift, int field, ProtoBuffer out) {
        join(histogram.floatCounts(), buckets, shift);
        spans(field, out);
        if (size == 0) {
            return;
        }
        if (histogram.floatCounts()) {
            final int begin = out.begin(field + 2);
            for (int i = 0; i < size; i++) {
                out.fixed(counts[i]);
            }
            out.end(begin);
        } else {
            final int begin = out.begin(field + 1);
            long before = 0;
            for (int i = 0; i < size; i++) {
                final long delta = counts[i] - before;
                out.varint(delta << 1 ^ delta >> 63);
                before = counts[i];
            }
            out.end(begin);
        }
    }

    /// Prometheus numbers each bucket one higher than OpenTelemetry, since it names it by its upper bound.
    private void join(boolean floats, Histogram.Buckets buckets, int shift) {
        size = 0;
        if (indexes.length < buckets.size()) {
            indexes = new int[buckets.size()];
            counts = new long[buckets.size()];
        }
        for (int i = 0; i < buckets.size(); i++) {
            final int index = (buckets.index(i) >> shift) + 1;
            if (size > 0 && indexes[size - 1] == index) {
                counts[size - 1] = floats
                        ? Double.doubleToRawLongBits(
                                Double.longBitsToDouble(counts[size - 1]) + Double.longBitsToDouble(buckets.count(i)))
                        : counts[size - 1] + buckets.count(i);
            } else {
                indexes[size] = index;
                counts[size++] = buckets.count(i);
            }
        }
    }

    private void spans(int field, ProtoBuffer out) {
        int behind = 0;
        for (int from = 0; from < size; ) {
            int to = from + 1;
            while (to < size && indexes[to] == indexes[to - 1] + 1) {
                to++;
            }
            final int begin = out.begin(field);
            out.zigzag(1, (long) indexes[from] - behind)
                    .varint(2, (long) to - from)
                    .end(begin);
            behind = indexes[to - 1] + 1;
            from = to;
        }
    }

    @Override
    public String toString() {
        return "NativeHistogram[" + Arrays.toString(Arrays.copyOf(indexes, size)) + "]";
    }
}
