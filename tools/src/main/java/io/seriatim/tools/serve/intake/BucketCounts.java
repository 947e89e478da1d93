package io.seriatim.tools.serve.intake;

import java.util.Arrays;

/// The counts of a native histogram's buckets: as deltas or doubles in the message, as the log has them here.
/// Mutable and reused. Not thread-safe.
final class BucketCounts {
    private long[] counts = new long[64];
    private int size;

    /// Reads the fields of one number.
    void read(Wire wire, int begin, int number, boolean doubles) throws BadMessageException, RejectedException {
        size = 0;
        long before = 0;
        wire.at = begin;
        while (wire.more()) {
            final int tag = wire.tag();
            if (Wire.number(tag) != number) {
                wire.skip(tag);
                continue;
            }
            final int end = Wire.type(tag) == Wire.BYTES ? wire.end() : wire.at + 1;
            while (wire.at < end) {
                before = doubles ? wire.fixed64() : before + Wire.unzigzag(wire.varint());
                add(before);
            }
        }
    }

    private void add(long count) throws RejectedException {
        HistogramLimits.check(size + 1);
        if (size == counts.length) {
            counts = Arrays.copyOf(counts, 2 * size);
        }
        counts[size++] = count;
    }

    /// @return whether there is anything in the fields of one number
    boolean contains(Wire wire, int begin, int number) throws BadMessageException {
        wire.at = begin;
        while (wire.more()) {
            final int tag = wire.tag();
            if (Wire.number(tag) == number && (Wire.type(tag) != Wire.BYTES || wire.end() > wire.at)) {
                return true;
            }
            if (Wire.number(tag) != number) {
                wire.skip(tag);
            }
        }
        return false;
    }

    int size() {
        return size;
    }

    long count(int at) {
        return counts[at];
    }
}
