package io.seriatim.wal.mmap;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Durability;
import io.seriatim.wal.Exemplar;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.LsnVector;
import io.seriatim.wal.Metadata;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.TimeSeries;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalException;
import io.seriatim.wal.WalIoException;
import io.seriatim.wal.WalPoisonedException;
import io.seriatim.wal.format.SegmentHeader;
import io.seriatim.wal.mmap.FaultyStorage.Call;
import io.seriatim.wal.mmap.FaultyStorage.Effect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/// One random life of a log, told by a seed: sessions of appends, flushes and truncations, each ended by a close, a
/// kill or a power loss. At random calls of the storage, inside random claims and inside random forces, in the middle
/// of whatever the log is at, images of a crash in that very moment are checked; the run goes on, or with one of them.
/// Some images are opened, and crash again while they are, and their images in turn. Deterministic: one thread, and no
/// clock but that of a failed preparation's next attempt.
final class CrashRun {
    private static final int SERIES = 6;
    private static final int SESSIONS = 4;
    private static final int MOST_IMAGES = 1 << CrashImages.EXHAUSTIVE_ITEMS;
    private static final int DEEPEST_RECOVERY = 3;
    /// Lower seeds append no histograms, exemplars and metadata: what they once found they find again.
    static final long DETAILS_FROM = 1_000_000;

    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration ALWAYS = Duration.ofNanos(1);

    private static final Call[] MISHAPS = {
        Call.FORCE_RANGE,
        Call.FORCE_RANGE,
        Call.FORCE,
        Call.RENAME,
        Call.SYNC_DIRECTORY,
        Call.CREATE,
        Call.DELETE,
        Call.MAP
    };

    private final Random random;
    private final boolean mishaps;
    private final boolean details;
    private final Consumer<FaultyStorage> plant;
    private final CrashOracle oracle = new CrashOracle();
    private final double imageRate;
    private final List<Integer> recordsOfFrames = new ArrayList<>();
    private SimulatedStorage storage = new SimulatedStorage();
    private MappedWal wal;
    private WalConfig config;
    private int images;
    private AssertionError broken;
    private SimulatedStorage died;
    private boolean diesOfKill;
    private boolean closing;

    /// Unwinds what a dead process would not have gone on with.
    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    /// @param plant changes what is under the log, for instance makes it lie
    /// @param mishaps true to make calls fail now and then, which no promise may suffer from
    CrashRun(long seed, boolean mishaps, Consumer<FaultyStorage> plant) {
        this.random = new Random(seed);
        this.details = seed >= DETAILS_FROM;
        this.mishaps = mishaps;
        this.plant = plant;
        this.imageRate = 0.005 + 0.03 * random.nextDouble();
    }

    /// @return the number of images checked
    /// @throws AssertionError if a promise was broken
    int run() throws InterruptedException {
        try {
            for (int session = 0; session < SESSIONS; session++) {
                try {
                    session();
                } catch (Died | WalPoisonedException end) {
                    if (died == null) {
                        throw end;
                    }
                }
                end();
            }
        } catch (RuntimeException | Error failure) {
            if (broken != null) {
                throw broken; // what the log has made of it says less
            }
            throw failure;
        } finally {
            storage.close();
        }
        return images;
    }

    private void session() throws InterruptedException {
        config = randomConfig(random);
        closing = false;
        final FaultyStorage faulty = new FaultyStorage(storage);
        plant.accept(faulty);
        faulty.observe(this::maybeCrash);
        storage.whileForcing(this::insideForce);
        final FaultyStorage.Fault mishap = mishaps && random.nextInt(3) == 0 ? mishap(faulty) : null;
        try {
            wal = MappedWal.open(config, faulty, this::insideClaim);
        } catch (WalIoException refused) {
            require(mishap != null && mishap.hits() == 1, "refused: " + refused);
            wal = MappedWal.open(config, faulty, this::insideClaim);
        }
        oracle.opened();
        try {
            steps();
        } catch (WalPoisonedException poisoned) {
            if (died != null) {
                throw poisoned;
            }
            require(mishap != null && mishap.hits() == 1, "poisoned: " + poisoned);
        }
        requireAlive();
        oracle.observe(wal);
    }

    private void steps() throws InterruptedException {
        final int steps = 5 + random.nextInt(60);
        for (int step = 0; step < steps; step++) {
            step();
            requireAlive();
            storage.note();
            oracle.observe(wal);
        }
        if (random.nextInt(4) == 0) {
            closing = true;
            wal.close();
        }
    }

    /// One call of the session fails, or does its work and says that it failed.
    private FaultyStorage.Fault mishap(FaultyStorage faulty) {
        final Call call = MISHAPS[random.nextInt(MISHAPS.length)];
        final Effect effect = call == Call.FORCE_RANGE && random.nextBoolean()
                ? Effect.FAIL_AND_CLEAN
                : random.nextBoolean() ? Effect.FAIL : Effect.FAIL_AFTERWARDS;
        return faulty.fail(call, "*").with(effect).after(random.nextInt(30)).once();
    }

    /// The session's last moment: what is there then is what the next one finds.
    private void end() {
        if (died == null) {
            diesOfKill = random.nextBoolean();
            died = image(diesOfKill);
        }
        final SimulatedStorage next = died;
        final boolean killed = diesOfKill;
        died = null;
        wal = null;
        final CrashOracle.Found found = check(next, killed);
        oracle.goOnWith(found, !killed);
        storage.close();
        storage = next;
    }

    private static WalConfig randomConfig(Random random) {
        return WalConfig.at(CrashOracle.LOG)
                .shards(1 + random.nextInt(3))
                .segmentBytes(8192 + 4096 * random.nextInt(3))
                .flushEvery(random.nextBoolean() ? NEVER : ALWAYS)
                .flushBytes(1L << 8 + random.nextInt(8))
                .durability(random.nextInt(5) == 0 ? Durability.GROUP : Durability.ASYNC)
                .callerRuns(true);
    }

    private SimulatedStorage image(boolean killed) {
        return killed ? storage.killProcess() : storage.crash(randomPolicy(storage));
    }

    private CrashPolicy randomPolicy(SimulatedStorage from) {
        return oneOf(CrashImages.of(from.choices(), random, 16));
    }

    private CrashPolicy oneOf(List<CrashPolicy> policies) {
        return policies.get(random.nextInt(policies.size()));
    }

    private void maybeCrash(FaultyStorage.Event event) {
        try {
            maybeCrashAt(event);
        } catch (AssertionError failure) {
            broken = broken == null ? failure : broken;
            throw failure;
        }
    }

    private void maybeCrashAt(FaultyStorage.Event event) {
        if (died != null) {
            return; // only unwinding
        }
        final boolean dull = event.call() == FaultyStorage.Call.WRITE || event.call() == FaultyStorage.Call.READ;
        if (random.nextDouble() >= (dull ? imageRate / 10 : imageRate)) {
            return;
        }
        crashNow();
    }

    private void crashNow() {
        storage.note();
        if (wal != null) {
            oracle.observe(wal);
        }
        if (random.nextInt(100) == 0) {
            diesOfKill = random.nextInt(3) == 0;
            died = image(diesOfKill);
            throw new Died();
        }
        if (random.nextInt(3) == 0) {
            checkAndRecover(storage.killProcess(), true);
            return;
        }
        final int most = switch (random.nextInt(100)) {
            case 0 -> random.nextInt(40) == 0 ? MOST_IMAGES : MOST_IMAGES / 32;
            case 1, 2, 3, 4, 5, 6 -> 30;
            default -> 4;
        };
        for (final CrashPolicy policy : CrashImages.of(storage.choices(), random, most)) {
            checkAndRecover(storage.crash(policy), false);
        }
    }

    private void checkAndRecover(SimulatedStorage image, boolean killed) {
        final CrashOracle.Found found = check(image, killed);
        if (wal != null && !killed) {
            oracle.requireNoMoreAsserted(found, wal);
        }
        if (random.nextInt(12) == 0) {
            plantLoss(image, found);
        }
        if (random.nextInt(16) == 0) {
            recover(image, found, 1);
        }
    }

    /// Between a claim and its commit: others append behind the open claim, and the crash can come here as well.
    private void insideClaim(int shard, long position) {
        storage.note();
        if (random.nextInt(20) == 0) {
            interfere(true);
        }
    }

    /// A force has been called and has not returned: what is stored now it does not cover.
    private void insideForce() {
        if (random.nextInt(4) == 0) {
            interfere(random.nextInt(8) == 0);
        }
    }

    private void interfere(boolean crash) {
        if (wal == null || died != null || config.durability() == Durability.GROUP) {
            return;
        }
        if (!closing && wal.stats().shards().stream().allMatch(each -> each.spares() > 1)) {
            // A series that nobody else appends to: its order does not depend on when the open claim commits.
            appendTo(SERIES);
            appendTo(SERIES);
            storage.note();
        }
        if (crash) {
            try {
                crashNow();
            } catch (AssertionError failure) {
                broken = broken == null ? failure : broken;
                throw failure;
            }
        }
    }

    private CrashOracle.Found check(SimulatedStorage image, boolean killed) {
        images++;
        final CrashOracle.Found found = oracle.check(image, killed);
        if (random.nextInt(4) == 0) {
            oracle.checkPrefix(image, found, killed);
        }
        if (random.nextInt(16) == 0) {
            final CrashOracle.Found parallel = oracle.replay(image, CrashOracle.OPTIONS.threads(2));
            require(parallel.order().size() == found.order().size(), "another replay in parallel");
        }
        return found;
    }

    /// Destroys one frame that was found. Below what the log asserts to be durable that is a loss, above it is not:
    /// the report must say so, and nothing else that is below may be missing.
    private void plantLoss(SimulatedStorage image, CrashOracle.Found found) {
        if (found.order().isEmpty()) {
            return;
        }
        images++;
        final int copies = recordsOfFrames.isEmpty() ? -1 : recordsOfFrames.get(random.nextInt(recordsOfFrames.size()));
        final int number = random.nextInt(3) == 0 && found.order().contains(copies)
                ? copies // whoever searches behind the damage meets frames that are none
                : found.order().get(random.nextInt(found.order().size()));
        final SimulatedStorage damaged = image.crash(CrashPolicy.EVERYTHING);
        oracle.damage(damaged, number, random.nextInt(8));
        oracle.checkDamaged(image, damaged, found, number);
    }

    /// Opens an image, and loses power again: at some call while it is opened, when it has been, and after more
    /// appends. All that was found must be found each time, also by who recovers what the crash in a recovery left.
    private void recover(SimulatedStorage image, CrashOracle.Found found, int depth) {
        final WalConfig config = randomConfig(random).durability(Durability.ASYNC);
        final boolean[] onDisk = {image.unforced() == 0};
        final boolean[] opening = {true};
        final Map<Path, byte[]> evidence = CrashOracle.segments(image);
        final FaultyStorage faulty = new FaultyStorage(image);
        plant.accept(faulty);
        faulty.observe(event -> {
            if (opening[0] && random.nextInt(event.call() == Call.WRITE ? 80 : 8) == 0) {
                crashInRecovery(image, found, onDisk[0], depth);
            }
        });
        final MappedWal again;
        try {
            again = MappedWal.open(config, faulty, null);
        } catch (WalException failure) {
            throw new AssertionError("recovery is refused", failure);
        }
        opening[0] = false; // from now on the observer does not know what to expect
        CrashOracle.requireUnaltered(evidence, image);
        require(again.recovered().state() != ReplayReport.State.DAMAGED, "false alarm: " + again.recovered());
        requireSame(found, image.killProcess(), 0);
        requireSame(found, image.crash(randomPolicy(image)), 0);
        // The numbers are taken, but the oracle is not told: so there must be just so many records more.
        final int more = 1 + random.nextInt(5);
        for (int i = 0; i < more; i++) {
            again.series(Labels.of("__name__", "after")).append(i, i);
        }
        try {
            again.flush();
        } catch (InterruptedException failure) {
            throw new AssertionError(failure);
        }
        requireSame(found, image.crash(CrashPolicy.NOTHING), more);
        requireSame(found, image.crash(randomPolicy(image)), more);
        image.close();
    }

    private void crashInRecovery(SimulatedStorage image, CrashOracle.Found found, boolean onDisk, int depth) {
        final boolean killed = random.nextInt(3) == 0;
        final SimulatedStorage nested = killed ? image.killProcess() : image.crash(randomPolicy(image));
        if (!onDisk && !killed) {
            images++;
            oracle.check(nested, false); // what the first crash left in the page cache only may be gone now
            return;
        }
        requireSame(found, nested, 0);
        if (depth < DEEPEST_RECOVERY && random.nextInt(4) == 0) {
            recover(nested, found, depth + 1);
        }
    }

    private void requireSame(CrashOracle.Found found, SimulatedStorage image, int more) {
        images++;
        final List<Integer> order = new ArrayList<>();
        final int[] after = new int[1];
        if (found.report() == null && more == 0) {
            return;
        }
        final ReplayReport report =
                MappedWal.replay(image, CrashOracle.LOG, CrashOracle.OPTIONS, new Collector(order, after));
        require(
                order.equals(found.order()),
                "recovery changed what is found: before=" + found.order() + " after=" + order);
        require(after[0] == more, "lost after recovery: found=" + after[0] + " appended=" + more);
        require(report.state() != ReplayReport.State.DAMAGED, "false alarm after recovery: " + report.damages());
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }

    private void step() throws InterruptedException {
        switch (random.nextInt(15)) {
            case 0, 1, 2, 3 -> appendByHandle(1 + random.nextInt(30));
            case 4, 5 -> appendSeries();
            case 6, 7 -> appendBatch();
            case 8 -> appendRecord();
            case 9 -> wal.flush();
            case 10 -> appendDurable();
            case 11 -> truncate();
            case 12 -> settle();
            default -> {
                for (int i = random.nextInt(8); i >= 0; i--) {
                    wal.doWork();
                }
            }
        }
    }

    /// What a shard does after another one's death does not count.
    private void requireAlive() {
        if (died != null) {
            throw new Died();
        }
    }

    private void returned(int number, long lsn) {
        requireAlive();
        oracle.returned(number, lsn);
    }

    private long randomBits() {
        return switch (random.nextInt(4)) {
            case 0 -> 0x7ff0000000000002L; // the staleness marker of Prometheus
            case 1 -> random.nextLong();
            default -> Double.doubleToRawLongBits(random.nextInt(1000));
        };
    }

    private void appendByHandle(int count) {
        for (int i = 0; i < count; i++) {
            appendTo(random.nextInt(SERIES));
        }
    }

    private void appendTo(int series) {
        final long bits = randomBits();
        final int number = oracle.beginSample(series, bits);
        final SeriesHandle handle = wal.series(CrashOracle.labels(series));
        // Appends to the series of those that interfere nest, and an append of two frames has no place among them.
        final long lsn = switch (details && series < SERIES ? number % 4 : 0) {
            case 1 -> handle.append(number, histogram(number, bits));
            case 2 -> handle.appendExemplar(number, Double.longBitsToDouble(bits), CrashOracle.labels(series));
            case 3 -> handle.appendMetadata(number, Labels.of(CrashOracle.BITS, Long.toString(bits)));
            default -> handle.append(number, Double.longBitsToDouble(bits));
        };
        returned(number, lsn);
    }

    private static Histogram histogram(int number, long bits) {
        final Histogram histogram = new Histogram().addBound(number).count(bits);
        for (int i = 0; i < number % 40; i++) {
            histogram.addBound(number + i);
        }
        return histogram;
    }

    private void appendDurable() {
        final int series = random.nextInt(SERIES);
        final int number = oracle.beginSample(series, 0);
        final long lsn = wal.series(CrashOracle.labels(series)).appendDurable(number, 0.0);
        returned(number, lsn);
        require(wal.durable(Lsn.shard(lsn)) >= lsn, "not durable: " + Lsn.toString(lsn));
    }

    private void appendSeries() {
        final int series = random.nextInt(SERIES);
        final int count = random.nextInt(20);
        final int[] numbers = new int[count];
        final double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            final long bits = randomBits();
            numbers[i] = oracle.beginSample(series, bits);
            values[i] = Double.longBitsToDouble(bits);
        }
        final long lsn = wal.append(new ArraySeries(CrashOracle.labels(series), numbers, values));
        for (final int number : numbers) {
            returned(number, lsn);
        }
    }

    private record ArraySeries(Labels labels, int[] numbers, double[] values) implements TimeSeries {
        @Override
        public int count() {
            return numbers.length;
        }

        @Override
        public long timestamp(int index) {
            return numbers[index];
        }

        @Override
        public double value(int index) {
            return values[index];
        }
    }

    private void appendBatch() {
        final int count = 1 + random.nextInt(40);
        final int[] numbers = new int[count];
        final int[] shards = new int[count];
        try (Batch batch = wal.batch()) {
            for (int i = 0; i < count; i++) {
                final int series = random.nextInt(SERIES);
                final long bits = randomBits();
                numbers[i] = oracle.beginSample(series, bits);
                shards[i] = wal.series(CrashOracle.labels(series)).shard();
                batch.add(wal.series(CrashOracle.labels(series)), numbers[i], Double.longBitsToDouble(bits));
            }
            final LsnVector lsns = batch.commit();
            for (int i = 0; i < count; i++) {
                returned(numbers[i], lsns.lsn(shards[i]));
            }
        }
    }

    private void appendRecord() {
        final int longest = config.maxFrameBytes() - 16;
        final int length = random.nextInt(4) == 0 ? random.nextInt(longest + 1) : random.nextInt(100);
        final int shard = random.nextInt(config.shards());
        final boolean copies = random.nextInt(3) == 0;
        final byte[] payload = copies ? framesOf(shard, longest) : new byte[length];
        if (!copies) {
            random.nextBytes(payload);
        }
        final int number = oracle.beginRecord(payload);
        if (copies) {
            recordsOfFrames.add(number);
        }
        returned(number, wal.appendRecord(shard, number, payload, 0, payload.length));
    }

    /// Somebody keeps a copy of a log in a log: valid frames, but not in their place.
    private byte[] framesOf(int shard, int longest) {
        byte[] segment = new byte[SegmentHeader.HEADER_BYTES];
        for (final Map.Entry<Path, byte[]> each : CrashOracle.segments(storage).entrySet()) {
            // The newest that is in use, mostly.
            final boolean used = each.getValue().length > SegmentHeader.HEADER_BYTES
                    && each.getValue()[SegmentHeader.HEADER_BYTES] != 0;
            if (used && each.getKey().startsWith(LogFiles.shard(CrashOracle.LOG, shard)) && random.nextInt(8) > 0) {
                segment = each.getValue();
            }
        }
        final int most = Math.min(longest, segment.length - SegmentHeader.HEADER_BYTES) & -8;
        return Arrays.copyOfRange(
                segment,
                SegmentHeader.HEADER_BYTES,
                SegmentHeader.HEADER_BYTES + Math.min(most, 8 * (1 + random.nextInt(200))));
    }

    /// A log that is left alone asserts in the end that all of it is durable.
    private void settle() throws InterruptedException {
        wal.flush();
        if (config.flushEvery() == ALWAYS) {
            SimulatedLog.prepareSpares(wal);
        }
        requireAlive();
        oracle.observe(wal);
        if (config.flushEvery() == ALWAYS && !mishaps) {
            images++;
            oracle.requireAllAsserted(storage.crash(CrashPolicy.NOTHING), wal);
        }
    }

    private void truncate() {
        final Checkpoint end = wal.checkpoint();
        final long[] floors = new long[end.shards()];
        for (int shard = 0; shard < floors.length; shard++) {
            final long position = Lsn.position(end.lsn(shard));
            final long most = shard < config.shards() ? Math.min(position, Lsn.position(wal.durable(shard))) : position;
            floors[shard] = Lsn.of(shard, (long) (most * Math.sqrt(random.nextDouble())));
        }
        final Checkpoint checkpoint = Checkpoint.of(floors);
        oracle.observe(wal);
        oracle.truncating(checkpoint);
        try {
            wal.truncateBefore(checkpoint);
            requireAlive();
            oracle.truncated();
        } catch (WalIoException failure) {
            require(mishaps, "truncation failed: " + failure);
            oracle.truncationFailed();
        }
    }

    /// Collects the numbers of the oracle's units, and counts what was appended after recovery.
    private record Collector(List<Integer> order, int[] after) implements io.seriatim.wal.ReplayHandler {
        @Override
        public void onSamples(Labels series, io.seriatim.wal.Samples samples) {
            if ("after".equals(series.get("__name__"))) {
                after[0] += samples.count();
                return;
            }
            for (int i = 0; i < samples.count(); i++) {
                order.add((int) samples.timestamp(i));
            }
        }

        @Override
        public void onHistogram(Labels series, long timestamp, Histogram histogram, long lsn) {
            order.add((int) timestamp);
        }

        @Override
        public void onExemplar(Labels series, Exemplar exemplar) {
            order.add((int) exemplar.timestamp());
        }

        @Override
        public void onMetadata(Labels series, Metadata metadata) {
            order.add((int) metadata.timestamp());
        }

        @Override
        public void onRecord(io.seriatim.wal.OpaqueRecord record) {
            order.add(record.kind());
        }
    }
}
