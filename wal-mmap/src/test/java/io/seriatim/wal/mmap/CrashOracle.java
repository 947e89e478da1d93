package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.LsnVector;
import io.seriatim.wal.NotALogException;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayPolicy;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Knows what was appended to a log, and so what must, may and must not be found in it after a crash. Not
/// thread-safe.
///
/// Its unit is one sample, whose number is its timestamp, or one opaque record, whose number is its kind. Numbers
/// grow with time, so "in order" is "ascending".
final class CrashOracle {
    static final Path LOG = Path.of("/simulated/wal");

    /// With small buffers: allocating large ones would take most of the time.
    static final ReplayOptions OPTIONS = ReplayOptions.defaults().memoryBytes(128 * 1024);

    private static final int RECORD = -1;

    private final List<Unit> units = new ArrayList<>();
    // Per state of knowledge, by number.
    private final BitSet possible = new BitSet();
    private final BitSet returned = new BitSet();
    private final BitSet promised = new BitSet();
    private final BitSet promisedByItsEpoch = new BitSet();
    private final BitSet unconfirmed = new BitSet();
    private final BitSet undecided = new BitSet();
    private final BitSet salvaged = new BitSet();
    private final BitSet beingTruncated = new BitSet();

    private boolean neverTorn = true;

    private static final class Unit {
        private final int series;
        private final long bits;
        private long lsn = -1;

        private Unit(int series, long bits) {
            this.series = series;
            this.bits = bits;
        }
    }

    /// What one replay has delivered.
    ///
    /// @param order  the numbers in the order of their delivery
    /// @param report null if there was no log
    record Found(List<Integer> order, ReplayReport report) {
        private BitSet set() {
            final BitSet set = new BitSet();
            order.forEach(set::set);
            return set;
        }
    }

    static Labels labels(int series) {
        return Labels.of("__name__", "crash", "series", "s" + series);
    }

    static byte[] payload(int number, int length) {
        final byte[] bytes = new byte[length];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    /// A sample is about to be appended.
    ///
    /// @return its number and timestamp
    int beginSample(int series, long bits) {
        return begin(new Unit(series, bits));
    }

    /// A record is about to be appended.
    ///
    /// @return its number and kind
    int beginRecord(int length) {
        return begin(new Unit(RECORD, length));
    }

    private int begin(Unit unit) {
        units.add(unit);
        possible.set(units.size() - 1);
        return units.size() - 1;
    }

    void returned(int number, long lsn) {
        units.get(number).lsn = lsn;
        returned.set(number);
        unconfirmed.set(number);
    }

    /// Notes what the log says is durable now.
    void observe(MappedWal wal) {
        for (int number = unconfirmed.nextSetBit(0); number >= 0; number = unconfirmed.nextSetBit(number + 1)) {
            final long lsn = units.get(number).lsn;
            if (wal.durable(Lsn.shard(lsn)) >= lsn) {
                promised(number);
            }
        }
    }

    /// Somebody was told that a unit is durable.
    void promised(int number) {
        promised.set(number);
        promisedByItsEpoch.set(number);
        unconfirmed.clear(number);
    }

    /// From now until [#truncated] what lies below the floors may be there or not.
    void truncating(LsnVector floors) {
        for (int number = returned.nextSetBit(0); number >= 0; number = returned.nextSetBit(number + 1)) {
            final long lsn = units.get(number).lsn;
            if (promised.get(number) && Lsn.shard(lsn) < floors.shards() && lsn <= floors.lsn(Lsn.shard(lsn))) {
                beingTruncated.set(number);
            }
        }
        // Labels of what power loss left may have been found in a segment that goes now: never promised, so no loss.
        for (int number = salvaged.nextSetBit(0); number >= 0; number = salvaged.nextSetBit(number + 1)) {
            if (Lsn.position(floors.lsn(Lsn.shard(units.get(number).lsn))) > 0) {
                salvaged.clear(number);
                returned.clear(number);
                promised.clear(number);
            }
        }
        returned.andNot(beingTruncated);
        promised.andNot(beingTruncated);
        promisedByItsEpoch.andNot(beingTruncated);
    }

    void truncated() {
        possible.andNot(beingTruncated);
        beingTruncated.clear();
    }

    /// What was to be truncated may be there or not, and may come back with the power, until the next opening.
    void truncationFailed() {
        undecided.or(beingTruncated);
        beingTruncated.clear();
    }

    /// Goes on with what was found, the rest being gone for good.
    ///
    /// @param onDisk true if what was found can no longer be lost
    void goOnWith(Found found, boolean onDisk) {
        final BitSet there = found.set();
        undecided.and(possible);
        possible.and(there);
        if (!onDisk) {
            undecided.or(beingTruncated);
            possible.or(undecided);
        }
        returned.clear();
        returned.or(there);
        promised.and(there);
        promisedByItsEpoch.and(there);
        if (onDisk) {
            neverTorn = false;
            promised.or(there);
            salvaged.or(there);
        }
        salvaged.and(there);
        salvaged.andNot(promisedByItsEpoch);
        beingTruncated.clear();
        unconfirmed.clear();
    }

    /// The log has been opened: what was found is durable now.
    void opened() {
        possible.clear();
        possible.or(returned);
        undecided.clear();
        promised.or(returned);
    }

    /// Checks an image.
    ///
    /// @param killed true if only the process died: then everything returned must be there
    /// @return what is in it
    Found check(Storage image, boolean killed) {
        final Found found = replay(image, OPTIONS);
        final BitSet there = found.set();
        requireAll(killed ? returned : promised, there, killed ? "returned" : "durable");
        final BitSet invented = (BitSet) there.clone();
        invented.andNot(possible);
        require(invented.isEmpty(), "found what was never appended, or is gone for good: " + invented);
        if (found.report == null) {
            return found;
        }
        final ReplayReport.State state = found.report.state();
        require(
                neverTorn && killed ? state == ReplayReport.State.SOUND : state != ReplayReport.State.DAMAGED,
                "false alarm: killed=" + killed + " " + found.report.damages());
        final BitSet prefix = replay(image, OPTIONS.policy(ReplayPolicy.PREFIX)).set();
        requireAll(neverTorn && killed ? returned : promisedByItsEpoch, prefix, "durable, under PREFIX");
        return found;
    }

    private void requireAll(BitSet wanted, BitSet there, String what) {
        final BitSet missing = (BitSet) wanted.clone();
        missing.andNot(there);
        require(missing.isEmpty(), "lost what was " + what + ": " + missing + describe(missing));
    }

    private String describe(BitSet numbers) {
        final StringBuilder text = new StringBuilder();
        numbers.stream().limit(5).forEach(number -> text.append(" ").append(Lsn.toString(units.get(number).lsn)));
        return text.toString();
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }

    /// Reads an image and compares every bit of what comes with what was appended.
    Found replay(Storage image, ReplayOptions options) {
        final Reader reader = new Reader();
        try {
            return new Found(reader.order, MappedWal.replay(image, LOG, options, reader));
        } catch (NotALogException _) {
            return new Found(List.of(), null);
        }
    }

    private final class Reader implements ReplayHandler {
        private final List<Integer> order = new ArrayList<>();
        private final BitSet seen = new BitSet();
        private final Map<Object, Integer> last = new HashMap<>();

        @Override
        public synchronized void onSamples(Labels series, Samples samples) {
            for (int i = 0; i < samples.count(); i++) {
                final Unit unit = unit(samples.timestamp(i), samples.lsn());
                require(unit.series != RECORD && labels(unit.series).equals(series), "labels of another: " + series);
                require(unit.bits == samples.valueBits(i), "another value: number=" + samples.timestamp(i));
                delivered((int) samples.timestamp(i), series);
            }
        }

        @Override
        public synchronized void onRecord(OpaqueRecord record) {
            final Unit unit = unit(record.kind(), record.lsn());
            require(unit.series == RECORD, "not a record: kind=" + record.kind());
            require(
                    Arrays.equals(payload(record.kind(), (int) unit.bits), record.toByteArray()),
                    "other bytes: kind=" + record.kind());
            delivered(record.kind(), "records of " + Lsn.shard(record.lsn()));
        }

        @Override
        public synchronized void onOrphan(long epochId, int ref, Samples samples) {
            for (int i = 0; i < samples.count(); i++) {
                final Unit unit = unit(samples.timestamp(i), samples.lsn());
                require(unit.bits == samples.valueBits(i), "another value: number=" + samples.timestamp(i));
            }
        }

        private Unit unit(long number, long lsn) {
            require(number >= 0 && number < units.size(), "never appended: number=" + number);
            final Unit unit = units.get((int) number);
            require(unit.lsn < 0 || unit.lsn == lsn, "another lsn: number=" + number + " lsn=" + Lsn.toString(lsn));
            unit.lsn = lsn; // of an append that was cut off before it returned
            return unit;
        }

        private void delivered(int number, Object series) {
            require(!seen.get(number), "twice: number=" + number);
            final Integer before = last.put(series, number);
            require(before == null || before < number, "out of order: number=" + number + " before=" + before);
            seen.set(number);
            order.add(number);
        }
    }
}
