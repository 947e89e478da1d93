package io.seriatim.wal.format;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.Histogram.Buckets;

/// A histogram as bytes: the body of a HISTOGRAM frame. Not thread-safe; reused, allocates nothing once it has seen
/// the longest.
///
/// ```
/// flags      varint   which of the following are there, and what they are; bits 8 and 9: what is known of a reset
/// start      varint   zigzag(timestamp - start); only with START
/// count      number
/// sum, min, max       8 bytes each; only with SUM, MIN, MAX
/// exponential: scale  varint   zigzag
///              zeroThreshold   8 bytes
///              zeroCount       number
///              positive, negative   buckets
/// explicit:    bounds varint, then 8 bytes each
///              buckets
///
/// buckets    varint   how many; then runs of neighbours until there are so many:
///                       index    varint   zigzag for the first run, then how many buckets are left out, less one
///                       length   varint   1 and more
///                       count    number, for each
/// number     varint, or 8 bytes of a double with FLOATS
/// ```
///
/// There is one encoding of a histogram, and no other: [#decode] refuses the rest.
public final class HistogramCodec {
    /// Flag: the buckets are exponential.
    public static final int EXPONENTIAL = 1;
    /// Flag: counts are doubles.
    public static final int FLOATS = 2;
    /// Flag: counts are of the time since the one before.
    public static final int DELTA = 4;
    /// Flag: the series has ended.
    public static final int STALE = 8;
    /// Flag: there is a sum.
    public static final int SUM = 16;
    /// Flag: there is a smallest value.
    public static final int MIN = 32;
    /// Flag: there is a largest value.
    public static final int MAX = 64;
    /// Flag: there is a start.
    public static final int START = 128;
    /// The lowest bit of what is known of a reset.
    public static final int RESET_SHIFT = 8;

    private static final int FLAGS_LIMIT = 1 << RESET_SHIFT + 2;
    private static final Histogram.Reset[] RESETS = Histogram.Reset.values();

    private byte[] bytes; // null while only the length is asked for
    private int at;
    private int end;
    private boolean floats;

    /// Does nothing yet.
    public HistogramCodec() {}

    /// @return no more bytes than the histogram takes
    static long leastBytes(Histogram histogram) {
        return (long) Double.BYTES * histogram.bounds()
                + histogram.positive().size()
                + histogram.negative().size();
    }

    /// @param histogram whose [#leastBytes] fit in a frame
    /// @return how many bytes the histogram takes
    /// @throws IllegalArgumentException if it has bounds or buckets that its kind has not
    int length(Histogram histogram, long timestamp) {
        check(histogram);
        bytes = null;
        at = 0;
        put(histogram, timestamp);
        return at;
    }

    private static void check(Histogram histogram) {
        final Buckets positive = histogram.positive();
        final boolean fits = histogram.exponential()
                ? histogram.bounds() == 0
                : histogram.negative().size() == 0
                        && (positive.size() == 0
                                || positive.index(0) >= 0 && positive.index(positive.size() - 1) <= histogram.bounds());
        if (!fits) {
            throw new IllegalArgumentException("an exponential histogram has no bounds, and an explicit one no buckets"
                    + " but those that its bounds make: " + histogram);
        }
    }

    /// Writes a histogram whose [#length] fits.
    ///
    /// @return the offset behind it
    int encode(Histogram histogram, long timestamp, byte[] target, int offset) {
        bytes = target;
        at = offset;
        put(histogram, timestamp);
        bytes = null;
        return at;
    }

    private void put(Histogram histogram, long timestamp) {
        floats = histogram.floatCounts();
        putVarint(flags(histogram));
        if (histogram.startTimestamp() != Histogram.NO_START) {
            putVarint(SamplesEncoder.zigzag(timestamp - histogram.startTimestamp()));
        }
        putNumber(histogram.count());
        if (histogram.hasSum()) {
            putDouble(histogram.sum());
        }
        if (histogram.hasMin()) {
            putDouble(histogram.min());
        }
        if (histogram.hasMax()) {
            putDouble(histogram.max());
        }
        if (histogram.exponential()) {
            putVarint(SamplesEncoder.zigzag(histogram.scale()));
            putDouble(histogram.zeroThreshold());
            putNumber(histogram.zeroCount());
            putBuckets(histogram.positive());
            putBuckets(histogram.negative());
        } else {
            putVarint(histogram.bounds());
            for (int i = 0; i < histogram.bounds(); i++) {
                putDouble(histogram.bound(i));
            }
            putBuckets(histogram.positive());
        }
    }

    private static int flags(Histogram histogram) {
        return (histogram.exponential() ? EXPONENTIAL : 0)
                | (histogram.floatCounts() ? FLOATS : 0)
                | (histogram.delta() ? DELTA : 0)
                | (histogram.stale() ? STALE : 0)
                | (histogram.hasSum() ? SUM : 0)
                | (histogram.hasMin() ? MIN : 0)
                | (histogram.hasMax() ? MAX : 0)
                | (histogram.startTimestamp() != Histogram.NO_START ? START : 0)
                | histogram.reset().ordinal() << RESET_SHIFT;
    }

    private void putBuckets(Buckets buckets) {
        putVarint(buckets.size());
        for (int i = 0; i < buckets.size(); ) {
            final int first = buckets.index(i);
            int next = i + 1;
            while (next < buckets.size() && buckets.index(next) - first == next - i) {
                next++;
            }
            putVarint(i == 0 ? SamplesEncoder.zigzag(first) : (long) first - buckets.index(i - 1) - 2);
            putVarint(next - i);
            for (; i < next; i++) {
                putNumber(buckets.count(i));
            }
        }
    }

    private void putNumber(long count) {
        if (floats) {
            putLong(count);
        } else {
            putVarint(count);
        }
    }

    private void putDouble(double value) {
        putLong(Double.doubleToRawLongBits(value));
    }

    private void putLong(long bits) {
        if (bytes != null) {
            Bytes.putLong(bytes, at, bits);
        }
        at += Long.BYTES;
    }

    private void putVarint(long value) {
        at = bytes == null ? at + SamplesEncoder.varintLength(value) : SamplesEncoder.putVarint(bytes, at, value);
    }

    /// Reads the histogram that these bytes are, all of them.
    ///
    /// @param timestamp of its frame
    /// @throws MalformedFrameException if they are none; then `target` may be anything
    void decode(byte[] source, int from, int to, long timestamp, Histogram target) throws MalformedFrameException {
        bytes = source;
        at = from;
        end = to;
        target.clear();
        final long flags = varint();
        if (flags < 0 || flags >= FLAGS_LIMIT) {
            throw new MalformedFrameException("histogram with unknown flags: flags=0x" + Long.toHexString(flags));
        }
        floats = (flags & FLOATS) != 0;
        target.floatCounts(floats)
                .delta((flags & DELTA) != 0)
                .stale((flags & STALE) != 0)
                .reset(RESETS[(int) flags >> RESET_SHIFT]);
        if ((flags & START) != 0) {
            final long start = timestamp - SamplesEncoder.unzigzag(varint());
            check(start != Histogram.NO_START, "histogram's start is none");
            target.startTimestamp(start);
        }
        target.count(number());
        if ((flags & SUM) != 0) {
            target.sum(decimal());
        }
        if ((flags & MIN) != 0) {
            target.min(decimal());
        }
        if ((flags & MAX) != 0) {
            target.max(decimal());
        }
        if ((flags & EXPONENTIAL) != 0) {
            final long scale = SamplesEncoder.unzigzag(varint());
            check(scale == (int) scale, "histogram's scale is out of range");
            target.exponential((int) scale, decimal(), number());
            buckets(target.positive(), Integer.MIN_VALUE, Integer.MAX_VALUE);
            buckets(target.negative(), Integer.MIN_VALUE, Integer.MAX_VALUE);
        } else {
            final long bounds = varint();
            check(bounds >= 0 && bounds <= (end - at) / Double.BYTES, "histogram's bounds exceed the frame");
            for (int i = 0; i < bounds; i++) {
                target.addBound(decimal());
            }
            buckets(target.positive(), 0, (int) bounds);
        }
        check(at == end, "histogram ends before its bytes do");
        bytes = null;
    }

    private void buckets(Buckets target, int lowest, int highest) throws MalformedFrameException {
        final long size = varint();
        check(size >= 0 && size <= end - at, "histogram's buckets exceed the frame");
        long next = Long.MIN_VALUE;
        while (target.size() < size) {
            final long skipped = varint();
            final long first = target.size() == 0 ? SamplesEncoder.unzigzag(skipped) : next + 1 + skipped;
            final long length = varint();
            check(length >= 1 && length <= size - target.size(), "histogram's run of buckets is empty or too long");
            check(
                    (target.size() == 0 || skipped >= 0)
                            && first >= lowest
                            && first <= highest
                            && first + length - 1 <= highest,
                    "histogram's bucket is out of range");
            for (long index = first; index < first + length; index++) {
                target.add((int) index, number());
            }
            next = first + length;
        }
    }

    private long number() throws MalformedFrameException {
        return floats ? longBits() : varint();
    }

    private double decimal() throws MalformedFrameException {
        return Double.longBitsToDouble(longBits());
    }

    private long longBits() throws MalformedFrameException {
        check(end - at >= Long.BYTES, "histogram exceeds the frame");
        final long bits = Bytes.getLong(bytes, at);
        at += Long.BYTES;
        return bits;
    }

    private long varint() throws MalformedFrameException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE && at < end; shift += 7) {
            final byte b = bytes[at++];
            if (b == 0 && shift > 0 || shift == 63 && (b & 0xff) > 1) {
                break;
            }
            value |= (long) (b & 127) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new MalformedFrameException("bad varint in a histogram");
    }

    private static void check(boolean rule, String otherwise) throws MalformedFrameException {
        if (!rule) {
            throw new MalformedFrameException(otherwise);
        }
    }
}
