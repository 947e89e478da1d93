package io.seriatim.wal.mmap;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Damage;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.LsnVector;
import io.seriatim.wal.NotALogException;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.Samples;
import io.seriatim.wal.TimeSeries;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalIoException;
import io.seriatim.wal.WalPoisonedException;
import io.seriatim.wal.mmap.FaultyStorage.Call;
import io.seriatim.wal.mmap.FaultyStorage.Effect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// The real log on a recorded disk: one session of a [DevicePlan], in a process of its own, which takes down what it
/// knows to be durable.
final class DeviceWorkload {
    static final int CLOSED = 0;
    static final int POISONED = 3;
    static final int REFUSED = 4;
    static final int KILLED = 9;

    /// Bugs that the images have to show.
    enum Bug {
        NONE,
        A_FORCE_THAT_DOES_NOTHING,
        A_RECOVERY_THAT_FORCES_NOTHING,
        A_NEW_FILE_THAT_IS_NOT_FORCED,
        A_DIRECTORY_THAT_IS_NEVER_SYNCED,
        ACKNOWLEDGED_BEFORE_THE_FORCE,
        A_FAILED_FORCE_IS_TRIED_AGAIN;

        private Storage plant(Storage storage) {
            if (this == A_FAILED_FORCE_IS_TRIED_AGAIN) {
                return RetryingStorage.over(storage);
            }
            final FaultyStorage faulty = new FaultyStorage(storage);
            switch (this) {
                case A_FORCE_THAT_DOES_NOTHING ->
                    faulty.fail(Call.FORCE_RANGE, "*.seg").with(Effect.SKIP);
                case A_RECOVERY_THAT_FORCES_NOTHING ->
                    faulty.fail(Call.FORCE, "*.seg").with(Effect.SKIP);
                case A_NEW_FILE_THAT_IS_NOT_FORCED ->
                    faulty.fail(Call.FORCE, "*.tmp").with(Effect.SKIP);
                case A_DIRECTORY_THAT_IS_NEVER_SYNCED ->
                    faulty.fail(Call.SYNC_DIRECTORY, "*").with(Effect.SKIP);
                case NONE, ACKNOWLEDGED_BEFORE_THE_FORCE, A_FAILED_FORCE_IS_TRIED_AGAIN -> {
                    return storage;
                }
            }
            return faulty;
        }
    }

    /// How a session ends, if nothing goes wrong.
    enum End {
        CLOSE,
        KILL
    }

    private final DevicePlan plan;
    private final int session;
    private final Bug bug;
    private final End end;
    private final DeviceNotes notes;
    private final MappedWal wal;

    private DeviceWorkload(DevicePlan plan, int session, Bug bug, End end, DeviceNotes notes, MappedWal wal) {
        this.plan = plan;
        this.session = session;
        this.bug = bug;
        this.end = end;
        this.notes = notes;
        this.wal = wal;
    }

    static WalConfig config(Path log) {
        return WalConfig.at(log).shards(DevicePlan.SHARDS).segmentBytes(16 * 1024);
    }

    /// A command that runs a session in a process of its own.
    static ProcessBuilder command(Path mount, Path notes, DevicePlan plan, int session, Bug bug, End end, UUID bootId) {
        return Child.of(
                List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                DeviceWorkload.class,
                mount.resolve("wal"),
                notes,
                plan.seed(),
                plan.blocks(),
                session,
                bug,
                end,
                bootId);
    }

    public static void main(String[] arguments) throws Exception {
        final Path log = Path.of(arguments[0]);
        final DevicePlan plan = new DevicePlan(Long.parseLong(arguments[2]), Integer.parseInt(arguments[3]));
        final Bug bug = Bug.valueOf(arguments[5]);
        final DeviceNotes notes = DeviceNotes.connect(Path.of(arguments[1]));
        final Storage storage = OtherBoot.storage(UUID.fromString(arguments[7]));
        final MappedWal wal;
        try {
            wal = MappedWal.open(config(log), bug.plant(storage), null);
        } catch (WalIoException refused) {
            System.out.println(refused);
            System.exit(REFUSED);
            return;
        }
        for (final Damage damage : wal.recovered().damages()) {
            notes.note("recovered " + damage.verdict());
        }
        notes.note("opened" + found(storage, log));
        final End end = End.valueOf(arguments[6]);
        final DeviceWorkload workload = new DeviceWorkload(plan, Integer.parseInt(arguments[4]), bug, end, notes, wal);
        final WalPoisonedException poison = workload.run();
        if (poison != null) {
            workload.stayPoisoned(poison);
            System.exit(POISONED);
        }
        wal.close();
        System.exit(CLOSED);
    }

    /// A failed force is final: nothing is promised, taken or retried any more, whatever the device says now.
    private void stayPoisoned(WalPoisonedException poison) throws InterruptedException {
        final long durable = wal.durable(poison.shard());
        for (int i = 0; i < 5; i++) {
            requirePoisoned("append", () -> wal.appendRecord(poison.shard(), 0, new byte[0], 0, 0));
            requirePoisoned("flush", wal::flush);
            Thread.sleep(10);
        }
        requirePoisoned("close", wal::close);
        if (wal.durable(poison.shard()) != durable || poison.durable() != durable) {
            throw new AssertionError("durable moved: " + Lsn.toString(wal.durable(poison.shard())), poison);
        }
    }

    @FunctionalInterface
    private interface Attempt {
        void run() throws InterruptedException;
    }

    private static void requirePoisoned(String what, Attempt call) throws InterruptedException {
        try {
            call.run();
        } catch (WalPoisonedException _) {
            return;
        }
        throw new AssertionError("succeeds on a poisoned log: " + what);
    }

    /// @return why the log was poisoned meanwhile, or null
    private WalPoisonedException run() throws InterruptedException {
        final List<Producer> producers = new ArrayList<>();
        for (int p = 0; p < DevicePlan.PRODUCERS; p++) {
            producers.add(new Producer(p));
        }
        final List<Thread> threads = producers.stream()
                .map(producer -> Thread.ofPlatform().start(producer))
                .toList();
        for (final Thread thread : threads) {
            thread.join();
        }
        if (producers.stream().anyMatch(producer -> producer.broken != null)) {
            Runtime.getRuntime().halt(1);
        }
        return producers.stream()
                .map(producer -> producer.poison)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private record Pending(int number, long lsn) {}

    private record Part(DevicePlan plan, Labels labels, int[] numbers) implements TimeSeries {
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
            return Double.longBitsToDouble(plan.bits(numbers[index]));
        }
    }

    private final class Producer implements Runnable {
        private final int producer;
        private final RandomGenerator random;
        private final List<Pending> pending = new ArrayList<>();
        private WalPoisonedException poison;
        private Throwable broken;

        Producer(int producer) {
            this.producer = producer;
            this.random = new SplittableRandom(plan.seed() << 40 ^ session << 8 ^ producer);
        }

        @Override
        public void run() {
            try {
                for (int block = 0; block < plan.blocks(); block++) {
                    append(block);
                    if (end == End.KILL && block == plan.blocks() - 1) {
                        Runtime.getRuntime().halt(KILLED); // the first to come here: in the middle of everything
                    }
                    settle(block);
                }
                wal.flush();
                tellDurable();
            } catch (WalPoisonedException failure) {
                poison = failure;
            } catch (Throwable failure) {
                failure.printStackTrace(System.out);
                broken = failure;
            }
        }

        private void append(int block) {
            final int[] numbers = new int[DevicePlan.BLOCK];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = plan.number(session, producer, block, i);
            }
            switch (plan.form(numbers[0])) {
                case SINGLES -> {
                    for (final int number : numbers) {
                        returned(number, wal.series(labels(number)).append(number, value(number)));
                    }
                }
                case BATCH -> {
                    try (Batch batch = wal.batch()) {
                        for (final int number : numbers) {
                            batch.add(wal.series(labels(number)), number, value(number));
                        }
                        final LsnVector lsns = batch.commit();
                        for (final int number : numbers) {
                            returned(number, lsns.lsn(wal.series(labels(number)).shard()));
                        }
                    }
                }
                case SERIES -> {
                    final TimeSeries series = new Part(plan, labels(numbers[0]), numbers);
                    final long lsn = random.nextBoolean() ? wal.append(series) : wal.appendDurable(series);
                    for (final int number : numbers) {
                        returned(number, lsn);
                    }
                }
                case RECORDS -> {
                    for (final int number : numbers) {
                        final byte[] payload = CrashOracle.payload(number, plan.length(number));
                        returned(number, wal.appendRecord(plan.shard(number), number, payload, 0, payload.length));
                    }
                }
            }
        }

        private Labels labels(int number) {
            return CrashOracle.labels(plan.series(number));
        }

        private double value(int number) {
            return Double.longBitsToDouble(plan.bits(number));
        }

        private void returned(int number, long lsn) {
            pending.add(new Pending(number, lsn));
        }

        /// Waits, flushes or truncates now and then, and tells what has become durable.
        private void settle(int block) throws InterruptedException {
            switch (random.nextInt(6)) {
                case 0 -> wal.flush();
                case 1, 2 ->
                    wal.awaitDurable(pending.getLast().lsn, config(Path.of("")).durableTimeout());
                case 3 -> Thread.sleep(random.nextInt(10));
                default -> {}
            }
            tellDurable();
            if (producer == 0 && block % 8 == 7) {
                truncate();
            }
        }

        private void tellDurable() {
            final StringBuilder text = new StringBuilder("durable");
            for (final Iterator<Pending> all = pending.iterator(); all.hasNext(); ) {
                final Pending each = all.next();
                if (bug == Bug.ACKNOWLEDGED_BEFORE_THE_FORCE || wal.durable(Lsn.shard(each.lsn)) >= each.lsn) {
                    text.append(' ').append(each.number).append(' ').append(each.lsn);
                    all.remove();
                }
            }
            notes.note(text.toString());
        }

        private void truncate() {
            final long[] floors = new long[DevicePlan.SHARDS];
            final StringBuilder text = new StringBuilder("truncating");
            for (int shard = 0; shard < floors.length; shard++) {
                final long position = Lsn.position(wal.durable(shard));
                floors[shard] = Lsn.of(shard, (long) (position * Math.sqrt(random.nextDouble())));
                text.append(' ').append(floors[shard]);
            }
            notes.note(text.toString());
            try {
                wal.truncateBefore(Checkpoint.of(floors));
                notes.note("truncated");
            } catch (WalIoException _) {
                notes.note("untruncated");
            }
        }
    }

    /// @return the numbers that are in a log, each with its lsn, as notes have them
    static String found(Storage storage, Path log) {
        final StringBuilder found = new StringBuilder();
        try {
            MappedWal.replay(storage, log, CrashOracle.OPTIONS, new Finder(found));
        } catch (NotALogException _) {
            // Power was lost before there was one.
        }
        return found.toString();
    }

    /// Lists the numbers that a replay delivers, with their lsns.
    private record Finder(StringBuilder found) implements ReplayHandler {
        @Override
        public void onSamples(Labels series, Samples samples) {
            for (int i = 0; i < samples.count(); i++) {
                found.append(' ').append(samples.timestamp(i)).append(' ').append(samples.lsn());
            }
        }

        @Override
        public void onRecord(OpaqueRecord record) {
            found.append(' ').append(record.kind()).append(' ').append(record.lsn());
        }
    }
}
