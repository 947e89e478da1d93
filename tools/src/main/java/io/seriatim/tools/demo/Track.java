package io.seriatim.tools.demo;

import static io.seriatim.tools.demo.Counterexample.Kind;

import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;

/// Follows one series through the log: which sample of which round must come next. Used by one thread at a time, since
/// a series lives in one shard.
final class Track {
    private final Labels labels;
    private final Ledger[] ledgers; // by round, null where the series has no part in it
    private final int[] indexes; // of the series in the ledger's script
    private final long[] counts;
    private int round;
    private long next;
    private long lastLsn = -1;
    private Gap gap;

    /// Samples that were jumped over: missing, unless they come later.
    private record Gap(int round, long from, long to) {
        boolean contains(int round, long sample) {
            return this.round == round && sample >= from && sample < to;
        }
    }

    Track(Labels labels, int rounds) {
        this.labels = labels;
        ledgers = new Ledger[rounds];
        indexes = new int[rounds];
        counts = new long[rounds];
    }

    void joins(int round, Ledger ledger, int index) {
        ledgers[round] = ledger;
        indexes[round] = index;
    }

    /// @return how many samples of a round were found
    long count(int round) {
        return round == this.round ? next : counts[round];
    }

    /// @return the shard it was found in, or -1
    int shard() {
        return lastLsn < 0 ? -1 : Lsn.shard(lastLsn);
    }

    /// Takes the position of a record, which must be behind the last one.
    ///
    /// @throws Counterexample if it is not
    void at(long lsn) {
        if (lastLsn >= 0 && (lsn <= lastLsn || Lsn.shard(lsn) != shard())) {
            throw new Counterexample(
                    Kind.REORDERED,
                    labels + " found at " + Lsn.toString(lsn) + " after " + Lsn.toString(lastLsn)
                            + " (expected: positions of one shard, growing)");
        }
        lastLsn = lsn;
    }

    /// Takes the next sample.
    ///
    /// @throws Counterexample if it cannot be the one that comes next
    void sample(long timestamp, long valueBits) {
        if (matches(round, next, timestamp, valueBits)) {
            next++;
            return;
        }
        for (int later = round + 1; later < ledgers.length; later++) {
            if (matches(later, 0, timestamp, valueBits)) {
                enter(later, 1);
                return;
            }
        }
        unexpected(timestamp, valueBits);
    }

    private void enter(int later, long nextSample) {
        counts[round] = next;
        round = later;
        next = nextSample;
    }

    private boolean matches(int round, long sample, long timestamp, long valueBits) {
        final Ledger ledger = ledgers[round];
        if (ledger == null) {
            return false;
        }
        final Script script = ledger.script();
        final int series = indexes[round];
        return script.known(series, sample)
                && script.timestamp(series, sample) == timestamp
                && script.valueBits(series, sample) == valueBits;
    }

    private void unexpected(long timestamp, long valueBits) {
        for (int candidate = 0; candidate < ledgers.length; candidate++) {
            if (ledgers[candidate] == null) {
                continue;
            }
            final Script script = ledgers[candidate].script();
            final long sample = script.find(indexes[candidate], timestamp);
            if (sample >= 0) {
                final long bits = script.valueBits(indexes[candidate], sample);
                if (bits != valueBits) {
                    throw counterexample(
                            Kind.CHANGED,
                            sampleName(candidate, sample) + " should be " + value(bits),
                            timestamp,
                            valueBits);
                }
                misplaced(candidate, sample, timestamp, valueBits);
                return;
            }
        }
        throw counterexample(Kind.INVENTED, "nobody appended this", timestamp, valueBits);
    }

    /// A sample of the log, but not the next one.
    private void misplaced(int itsRound, long sample, long timestamp, long valueBits) {
        final String name = sampleName(itsRound, sample);
        if (gap != null && gap.contains(itsRound, sample)) {
            throw counterexample(
                    Kind.REORDERED, name + " comes behind " + sampleName(gap.round, gap.to), timestamp, valueBits);
        }
        if (itsRound < round || itsRound == round && sample < next) {
            throw counterexample(
                    sample < count(itsRound) ? Kind.DOUBLED : Kind.REORDERED,
                    name + (sample < count(itsRound) ? " was there before" : " comes behind the next round"),
                    timestamp,
                    valueBits);
        }
        final long expected = itsRound == round ? next : 0;
        if (gap == null) {
            gap = new Gap(itsRound, expected, sample);
        }
        if (itsRound != round) {
            enter(itsRound, sample);
        }
        next = sample + 1;
    }

    /// To be called when everything was read.
    ///
    /// @throws Counterexample if samples were jumped over
    void finish() {
        if (gap != null) {
            throw new Counterexample(
                    Kind.MISSING,
                    labels + ": expected " + sampleName(gap.round, gap.from) + ", found "
                            + sampleName(gap.round, gap.to)
                            + " (" + (gap.to - gap.from) + " missing, first "
                            + describe(ledgers[gap.round].script(), indexes[gap.round], gap.from) + ")");
        }
    }

    private Counterexample counterexample(Kind kind, String what, long timestamp, long valueBits) {
        final Ledger ledger = ledgers[round];
        final boolean known = ledger != null && ledger.script().known(indexes[round], next);
        return new Counterexample(
                kind,
                labels + ": found [" + timestamp + ", " + value(valueBits) + "] at " + Lsn.toString(lastLsn) + ": "
                        + what
                        + "; expected " + sampleName(round, next)
                        + (known ? " " + describe(ledger.script(), indexes[round], next) : ""));
    }

    private String sampleName(int round, long sample) {
        final String number = ledgers[round] == null ? "of index " + round : String.valueOf(ledgers[round].round());
        return "sample " + sample + " of round " + number;
    }

    static String describe(Script script, int series, long sample) {
        return "[" + script.timestamp(series, sample) + ", " + value(script.valueBits(series, sample)) + "]";
    }

    private static String value(long bits) {
        return "%s (bits %016x)".formatted(Double.longBitsToDouble(bits), bits);
    }
}
