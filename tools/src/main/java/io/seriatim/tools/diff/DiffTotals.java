package io.seriatim.tools.diff;

/// What a comparison came to. Not thread-safe.
final class DiffTotals {
    private long seriesInA;
    private long seriesInB;
    private long seriesDifferent;
    private long onlyInA;
    private long onlyInB;
    private long changed;
    private long recordsOnlyInA;
    private long recordsOnlyInB;

    void series(boolean inA, boolean inB, boolean records) {
        if (!records) {
            seriesInA += inA ? 1 : 0;
            seriesInB += inB ? 1 : 0;
        }
    }

    void difference(long onlyInA, long onlyInB, long changed, boolean records) {
        if (records) {
            recordsOnlyInA += onlyInA;
            recordsOnlyInB += onlyInB;
            return;
        }
        seriesDifferent++;
        this.onlyInA += onlyInA;
        this.onlyInB += onlyInB;
        this.changed += changed;
    }

    boolean areEqual() {
        return seriesDifferent == 0 && recordsOnlyInA == 0 && recordsOnlyInB == 0;
    }

    long seriesInA() {
        return seriesInA;
    }

    long seriesInB() {
        return seriesInB;
    }

    long seriesDifferent() {
        return seriesDifferent;
    }

    long onlyInA() {
        return onlyInA;
    }

    long onlyInB() {
        return onlyInB;
    }

    long changed() {
        return changed;
    }

    long recordsOnlyInA() {
        return recordsOnlyInA;
    }

    long recordsOnlyInB() {
        return recordsOnlyInB;
    }
}
