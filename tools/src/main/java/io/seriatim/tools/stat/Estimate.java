package io.seriatim.tools.stat;

import org.apache.datasketches.hll.HllSketch;

/// A figure, and between which bounds the true one lies: surely if they are equal, otherwise in 95 of 100 logs.
///
/// @param value the figure
/// @param low   not less than this
/// @param high  not more than this
record Estimate(long value, long low, long high) {
    private static final int DEVIATIONS = 2;

    /// @return a figure that was counted
    static Estimate exact(long value) {
        return new Estimate(value, value, value);
    }

    /// A number that was counted among things each of which had the same chance to be counted.
    ///
    /// @param level each had one chance in 2^level
    static Estimate ofSample(long counted, int level) {
        if (level == 0) {
            return exact(counted);
        }
        final double share = Math.scalb(1.0, -level);
        final double spread = DEVIATIONS * Math.sqrt(Math.max(1, counted) * (1 - share));
        return new Estimate(
                Math.round(counted / share),
                Math.round(Math.max(counted, (counted - spread) / share)),
                Math.round((counted + spread) / share));
    }

    static Estimate of(HllSketch distinct) {
        return new Estimate(
                Math.round(distinct.getEstimate()),
                Math.round(distinct.getLowerBound(DEVIATIONS)),
                Math.round(distinct.getUpperBound(DEVIATIONS)));
    }

    boolean isExact() {
        return low == high;
    }
}
