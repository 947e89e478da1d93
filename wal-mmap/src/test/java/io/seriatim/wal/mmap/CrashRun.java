package io.seriatim.wal.mmap;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Durability;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.LsnVector;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.TimeSeries;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/// One random life of a log, told by a seed: sessions of appends, flushes and truncations, each ended by a close, a
/// kill or a power loss. At random calls of the storage, in the middle of whatever the log is at, images of a crash
/// in that very moment are checked, and the real run goes on. Deterministic: one thread, no clock.
final class CrashRun {
    private static final int SERIES = 6;
    private static final int SESSIONS = 4;
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration ALWAYS = Duration.ofNanos(1);

    private final Random random;
    private final Consumer<FaultyStorage> plant;
    private final CrashOracle oracle = new CrashOracle();
    private final double imageRate;
    private SimulatedStorage storage = new SimulatedStorage();
    private MappedWal wal;
    private WalConfig config;
    private int images;
    private AssertionError broken;

    /// @param plant changes what is under the log, for instance makes it lie
    CrashRun(long seed, Consumer<FaultyStorage> plant) {
        this.random = new Random(seed);
        this.plant = plant;
        this.imageRate = 0.02 + 0.1 * random.nextDouble();
    }

    /// @return the number of images checked
    /// @throws AssertionError if a promise was broken
    int run() throws InterruptedException {
        try {
            for (int session = 0; session < SESSIONS; session++) {
                session();
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
        final FaultyStorage faulty = new FaultyStorage(storage);
        plant.accept(faulty);
        faulty.observe(this::maybeCrash);
        wal = MappedWal.open(config, faulty, null);
        oracle.opened();
        final int steps = 5 + random.nextInt(60);
        for (int step = 0; step < steps; step++) {
            step();
            oracle.observe(wal);
        }
        if (random.nextInt(4) == 0) {
            wal.close();
            oracle.observe(wal);
        }
    }

    /// The session's last moment: what is there then is what the next one finds.
    private void end() {
        final boolean killed = random.nextBoolean();
        final SimulatedStorage next = killed ? storage.killProcess() : storage.crash(randomPolicy(storage));
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

    private CrashPolicy randomPolicy(SimulatedStorage from) {
        final int items = from.unforced();
        return switch (random.nextInt(8)) {
            case 0 -> CrashPolicy.NOTHING;
            case 1 -> CrashPolicy.EVERYTHING;
            case 2 -> CrashPolicy.only(items == 0 ? 0 : random.nextInt(items));
            case 3 -> CrashPolicy.allBut(items == 0 ? 0 : random.nextInt(items));
            case 4, 5 -> CrashPolicy.tearing(random);
            default -> CrashPolicy.random(random);
        };
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
        final boolean dull = event.call() == FaultyStorage.Call.WRITE || event.call() == FaultyStorage.Call.READ;
        if (random.nextDouble() >= (dull ? imageRate / 10 : imageRate)) {
            return;
        }
        if (wal != null) {
            oracle.observe(wal);
        }
        final boolean killed = random.nextInt(3) == 0;
        final SimulatedStorage image = killed ? storage.killProcess() : storage.crash(randomPolicy(storage));
        final CrashOracle.Found found = check(image, killed);
        if (random.nextInt(6) == 0) {
            recover(image, found);
        }
    }

    private CrashOracle.Found check(SimulatedStorage image, boolean killed) {
        images++;
        final CrashOracle.Found found = oracle.check(image, killed);
        if (random.nextInt(16) == 0) {
            final CrashOracle.Found parallel = oracle.replay(image, CrashOracle.OPTIONS.threads(2));
            require(parallel.order().size() == found.order().size(), "another replay in parallel");
        }
        return found;
    }

    /// Opens an image, and loses power again: at some call while it is opened, when it has been, and after more
    /// appends. All that was found must be found each time.
    private void recover(SimulatedStorage image, CrashOracle.Found found) {
        final WalConfig config = randomConfig(random).durability(Durability.ASYNC);
        final boolean[] onDisk = {image.unforced() == 0};
        final FaultyStorage faulty = new FaultyStorage(image);
        faulty.observe(event -> {
            if (onDisk[0] && event.call() != FaultyStorage.Call.WRITE && random.nextInt(8) == 0) {
                requireSame(found, image.crash(randomPolicy(image)), 0);
            }
        });
        final MappedWal again;
        try {
            again = MappedWal.open(config, faulty, null);
        } catch (WalException failure) {
            throw new AssertionError("recovery is refused", failure);
        }
        onDisk[0] = false; // from now on the observer does not know what to expect
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
        switch (random.nextInt(14)) {
            case 0, 1, 2, 3 -> appendByHandle(1 + random.nextInt(30));
            case 4, 5 -> appendSeries();
            case 6, 7 -> appendBatch();
            case 8 -> appendRecord();
            case 9 -> wal.flush();
            case 10 -> appendDurable();
            case 11 -> truncate();
            default -> {
                for (int i = random.nextInt(8); i >= 0; i--) {
                    wal.doWork();
                }
            }
        }
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
            final int series = random.nextInt(SERIES);
            final long bits = randomBits();
            final int number = oracle.beginSample(series, bits);
            final long lsn = wal.series(CrashOracle.labels(series)).append(number, Double.longBitsToDouble(bits));
            oracle.returned(number, lsn);
        }
    }

    private void appendDurable() {
        final int series = random.nextInt(SERIES);
        final int number = oracle.beginSample(series, 0);
        final long lsn = wal.series(CrashOracle.labels(series)).appendDurable(number, 0.0);
        oracle.returned(number, lsn);
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
            oracle.returned(number, lsn);
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
                oracle.returned(numbers[i], lsns.lsn(shards[i]));
            }
        }
    }

    private void appendRecord() {
        final int longest = config.maxFrameBytes() - 16;
        final int length = random.nextInt(4) == 0 ? random.nextInt(longest + 1) : random.nextInt(100);
        final int number = oracle.beginRecord(length);
        final byte[] payload = CrashOracle.payload(number, length);
        oracle.returned(number, wal.appendRecord(random.nextInt(config.shards()), number, payload, 0, length));
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
        wal.truncateBefore(checkpoint);
        oracle.truncated();
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
        public void onRecord(io.seriatim.wal.OpaqueRecord record) {
            order.add(record.kind());
        }
    }
}
