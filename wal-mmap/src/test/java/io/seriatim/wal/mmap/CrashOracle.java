package io.seriatim.wal.mmap;

import io.seriatim.wal.Damage;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.LsnVector;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.NotALogException;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayPolicy;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import io.seriatim.wal.format.Bytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/// Knows what was appended to a log, and so what must, may and must not be found in it after a crash. Not
/// thread-safe.
///
/// Its unit is one sample, whose number is its timestamp, or one opaque record, whose number is its kind. Numbers
/// grow with time, so "in order" is "ascending".
final class CrashOracle {
    static final Path LOG = Path.of("/simulated/wal");

    /// With small buffers: allocating large ones would take most of the time.
    static final ReplayOptions OPTIONS = ReplayOptions.defaults().memoryBytes(128 * 1024);

    private static final List<Labels> LABELS = IntStream.range(0, 16)
            .mapToObj(series -> Labels.of("__name__", "crash", "series", "s" + series))
            .toList();
    /// What metadata says.
    static final String BITS = "bits";

    private static final int RECORD = -1;
    private static final int HEADER_BASE_OFFSET = 72;

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
    private boolean diskFailed;

    private static final class Unit {
        private final int series;
        private final long bits;
        private final byte[] bytes;
        private long lsn = -1;

        private Unit(int series, long bits, byte[] bytes) {
            this.series = series;
            this.bits = bits;
            this.bytes = bytes;
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
        return LABELS.get(series);
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
        return begin(new Unit(series, bits, null));
    }

    /// A record is about to be appended.
    ///
    /// @return its number and kind
    int beginRecord(byte[] bytes) {
        return begin(new Unit(RECORD, 0, bytes));
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
        require(
                neverTorn && killed ? found.report.state() == ReplayReport.State.SOUND : isRight(found.report),
                "false alarm: killed=" + killed + " " + found.report.damages());
        return found;
    }

    /// From now on there may be holes on the machine's own run, without a crash: the kernel may have dropped what a
    /// failed force did not write.
    void diskFailed() {
        diskFailed = true;
    }

    /// @param verdict of an opening, on a damage that it found
    void recovered(Damage.Verdict verdict) {
        require(isRight(verdict), "false alarm at an opening: " + verdict);
    }

    /// @return false if a report calls lost what is not, or undetermined what crashes explain
    boolean isRight(ReplayReport report) {
        return report.damages().stream().allMatch(damage -> isRight(damage.verdict()));
    }

    private boolean isRight(Damage.Verdict verdict) {
        return switch (verdict) {
            case HARMLESS, TORN -> true;
            case UNDETERMINED -> diskFailed;
            case LOST -> false;
        };
    }

    /// Checks what an image gives under PREFIX.
    void checkPrefix(Storage image, Found found, boolean killed) {
        if (found.report != null) {
            final BitSet prefix =
                    replay(image, OPTIONS.policy(ReplayPolicy.PREFIX)).set();
            requireAll(neverTorn && killed ? returned : promisedByItsEpoch, prefix, "durable, under PREFIX");
        }
    }

    /// What the log asserts to be durable must have been published as durable, and so forced.
    void requireNoMoreAsserted(Found found, MappedWal wal) {
        for (int shard = 0; found.report != null && shard < wal.config().shards(); shard++) {
            final long asserted = asserted(found, shard);
            require(
                    asserted <= Lsn.position(wal.durable(shard)),
                    "asserts more than was durable: shard=" + shard + " asserted=" + asserted + " durable="
                            + Lsn.toString(wal.durable(shard)));
        }
    }

    private static long asserted(Found found, int shard) {
        return found.report.shards().stream()
                .filter(each -> each.shard() == shard)
                .mapToLong(ReplayReport.Shard::durable)
                .findAny()
                .orElse(0);
    }

    /// The log was left alone: whatever it has promised, it must by now assert on disk.
    void requireAllAsserted(Storage image, MappedWal wal) {
        final Found found = replay(image, OPTIONS);
        for (final int number : found.order) {
            final long lsn = units.get(number).lsn;
            require(
                    Lsn.shard(lsn) >= wal.config().shards() || Lsn.position(lsn) <= asserted(found, Lsn.shard(lsn)),
                    "durable, but an idle log does not assert it: " + Lsn.toString(lsn) + " asserted="
                            + asserted(found, Lsn.shard(lsn)));
        }
    }

    /// Destroys one byte near the end of a unit's frame, which can be in one file only: one of the same positions and
    /// a lower sequence was never used.
    void damage(SimulatedStorage image, int number, int fromEnd) {
        final long lsn = units.get(number).lsn;
        final long position = Lsn.position(lsn) - 1 - fromEnd;
        Path file = null;
        long offset = 0;
        for (final Map.Entry<Path, byte[]> each : segments(image).entrySet()) {
            final long base = Bytes.getLong(each.getValue(), HEADER_BASE_OFFSET);
            if (each.getKey().startsWith(LogFiles.shard(LOG, Lsn.shard(lsn)))
                    && base <= position
                    && position < base + each.getValue().length) {
                file = each.getKey();
                offset = position - base;
            }
        }
        CrashRecoveryTest.flip(image, file, offset);
    }

    /// Checks an image after [#damage].
    ///
    /// @param image before it was damaged
    void checkDamaged(SimulatedStorage image, SimulatedStorage damaged, Found before, int number) {
        final Found found = replay(damaged, OPTIONS);
        final long lsn = units.get(number).lsn;
        final BitSet missing = before.set();
        missing.andNot(found.set());
        require(missing.get(number), "a destroyed frame was delivered: number=" + number);
        if (!isProvenDurable(damaged, lsn)) {
            require(
                    found.report.state() != ReplayReport.State.DAMAGED || isProvenDurable(image, lsn),
                    "torn, but called lost: " + Lsn.toString(lsn) + " " + found.report.damages());
            return;
        }
        final long position = Lsn.position(lsn) - 1;
        require(
                found.report.damages().stream()
                        .anyMatch(damage -> damage.shard() == Lsn.shard(lsn)
                                && damage.verdict() == Damage.Verdict.LOST
                                && damage.position() <= position
                                && position < damage.position() + damage.length()),
                "lost, but not called so: " + Lsn.toString(lsn) + " " + found.report.damages());
        final boolean orphans =
                found.report.damages().stream().anyMatch(damage -> damage.kind() == Damage.Kind.ORPHANED_SAMPLES);
        for (int other = missing.nextSetBit(0); other >= 0; other = missing.nextSetBit(other + 1)) {
            final long otherLsn = units.get(other).lsn;
            require(
                    otherLsn == lsn || orphans || !isProvenDurable(image, otherLsn),
                    "lost besides what was destroyed: " + Lsn.toString(otherLsn));
        }
    }

    private static boolean isProvenDurable(SimulatedStorage image, long lsn) {
        return new Evidence(segments(image), LogFiles.shard(LOG, Lsn.shard(lsn))).provesDurable(Lsn.position(lsn));
    }

    /// @return the content of every segment of the log
    static Map<Path, byte[]> segments(SimulatedStorage storage) {
        final Map<Path, byte[]> segments = storage.contents();
        segments.keySet().removeIf(path -> !path.toString().endsWith(LogFiles.SEGMENT_SUFFIX));
        return segments;
    }

    /// Recovery alters no byte of what it found.
    static void requireUnaltered(Map<Path, byte[]> evidence, SimulatedStorage image) {
        final Map<Path, byte[]> now = segments(image);
        evidence.forEach((path, bytes) ->
                require(Arrays.equals(bytes, now.get(path)), "recovery altered the evidence: file=" + path));
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
        public synchronized void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {
            detail(series, timestamp, histogram.count(), lsn);
        }

        @Override
        public synchronized void onExemplar(Labels series, Exemplar exemplar) {
            detail(series, exemplar.timestamp(), exemplar.valueBits(), exemplar.lsn());
        }

        @Override
        public synchronized void onMetadata(Labels series, Metadata metadata) {
            final long bits = Long.parseLong(metadata.attributes().get(BITS));
            detail(series, metadata.timestamp(), bits, metadata.lsn());
        }

        private void detail(Labels series, long number, long bits, long lsn) {
            final Unit unit = unit(number, lsn);
            require(unit.series != RECORD && labels(unit.series).equals(series), "labels of another: " + series);
            require(unit.bits == bits, "another value: number=" + number);
            delivered((int) number, series);
        }

        @Override
        public synchronized void onRecord(OpaqueRecord record) {
            final Unit unit = unit(record.kind(), record.lsn());
            require(unit.series == RECORD, "not a record: kind=" + record.kind());
            require(Arrays.equals(unit.bytes, record.toByteArray()), "other bytes: kind=" + record.kind());
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
