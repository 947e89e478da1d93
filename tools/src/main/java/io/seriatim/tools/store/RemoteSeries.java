package io.seriatim.tools.store;

import io.seriatim.tools.Unsaid.Reason;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;

/// A series as remote write names it. Not thread-safe.
final class RemoteSeries {
    private final Labels series;
    private final byte[] labels;
    private final Reason flaw;
    private ClassicSeries classic;

    /// @param labels the encoded fields; none: it cannot be said
    /// @param flaw   what is not quite right about it, or null
    RemoteSeries(Labels series, byte[] labels, Reason flaw) {
        this.series = series;
        this.labels = labels;
        this.flaw = flaw;
    }

    byte[] labels() {
        return labels;
    }

    Reason flaw() {
        return flaw;
    }

    boolean isSayable() {
        return labels.length > 0;
    }

    /// @return what its explicit histograms became, as far as is remembered; or null
    ClassicSeries classic() {
        return classic;
    }

    /// Makes the series that an explicit histogram becomes, unless they are those of the one before.
    void expand(Histogram histogram) {
        if (classic == null || !classic.fits(histogram)) {
            classic = new ClassicSeries(series, histogram);
        }
    }

    /// @return the series that an exemplar belongs to: of a histogram the bucket that its value is in
    RemoteSeries ofExemplar(double value) {
        return classic == null ? this : classic.bucketOf(value);
    }
}
