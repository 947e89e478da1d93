package io.seriatim.tools.serve.intake;

/// How large a histogram may be, so that a small message does not become a large one.
final class HistogramLimits {
    /// The most buckets of one sign. Those that send them keep to some hundreds.
    static final int MOST_BUCKETS = 65_536;

    private HistogramLimits() {}

    static void check(int buckets) throws RejectedException {
        if (buckets > MOST_BUCKETS) {
            throw new RejectedException("too many buckets of a histogram: limit=" + MOST_BUCKETS);
        }
    }

    static int index(long index) throws RejectedException {
        if (index != (int) index) {
            throw new RejectedException("bucket of a histogram is out of range: index=" + index);
        }
        return (int) index;
    }
}
