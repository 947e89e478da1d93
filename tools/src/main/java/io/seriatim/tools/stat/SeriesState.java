package io.seriatim.tools.stat;

import io.seriatim.wal.Labels;

/// What is known of one series.
final class SeriesState {
    final Labels labels;
    long samples;
    long bytes;
    long outOfOrder;
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;

    SeriesState(Labels labels) {
        this.labels = labels;
    }
}
