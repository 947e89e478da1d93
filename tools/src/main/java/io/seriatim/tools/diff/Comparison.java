package io.seriatim.tools.diff;

import io.seriatim.tools.JsonBuffer;
import io.seriatim.tools.replay.Exposition;
import io.seriatim.tools.sort.SortKey;
import io.seriatim.tools.sort.SortedSamples;
import java.util.function.Consumer;

/// Walks through two sorted logs side by side. Not thread-safe.
///
/// Samples of one series and time are compared in their order: the first with the first, the second with the
/// second.
final class Comparison {
    private final SortedSamples a;
    private final SortedSamples b;
    private final Consumer<SeriesDifference> found;
    private final DiffTotals totals = new DiffTotals();

    private long onlyInA;
    private long onlyInB;
    private long changed;
    private long first;
    private long last;

    /// @param found told of every series that differs, in the order of the series
    Comparison(SortedSamples a, SortedSamples b, Consumer<SeriesDifference> found) {
        this.a = a;
        this.b = b;
        this.found = found;
    }

    DiffTotals run() {
        boolean inA = a.nextSeries();
        boolean inB = b.nextSeries();
        while (inA || inB) {
            final int order = !inA ? 1 : !inB ? -1 : SortKey.compare(a.key(), a.keyLength(), b.key(), b.keyLength());
            begin();
            final SortedSamples one = order <= 0 ? a : b;
            final String series = name(one);
            final boolean records = SortKey.isRecords(one.key(), one.keyLength());
            if (order < 0) {
                onlyInA = rest(a);
            } else if (order > 0) {
                onlyInB = rest(b);
            } else {
                samples();
            }
            end(series, order <= 0 ? a.count() : -1, order >= 0 ? b.count() : -1, records);
            inA = order <= 0 ? a.nextSeries() : inA;
            inB = order >= 0 ? b.nextSeries() : inB;
        }
        return totals;
    }

    private static String name(SortedSamples samples) {
        return SortKey.isRecords(samples.key(), samples.keyLength())
                ? "opaque records of kind " + SortKey.kind(samples.key())
                : Exposition.series(new JsonBuffer(), SortKey.labels(samples.key(), samples.keyLength()))
                        .toString();
    }

    private void begin() {
        onlyInA = 0;
        onlyInB = 0;
        changed = 0;
        first = Long.MAX_VALUE;
        last = Long.MIN_VALUE;
    }

    private void end(String series, long inA, long inB, boolean records) {
        totals.series(inA >= 0, inB >= 0, records);
        if (inA >= 0 && inB >= 0 && onlyInA + onlyInB + changed == 0) {
            return;
        }
        totals.difference(onlyInA, onlyInB, changed, records);
        found.accept(new SeriesDifference(
                series,
                inA,
                inB,
                onlyInA,
                onlyInB,
                changed,
                records ? Long.MAX_VALUE : first,
                records ? Long.MIN_VALUE : last));
    }

    /// @return how many samples there are, the present one not counted
    private long rest(SortedSamples samples) {
        long count = 0;
        while (samples.nextSample()) {
            at(samples.timestamp());
            count++;
        }
        return count;
    }

    private void at(long timestamp) {
        first = Math.min(first, timestamp);
        last = Math.max(last, timestamp);
    }

    private void samples() {
        boolean inA = a.nextSample();
        boolean inB = b.nextSample();
        while (inA && inB) {
            final int order = Long.compare(a.timestamp(), b.timestamp());
            if (order < 0) {
                at(a.timestamp());
                onlyInA++;
            } else if (order > 0) {
                at(b.timestamp());
                onlyInB++;
            } else if (a.valueBits() != b.valueBits()) {
                at(a.timestamp());
                changed++;
            }
            inA = order <= 0 ? a.nextSample() : inA;
            inB = order >= 0 ? b.nextSample() : inB;
        }
        if (inA) {
            at(a.timestamp());
            onlyInA += 1 + rest(a);
        }
        if (inB) {
            at(b.timestamp());
            onlyInB += 1 + rest(b);
        }
    }
}
