package io.seriatim.tools.demo;

import io.seriatim.tools.demo.Counterexample.Kind;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.Samples;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Compares a log with what was appended, sample by sample, while it is replayed. Holds a few numbers for each series
/// and round, however long the log is. Usage: replay into it, then [#finish()].
///
/// What it asks for, in each round and for each producer:
///
/// 1. Every sample found is the next one of its series: same labels, timestamp and bits, none left out, none twice, at
///    growing positions of one shard.
/// 2. Every append that returned is there. If something of append `n` is there, all of the appends before it are,
///    reported or not: the producer would not have begun it otherwise. So at most the last one may be there in part,
///    and then a batch by whole shards, another record not at all.
/// 3. What was found once is found again in later rounds, no more and no less.
final class Comparer implements ReplayHandler {
    private final List<Round> rounds;
    private final Map<Labels, Track> tracks = new HashMap<>();
    private final Track[][][] byRound; // round, ledger, series

    Comparer(List<Round> rounds) {
        this.rounds = List.copyOf(rounds);
        byRound = new Track[rounds.size()][][];
        for (int round = 0; round < rounds.size(); round++) {
            final List<Ledger> ledgers = rounds.get(round).ledgers();
            byRound[round] = new Track[ledgers.size()][];
            for (int i = 0; i < ledgers.size(); i++) {
                byRound[round][i] = tracks(round, ledgers.get(i));
            }
        }
    }

    private Track[] tracks(int round, Ledger ledger) {
        final Script script = ledger.script();
        final Track[] tracks = new Track[script.series()];
        for (int series = 0; series < tracks.length; series++) {
            tracks[series] =
                    this.tracks.computeIfAbsent(script.labels(series), labels -> new Track(labels, rounds.size()));
            tracks[series].joins(round, ledger, series);
        }
        return tracks;
    }

    @Override
    public void onSamples(Labels series, Samples samples) {
        final Track track = tracks.get(series);
        if (track == null) {
            throw new Counterexample(
                    Kind.INVENTED,
                    series + " at " + Lsn.toString(samples.lsn()) + ": nobody appended to such a series");
        }
        track.at(samples.lsn());
        final int count = samples.count();
        for (int i = 0; i < count; i++) {
            track.sample(samples.timestamp(i), samples.valueBits(i));
        }
    }

    @Override
    public void onRecord(OpaqueRecord record) {
        throw new Counterexample(
                Kind.INVENTED, "an opaque record at " + Lsn.toString(record.lsn()) + ": nobody appended one");
    }

    @Override
    public void onOrphan(long epochId, int ref, Samples samples) {
        throw new Counterexample(
                Kind.MISSING,
                "labels of the samples at " + Lsn.toString(samples.lsn()) + ": ref=" + ref
                        + " epoch=%016x".formatted(epochId));
    }

    /// Checks what only the end of the log can tell, and writes down what was found of new rounds.
    ///
    /// @throws Counterexample if something is missing, or there in part
    void finish() {
        tracks.values().forEach(Track::finish);
        final List<Runnable> settlements = new ArrayList<>();
        for (int round = 0; round < rounds.size(); round++) {
            final List<Ledger> ledgers = rounds.get(round).ledgers();
            for (int i = 0; i < ledgers.size(); i++) {
                final Ledger ledger = ledgers.get(i);
                final Track[] tracks = byRound[round][i];
                if (ledger.isSettled()) {
                    settled(ledger, tracks, round);
                } else {
                    settlements.add(settlement(ledger, tracks, round));
                }
            }
        }
        settlements.forEach(Runnable::run);
    }

    private static void settled(Ledger ledger, Track[] tracks, int round) {
        for (int series = 0; series < tracks.length; series++) {
            final long found = tracks[series].count(round);
            final long before = ledger.settled(series);
            if (found != before) {
                throw new Counterexample(
                        found < before ? Kind.MISSING : Kind.INVENTED,
                        ledger.script().labels(series) + ": " + before + " samples of round " + ledger.round()
                                + " were found when it was compared first, now " + found);
            }
        }
    }

    private static Runnable settlement(Ledger ledger, Track[] tracks, int round) {
        final Script script = ledger.script();
        final long[] counts = new long[tracks.length];
        long appends = 0;
        for (int series = 0; series < tracks.length; series++) {
            counts[series] = tracks[series].count(round);
            if (counts[series] > 0) {
                appends = Math.max(appends, script.append(series, counts[series] - 1) + 1);
            }
        }
        final long whole = Math.max(ledger.returned(), appends - 1);
        for (int series = 0; series < tracks.length; series++) {
            final long required = script.samples(series, whole);
            if (counts[series] < required) {
                throw missing(ledger, series, counts[series], appends);
            }
        }
        if (appends > whole) {
            lastInPart(ledger, tracks, counts, whole);
        }
        final long appendsFound = appends;
        return () -> ledger.settle(counts, appendsFound);
    }

    private static Counterexample missing(Ledger ledger, int series, long count, long appends) {
        final Script script = ledger.script();
        final long append = script.append(series, count);
        final String why = append < ledger.durable()
                ? "was acknowledged as durable"
                : append < ledger.returned() ? "had returned" : "was followed by another of the same producer";
        return new Counterexample(
                Kind.MISSING,
                script.labels(series) + ": expected sample " + count + " of round " + ledger.round() + " "
                        + Track.describe(script, series, count) + ", found nothing more of it: append " + append
                        + " of "
                        + script.name() + " " + why + " (durable " + ledger.durable() + ", returned "
                        + ledger.returned()
                        + ", found up to " + appends + ")");
    }

    /// The append that was under way when the child died: whole in each shard, or not there.
    private static void lastInPart(Ledger ledger, Track[] tracks, long[] counts, long append) {
        final Script script = ledger.script();
        final Map<Integer, Boolean> thereByShard = new HashMap<>();
        for (int series = 0; series < tracks.length; series++) {
            final long without = script.samples(series, append);
            final long with = script.samples(series, append + 1);
            if (with == without || tracks[series].shard() < 0) {
                continue;
            }
            final boolean there = counts[series] == with;
            final Boolean others = thereByShard.putIfAbsent(tracks[series].shard(), there);
            if (!there && counts[series] != without || others != null && others != there) {
                throw new Counterexample(
                        Kind.SPLIT,
                        script.labels(series) + ": append " + append + " of " + script.name() + " in round "
                                + ledger.round() + " is there in part: found " + counts[series] + " samples, expected "
                                + without + " or " + with + ", and the same for all of it in shard "
                                + tracks[series].shard());
            }
        }
    }
}
