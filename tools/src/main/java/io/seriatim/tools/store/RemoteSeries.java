package io.seriatim.tools.store;

import io.seriatim.tools.Unsaid.Reason;

/// A series as remote write names it. Immutable: compared by identity, as one object stands for one series.
final class RemoteSeries {
    private final byte[] labels;
    private final Reason flaw;

    /// @param labels the encoded fields; none: it cannot be said
    /// @param flaw   what is not quite right about it, or null
    RemoteSeries(byte[] labels, Reason flaw) {
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
}
