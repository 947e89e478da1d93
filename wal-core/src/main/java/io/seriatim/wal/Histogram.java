package io.seriatim.wal;

import java.util.Arrays;
import java.util.Objects;

/// How often values fell where, at one time: what a histogram of OpenTelemetry or Prometheus says, without loss.
/// Mutable and reused: fill one, append it ([SeriesHandle#append(long, Histogram)]), [#clear()] it and fill it
/// again. Not thread-safe.
///
/// Two kinds of buckets:
///
/// * *explicit*: bucket `i` counts values in `(bound i-1, bound i]`; the one behind the last bound is endless.
///   Only [#positive()] is used.
/// * *exponential*, with `base = 2^(2^-scale)`: bucket `i` of [#positive()] counts values in
///   `(base^i, base^(i+1)]`, as OpenTelemetry numbers them (Prometheus numbers each one higher); those of
///   [#negative()] the same of the absolute value; what is within [#zeroThreshold()] is counted by [#zeroCount()].
///
/// Counts are unsigned 64-bit integers, or doubles if [#floatCounts()] is set; what is absent stays absent.
public final class Histogram {
    /// No start is known.
    public static final long NO_START = Long.MIN_VALUE;

    /// What Prometheus was told about a counter's reset.
    public enum Reset {
        /// Nothing is known; look at the numbers.
        UNKNOWN,
        /// It began anew before this.
        RESET,
        /// It did not begin anew.
        CONTINUED,
        /// It is a gauge: it never begins anew.
        GAUGE
    }

    private final Buckets positive = new Buckets();
    private final Buckets negative = new Buckets();
    private double[] bounds = new double[16];
    private int boundCount;
    private boolean exponential;
    private boolean delta;
    private boolean floatCounts;
    private boolean stale;
    private Reset reset = Reset.UNKNOWN;
    private long startTimestamp = NO_START;
    private int scale;
    private double zeroThreshold;
    private long zeroCount;
    private long count;
    private double sum;
    private double min;
    private double max;
    private boolean hasSum;
    private boolean hasMin;
    private boolean hasMax;

    /// An empty one: see [#clear()].
    public Histogram() {}

    /// Makes it an empty explicit one, of cumulative integer counts.
    ///
    /// @return this
    public Histogram clear() {
        positive.clear();
        negative.clear();
        boundCount = 0;
        exponential = false;
        delta = false;
        floatCounts = false;
        stale = false;
        reset = Reset.UNKNOWN;
        startTimestamp = NO_START;
        scale = 0;
        zeroThreshold = 0;
        zeroCount = 0;
        count = 0;
        sum = 0;
        min = 0;
        max = 0;
        hasSum = false;
        hasMin = false;
        hasMax = false;
        return this;
    }

    /// @return whether the buckets are exponential; else they are explicit
    public boolean exponential() {
        return exponential;
    }

    /// Makes the buckets exponential.
    ///
    /// @param scale how fine: `2^scale` buckets from each power of two to the next
    public Histogram exponential(int scale, double zeroThreshold, long zeroCount) {
        this.exponential = true;
        this.scale = scale;
        this.zeroThreshold = zeroThreshold;
        this.zeroCount = zeroCount;
        return this;
    }

    /// @return `2^scale` buckets from each power of two to the next
    public int scale() {
        return scale;
    }

    /// @return absolute values up to this are counted as zero
    public double zeroThreshold() {
        return zeroThreshold;
    }

    /// @return the count of zeros: see [#counts(long)]
    public long zeroCount() {
        return zeroCount;
    }

    /// Adds a bound to an explicit histogram.
    public Histogram addBound(double bound) {
        if (boundCount == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * boundCount);
        }
        bounds[boundCount++] = bound;
        return this;
    }

    /// @return the number of bounds; of buckets there is one more
    public int bounds() {
        return boundCount;
    }

    /// @param index from 0 to `bounds() - 1`
    /// @throws IndexOutOfBoundsException if there is no such bound
    public double bound(int index) {
        if (index < 0 || index >= boundCount) {
            throw new IndexOutOfBoundsException("bound out of range: index=" + index + " bounds=" + boundCount);
        }
        return bounds[index];
    }

    /// @return the buckets of positive values, or all buckets of an explicit histogram
    public Buckets positive() {
        return positive;
    }

    /// @return the buckets of negative values
    public Buckets negative() {
        return negative;
    }

    /// @return whether counts are doubles, kept as their bits ([Double#doubleToRawLongBits])
    public boolean floatCounts() {
        return floatCounts;
    }

    /// Says that every count is the bits of a double.
    public Histogram floatCounts(boolean floats) {
        this.floatCounts = floats;
        return this;
    }

    /// @return a count of this histogram as a number
    public double counts(long bits) {
        if (floatCounts) {
            return Double.longBitsToDouble(bits);
        }
        return bits >= 0 ? bits : (bits >>> 1 | bits & 1) * 2.0;
    }

    /// @return whether counts are of the time since the one before; else since the start
    public boolean delta() {
        return delta;
    }

    /// Says whether counts are of the time since the one before.
    public Histogram delta(boolean delta) {
        this.delta = delta;
        return this;
    }

    /// @return whether the series has ended: OpenTelemetry's "no recorded value", Prometheus' staleness marker.
    ///         Then nothing else means anything
    public boolean stale() {
        return stale;
    }

    /// Says that the series has ended.
    public Histogram stale(boolean stale) {
        this.stale = stale;
        return this;
    }

    /// @return what is known about a reset
    public Reset reset() {
        return reset;
    }

    /// Says what is known about a reset.
    public Histogram reset(Reset reset) {
        this.reset = reset;
        return this;
    }

    /// @return since when it counts, in the log's time unit, or [#NO_START]
    public long startTimestamp() {
        return startTimestamp;
    }

    /// Says since when it counts.
    public Histogram startTimestamp(long timestamp) {
        this.startTimestamp = timestamp;
        return this;
    }

    /// @return how many values: see [#counts(long)]
    public long count() {
        return count;
    }

    /// Sets how many values.
    public Histogram count(long count) {
        this.count = count;
        return this;
    }

    /// @return whether the sum is known
    public boolean hasSum() {
        return hasSum;
    }

    /// @return the sum of all values, 0 if unknown
    public double sum() {
        return sum;
    }

    /// Sets the sum.
    public Histogram sum(double sum) {
        this.sum = sum;
        this.hasSum = true;
        return this;
    }

    /// @return whether the smallest value is known
    public boolean hasMin() {
        return hasMin;
    }

    /// @return the smallest value, 0 if unknown
    public double min() {
        return min;
    }

    /// Sets the smallest value.
    public Histogram min(double min) {
        this.min = min;
        this.hasMin = true;
        return this;
    }

    /// @return whether the largest value is known
    public boolean hasMax() {
        return hasMax;
    }

    /// @return the largest value, 0 if unknown
    public double max() {
        return max;
    }

    /// Sets the largest value.
    public Histogram max(double max) {
        this.max = max;
        this.hasMax = true;
        return this;
    }

    /// Copies everything.
    public Histogram set(Histogram other) {
        if (bounds.length < other.boundCount) {
            bounds = new double[other.boundCount];
        }
        System.arraycopy(other.bounds, 0, bounds, 0, other.boundCount);
        boundCount = other.boundCount;
        positive.set(other.positive);
        negative.set(other.negative);
        exponential = other.exponential;
        delta = other.delta;
        floatCounts = other.floatCounts;
        stale = other.stale;
        reset = other.reset;
        startTimestamp = other.startTimestamp;
        scale = other.scale;
        zeroThreshold = other.zeroThreshold;
        zeroCount = other.zeroCount;
        count = other.count;
        sum = other.sum;
        min = other.min;
        max = other.max;
        hasSum = other.hasSum;
        hasMin = other.hasMin;
        hasMax = other.hasMax;
        return this;
    }

    /// Equal down to every bit, and to which buckets of count 0 are named.
    @Override
    public boolean equals(Object other) {
        return other instanceof Histogram that
                && exponential == that.exponential
                && delta == that.delta
                && floatCounts == that.floatCounts
                && stale == that.stale
                && reset == that.reset
                && startTimestamp == that.startTimestamp
                && scale == that.scale
                && count == that.count
                && zeroCount == that.zeroCount
                && same(zeroThreshold, that.zeroThreshold)
                && hasSum == that.hasSum
                && hasMin == that.hasMin
                && hasMax == that.hasMax
                && same(sum, that.sum)
                && same(min, that.min)
                && same(max, that.max)
                && boundCount == that.boundCount
                && sameBounds(that)
                && positive.equals(that.positive)
                && negative.equals(that.negative);
    }

    private boolean sameBounds(Histogram that) {
        for (int i = 0; i < boundCount; i++) {
            if (!same(bounds[i], that.bounds[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean same(double a, double b) {
        return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b);
    }

    @Override
    public int hashCode() {
        int hash = 31 * positive.hashCode() + negative.hashCode();
        for (int i = 0; i < boundCount; i++) {
            hash = 31 * hash + Double.hashCode(bounds[i]);
        }
        final int rest = Objects.hash(
                exponential, delta, floatCounts, stale, reset.ordinal(), startTimestamp, scale, zeroThreshold);
        return 31 * (31 * hash + rest) + Objects.hash(zeroCount, count, hasSum, sum, hasMin, min, hasMax, max);
    }

    @Override
    public String toString() {
        return "Histogram[" + (exponential ? "scale=" + scale : "bounds=" + boundCount) + " count=" + counts(count)
                + (hasSum ? " sum=" + sum : "") + " positive=" + positive + " negative=" + negative + "]";
    }

    /// Buckets with their counts, in ascending order; those not named are empty.
    public static final class Buckets {
        private int[] indexes = new int[16];
        private long[] counts = new long[16];
        private int size;

        private Buckets() {}

        private void clear() {
            size = 0;
        }

        /// Adds a bucket.
        ///
        /// @param index above every index added before
        /// @param count see [Histogram#counts(long)]; 0 is kept too
        /// @throws IllegalArgumentException if the index does not ascend
        public void add(int index, long count) {
            if (size > 0 && index <= indexes[size - 1]) {
                throw new IllegalArgumentException(
                        "bucket out of order: index=" + index + " previous=" + indexes[size - 1]);
            }
            if (size == indexes.length) {
                indexes = Arrays.copyOf(indexes, 2 * size);
                counts = Arrays.copyOf(counts, 2 * size);
            }
            indexes[size] = index;
            counts[size++] = count;
        }

        /// @return how many buckets are named
        public int size() {
            return size;
        }

        /// @param at from 0 to `size() - 1`
        /// @return the bucket's index
        /// @throws IndexOutOfBoundsException if there are fewer
        public int index(int at) {
            return indexes[checked(at)];
        }

        /// @param at from 0 to `size() - 1`
        /// @return the bucket's count: see [Histogram#counts(long)]
        /// @throws IndexOutOfBoundsException if there are fewer
        public long count(int at) {
            return counts[checked(at)];
        }

        private int checked(int at) {
            if (at < 0 || at >= size) {
                throw new IndexOutOfBoundsException("bucket out of range: at=" + at + " size=" + size);
            }
            return at;
        }

        private void set(Buckets other) {
            if (indexes.length < other.size) {
                indexes = new int[other.size];
                counts = new long[other.size];
            }
            System.arraycopy(other.indexes, 0, indexes, 0, other.size);
            System.arraycopy(other.counts, 0, counts, 0, other.size);
            size = other.size;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Buckets that
                    && Arrays.equals(indexes, 0, size, that.indexes, 0, that.size)
                    && Arrays.equals(counts, 0, size, that.counts, 0, that.size);
        }

        @Override
        public int hashCode() {
            int hash = size;
            for (int i = 0; i < size; i++) {
                hash = 31 * (31 * hash + indexes[i]) + Long.hashCode(counts[i]);
            }
            return hash;
        }

        @Override
        public String toString() {
            return size + " buckets";
        }
    }
}
