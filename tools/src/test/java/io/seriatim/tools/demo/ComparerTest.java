package io.seriatim.tools.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.TestSamples;
import io.seriatim.tools.demo.Counterexample.Kind;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Writes down the log that two producers would have written, spoils it in one place, and expects the comparer to
/// find just that.
class ComparerTest {
    private static final long SEED = 42;
    private static final int HOSTS = 2;
    private static final long APPENDS = 400;

    private final List<Ledger> ledgers = ledgers(1);
    private final List<Entry> log = written(1, APPENDS);

    /// What the replay hands over in one call.
    private record Entry(int producer, int series, long append, Labels labels, TestSamples samples) {
        Entry with(Consumer<TestSamples> change) {
            final TestSamples copy = new TestSamples(
                    samples.lsn(), samples.timestamps().clone(), samples.bits().clone());
            change.accept(copy);
            return new Entry(producer, series, append, labels, copy);
        }

        Entry at(long lsn) {
            return new Entry(
                    producer, series, append, labels, new TestSamples(lsn, samples.timestamps(), samples.bits()));
        }
    }

    @Test
    void shouldAcceptALogAsItWasWritten() {
        returned(APPENDS);

        compare(log);

        assertEquals(APPENDS, ledgers.get(0).appendsFound());
        assertEquals(ledgers.get(0).script().samples(APPENDS), ledgers.get(0).samplesFound());
    }

    @Test
    void shouldAcceptAppendsThatWereOnTheirWay() {
        returned(APPENDS - 50);

        compare(log);

        assertEquals(100, new Round(1, ledgers).appendsBeyond());
    }

    @Test
    void shouldAcceptAnEmptyLogWhenNothingReturned() {
        compare(List.of());
    }

    @Test
    void shouldFindAMissingSample() {
        returned(APPENDS);
        for (int i = 0; i < log.size(); i++) {
            final List<Entry> spoilt = new ArrayList<>(log);
            final Entry gone = spoilt.remove(i);

            final Counterexample found = assertCounterexample(Kind.MISSING, spoilt);
            assertTrue(found.getMessage().contains(gone.labels.toString()), found.getMessage());
            assertTrue(found.getMessage().contains("" + gone.samples.timestamps()[0]), found.getMessage());
        }
    }

    @Test
    void shouldFindASampleMissingThatWasOnlyFollowedByOthers() {
        returned(0); // nobody ever said that anything returned
        for (int i = 0; i < log.size(); i++) {
            if (log.get(i).append < APPENDS - 1) {
                final List<Entry> spoilt = new ArrayList<>(log);
                spoilt.remove(i);

                assertCounterexample(Kind.MISSING, spoilt);
            }
        }
    }

    @Test
    void shouldFindAnAppendMissingThatWasAcknowledgedAsDurable() {
        ledgers.get(1).durable(APPENDS + 1);

        final Counterexample found = assertCounterexample(Kind.MISSING, log);

        assertTrue(found.getMessage().contains("was acknowledged as durable"), found.getMessage());
    }

    @Test
    void shouldFindADoubledSample() {
        returned(APPENDS);
        for (int i = 0; i < log.size(); i++) {
            final List<Entry> spoilt = new ArrayList<>(log);
            spoilt.add(log.get(i).at(log.getLast().samples.lsn() + 64));
            assertCounterexample(Kind.DOUBLED, sameShard(spoilt, i));
        }
    }

    @Test
    void shouldFindAReorderedSample() {
        returned(APPENDS);
        int swapped = 0;
        for (int i = 0; i < log.size(); i++) {
            for (int j = i + 1; j < log.size(); j++) {
                if (log.get(i).labels.equals(log.get(j).labels)) {
                    final List<Entry> spoilt = new ArrayList<>(log);
                    spoilt.set(i, log.get(j).at(log.get(i).samples.lsn()));
                    spoilt.set(j, log.get(i).at(log.get(j).samples.lsn()));
                    assertCounterexample(Kind.REORDERED, spoilt);
                    swapped++;
                    break;
                }
            }
        }
        assertTrue(swapped > 100, "swapped=" + swapped);
    }

    @Test
    void shouldFindPositionsThatDoNotGrow() {
        returned(APPENDS);
        final List<Entry> spoilt = new ArrayList<>(log);
        Collections.reverse(spoilt);
        final List<Entry> sameOrder = new ArrayList<>();
        for (int i = 0; i < log.size(); i++) {
            sameOrder.add(log.get(i).at(spoilt.get(i).samples.lsn()));
        }

        assertCounterexample(Kind.REORDERED, sameOrder);
    }

    @Test
    void shouldFindAnInventedSample() {
        returned(APPENDS);
        for (int i = 0; i < log.size(); i++) {
            final List<Entry> spoilt = new ArrayList<>(log);
            spoilt.set(i, log.get(i).with(samples -> samples.timestamps()[samples.count() - 1]++));
            assertCounterexample(Kind.INVENTED, spoilt);
        }
    }

    @Test
    void shouldFindAnInventedSeries() {
        returned(APPENDS);
        final List<Entry> spoilt = new ArrayList<>(log);
        spoilt.add(new Entry(0, 0, 0, Labels.of("__name__", "ghost"), TestSamples.of(Lsn.of(0, 1 << 20), 1, 2)));

        assertCounterexample(Kind.INVENTED, spoilt);
    }

    @Test
    void shouldFindAChangedBit() {
        returned(APPENDS);
        for (int i = 0; i < log.size(); i++) {
            final int bit = i % Long.SIZE;
            final List<Entry> spoilt = new ArrayList<>(log);
            spoilt.set(i, log.get(i).with(samples -> samples.bits()[0] ^= 1L << bit));

            final Counterexample found = assertCounterexample(Kind.CHANGED, spoilt);
            assertTrue(
                    found.getMessage()
                            .contains("%016x".formatted(log.get(i).samples.bits()[0])),
                    found.getMessage());
        }
    }

    @Test
    void shouldFindALastAppendThatIsThereInPart() {
        returned(0);
        int split = 0;
        for (long appends = 1; appends < APPENDS; appends++) {
            final List<Entry> whole = written(1, appends).stream()
                    .filter(entry -> entry.producer == 0)
                    .toList();
            final long last = appends - 1;
            final List<Entry> inShard = whole.stream()
                    .filter(entry -> entry.append == last && Lsn.shard(entry.samples.lsn()) == 1)
                    .toList();
            if (inShard.size() > 1) {
                final List<Entry> spoilt = new ArrayList<>(whole);
                spoilt.remove(inShard.getFirst());
                final List<Entry> withoutShard = new ArrayList<>(whole);
                withoutShard.removeAll(inShard);

                new Attempt(ledgers(1)).compare(withoutShard);
                if (appends > 50) { // before, nobody knows the shard of the one that is missing
                    assertEquals(
                            Kind.SPLIT,
                            assertThrows(Counterexample.class, () -> new Attempt(ledgers(1)).compare(spoilt))
                                    .kind());
                    split++;
                }
            }
        }
        assertTrue(split > 3, "split=" + split);
    }

    @Test
    void shouldFindAWholeSeriesThatIsThereInPart() {
        returned(0);
        final Entry last = log.stream()
                .filter(entry -> entry.producer == 0 && entry.samples.count() > 1)
                .toList()
                .getLast();
        final List<Entry> cut = new ArrayList<>(written(1, last.append + 1).stream()
                .filter(entry -> entry.producer == 0)
                .toList());
        final Entry whole = cut.removeLast();
        cut.add(new Entry(
                0,
                whole.series,
                whole.append,
                whole.labels,
                TestSamples.of(whole.samples.lsn(), whole.samples.timestamp(0), whole.samples.valueBits(0))));

        assertCounterexample(Kind.SPLIT, cut);
    }

    @Test
    void shouldFindOrphans() {
        final Comparer comparer = new Comparer(List.of(new Round(1, ledgers)));

        final Counterexample found =
                assertThrows(Counterexample.class, () -> comparer.onOrphan(1, 2, TestSamples.of(8, 1, 2)));

        assertEquals(Kind.MISSING, found.kind());
    }

    @Test
    void shouldCompareLaterRoundsBehindEarlierOnes() {
        final Attempt attempt = new Attempt(ledgers);
        attempt.compare(log);
        attempt.rounds.add(new Round(2, ledgers(2)));
        final List<Entry> both = new ArrayList<>(log);
        both.addAll(written(2, 70));

        attempt.compare(both);

        assertEquals(70, attempt.rounds.get(1).ledgers().get(0).appendsFound());
        assertEquals(APPENDS, ledgers.get(0).appendsFound());
    }

    @Test
    void shouldFindThatSomethingOfAnEarlierRoundIsGone() {
        final Attempt attempt = new Attempt(ledgers);
        attempt.compare(log);
        attempt.rounds.add(new Round(2, ledgers(2)));
        final List<Entry> both = new ArrayList<>(log);
        both.removeLast(); // nobody had said that it returned, but it was found
        both.addAll(written(2, 70));

        assertEquals(
                Kind.MISSING,
                assertThrows(Counterexample.class, () -> attempt.compare(both)).kind());
    }

    @Test
    void shouldFindThatAnEarlierRoundCameBackLater() {
        final Attempt attempt = new Attempt(ledgers);
        attempt.compare(log.subList(0, log.size() - 1));
        attempt.rounds.add(new Round(2, ledgers(2)));
        final List<Entry> both = new ArrayList<>(log); // the last one had not been there
        both.addAll(written(2, 70));

        assertEquals(
                Kind.INVENTED,
                assertThrows(Counterexample.class, () -> attempt.compare(both)).kind());
    }

    private void returned(long appends) {
        ledgers.forEach(ledger -> ledger.returned(appends));
    }

    private void compare(List<Entry> entries) {
        new Attempt(ledgers).compare(entries);
    }

    private Counterexample assertCounterexample(Kind kind, List<Entry> entries) {
        final Counterexample found = assertThrows(Counterexample.class, () -> compare(entries));
        assertEquals(kind, found.kind(), found.getMessage());
        return found;
    }

    /// Puts the last entry into the shard of entry `i`.
    private static List<Entry> sameShard(List<Entry> entries, int i) {
        final Entry last = entries.removeLast();
        entries.add(last.at(Lsn.of(Lsn.shard(entries.get(i).samples.lsn()), Lsn.position(last.samples.lsn()))));
        return entries;
    }

    private static final class Attempt {
        private final List<Round> rounds = new ArrayList<>();

        Attempt(List<Ledger> ledgers) {
            rounds.add(new Round(1, ledgers));
        }

        void compare(List<Entry> entries) {
            final Comparer comparer = new Comparer(rounds);
            entries.forEach(entry -> comparer.onSamples(entry.labels, entry.samples));
            comparer.finish();
        }
    }

    private static List<Ledger> ledgers(int round) {
        final List<Ledger> ledgers = new ArrayList<>();
        for (int producer = 0; producer < 2; producer++) {
            ledgers.add(new Ledger(round, script(round, producer)));
        }
        return ledgers;
    }

    private static FleetScript script(int round, int producer) {
        return new FleetScript(SEED, round, producer, "fleet", new Schedule(HOSTS));
    }

    /// The log of one round: two producers in turn, a series' shard by its number.
    private static List<Entry> written(int round, long appends) {
        final List<Entry> entries = new ArrayList<>();
        long position = round * 1_000_000L;
        for (long append = 0; append < appends; append++) {
            for (int producer = 0; producer < 2; producer++) {
                final FleetScript script = script(round, producer);
                position += 64;
                for (int series = 0; series < script.series(); series++) {
                    final int first = (int) script.samples(series, append);
                    final int count = (int) script.samples(series, append + 1) - first;
                    if (count > 0) {
                        final long[] timestamps = new long[count];
                        final long[] bits = new long[count];
                        for (int i = 0; i < count; i++) {
                            timestamps[i] = script.timestamp(series, first + i);
                            bits[i] = script.valueBits(series, first + i);
                        }
                        entries.add(new Entry(
                                producer,
                                series,
                                append,
                                script.labels(series),
                                new TestSamples(Lsn.of(series % 2, position), timestamps, bits)));
                    }
                }
            }
        }
        return entries;
    }
}
