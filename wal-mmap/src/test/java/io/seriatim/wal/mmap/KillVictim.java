package io.seriatim.wal.mmap;

import static io.seriatim.wal.mmap.KillPlan.SERIES;
import static io.seriatim.wal.mmap.KillPlan.STREAMS;
import static io.seriatim.wal.mmap.KillPlan.THREADS;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.LsnVector;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.TimeSeries;
import io.seriatim.wal.WalClosedException;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// The process that [SigkillTest] kills: producers, a tailer that truncates behind itself, and a replay again and
/// again. Tells of every step through a pipe, in messages that are written whole or not at all.
///
/// It gets ready, then waits for a line: directory, round, seed, fault.
final class KillVictim {
    /// A message: what, who, which; then five lsns.
    static final int MESSAGE_BYTES = (1 + STREAMS) * Long.BYTES;

    /// The kinds of messages.
    enum Told {
        OPENED,
        /// An append has returned: thread, number, and the lsn of each stream that it added to.
        RETURNED,
        /// A durable position was reported.
        DURABLE,
        /// Truncation below these lsns, one for each shard, is about to be asked for.
        TRUNCATING,
        /// It has returned.
        TRUNCATED,
        CLOSING,
        CLOSED,
        /// Something is wrong; it stands in the standard error.
        PROBLEM
    }

    /// What the victim does wrong on purpose, to see that it is caught.
    enum Fault {
        NONE(""),
        /// Says that an append has returned, then appends.
        EARLY("the last entry of|missing"),
        /// Leaves out one append in ten, and says that it has returned.
        DROPS("missing: .Gap"),
        /// Appends one in ten twice.
        DOUBLES("doubled"),
        /// Its tailer does not notice one entry in ten.
        READER_SKIPS("the victim has found something wrong"),
        /// Truncates everything durable, and says that it truncates nothing.
        TRUNCATES_MORE("more truncated than was asked"),
        /// None of the victim's: [SigkillTest] deletes a segment when it is dead.
        SEGMENT_LOST("MISSING_SEGMENT");

        final Pattern verdict;

        Fault(String verdict) {
            this.verdict = Pattern.compile(verdict);
        }
    }

    private static final FileOutputStream PIPE = new FileOutputStream(FileDescriptor.out);

    private final KillPlan plan;
    private final Fault fault;
    private final MappedWal wal;
    private final Map<Object, Returned> returned = new ConcurrentHashMap<>();
    private volatile Checkpoint truncatedTo = Checkpoint.of();
    private volatile long truncations;

    /// The last entry of a stream whose append has returned, and the end of its record.
    private record Returned(long entry, long lsn) {
        boolean isAbove(Checkpoint floors) {
            return Lsn.shard(lsn) >= floors.shards() || lsn > floors.lsn(Lsn.shard(lsn));
        }
    }

    private KillVictim(KillPlan plan, Fault fault) {
        this.plan = plan;
        this.fault = fault;
        this.wal = MappedWal.open(plan.config());
    }

    public static void main(String[] arguments) throws Exception {
        warmUp(Path.of(arguments[0]));
        final String[] words =
                new BufferedReader(new InputStreamReader(System.in)).readLine().split(" ");
        final Path log = Path.of(words[0]);
        final Fault fault = Fault.valueOf(words[3]);
        final KillPlan drawn = KillPlan.of(log, Integer.parseInt(words[1]), Long.parseLong(words[2]));
        final KillPlan plan = fault == Fault.NONE ? drawn : drawn.running(0);
        final KillVictim victim = new KillVictim(plan, fault);
        victim.wal.onDurable(lsn -> tell(Told.DURABLE, 0, 0, lsn));
        tell(Told.OPENED, 0, 0);
        victim.run();
    }

    /// Loads classes while another victim has its turn.
    private static void warmUp(Path scratch) throws IOException, InterruptedException {
        final Path log = Files.createTempDirectory(scratch, "warm-up");
        try (MappedWal wal = MappedWal.open(Logs.config(log))) {
            Logs.appendRange(wal, 0, 100);
            wal.flush();
            MappedWal.replay(log, ReplayOptions.defaults(), new KillRuns(1));
        } finally {
            Logs.delete(log);
        }
    }

    private void run() throws InterruptedException {
        if (fault == Fault.NONE || fault == Fault.READER_SKIPS || fault == Fault.TRUNCATES_MORE) {
            start("tailer", this::tail); // not where it would find the planted fault before its judge does
            start("replayer", this::replay);
        }
        for (int t = 0; t < THREADS; t++) {
            final int thread = t;
            start("producer-" + t, () -> produce(thread));
        }
        if (plan.death() == KillPlan.Death.CLOSING) {
            Thread.sleep(plan.afterMs());
            tell(Told.CLOSING, 0, 0);
            wal.close();
            tell(Told.CLOSED, 0, 0);
        }
    }

    private static void start(String name, Runnable task) {
        Thread.ofPlatform().name(name).start(() -> {
            try {
                task.run();
            } catch (WalClosedException _) {
                // as it should be
            } catch (Throwable failure) {
                failure.printStackTrace();
                tell(Told.PROBLEM, 0, 0);
            }
        });
    }

    private void produce(int thread) {
        final Producer producer = new Producer(thread);
        for (long n = 1; ; n++) {
            final boolean special = n % 10 == 5;
            if (fault == Fault.EARLY) {
                tell(Told.RETURNED, thread, n, producer.invented(n));
                sleep(1);
            }
            if (special && fault == Fault.DROPS) {
                producer.count(n);
            } else {
                producer.append(n);
                if (special && fault == Fault.DOUBLES) {
                    producer.appendAgain(n);
                }
            }
            producer.noteReturned();
            if (fault != Fault.EARLY) {
                tell(Told.RETURNED, thread, n, producer.lsns);
            }
        }
    }

    private static void sleep(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    /// One thread's appends. What each is, [KillPlan#entries] says.
    private final class Producer {
        private final int thread;
        private final Series[] handles = new Series[SERIES];
        private final long[] entries = new long[STREAMS];
        private final long[] lsns = new long[STREAMS];

        Producer(int thread) {
            this.thread = thread;
            for (int i = 0; i < SERIES; i++) {
                handles[i] = (Series) wal.series((Labels) plan.key(thread, i));
            }
        }

        void noteReturned() {
            for (int i = 0; i < STREAMS; i++) {
                if (lsns[i] > 0) {
                    returned.put(plan.key(thread, i), new Returned(entries[i], lsns[i]));
                }
            }
        }

        void append(long n) {
            final long[] before = entries.clone();
            count(n);
            Arrays.fill(lsns, 0);
            if (entries[SERIES] > before[SERIES]) {
                final byte[] record = ByteBuffer.allocate(Long.BYTES + thread * 100)
                        .putLong(entries[SERIES])
                        .array();
                lsns[SERIES] = wal.appendRecord(
                        thread % plan.config().shards(), (int) plan.key(thread, SERIES), record, 0, record.length);
            } else if (n % 7 == 3) {
                try (Batch batch = wal.batch()) {
                    for (int i = 0; i < SERIES; i++) {
                        batch.add(handles[i], entries[i], value(entries[i]));
                    }
                    final LsnVector vector = batch.commit();
                    for (int i = 0; i < SERIES; i++) {
                        lsns[i] = vector.lsn(handles[i].shard.index);
                    }
                }
            } else {
                final int one = (int) (n % SERIES);
                if (n % 3 == 0) {
                    final TimeSeries whole = new Part(handles[one].labels(), before[one] + 1, 3);
                    lsns[one] = n % 20 == 0 ? wal.appendDurable(whole) : wal.append(whole);
                } else {
                    lsns[one] = handles[one].append(entries[one], value(entries[one]));
                }
            }
        }

        void count(long n) {
            for (int i = 0; i < STREAMS; i++) {
                entries[i] += KillPlan.entries(n, i);
            }
        }

        void appendAgain(long n) {
            for (int i = 0; i < STREAMS; i++) {
                entries[i] -= KillPlan.entries(n, i);
            }
            append(n);
        }

        /// @return lsns, above any floor, for an append that is still to come
        long[] invented(long n) {
            final long[] invented = new long[STREAMS];
            for (int i = 0; i < STREAMS; i++) {
                invented[i] = KillPlan.entries(n, i) > 0 ? Lsn.POSITION_LIMIT - 1 : 0;
            }
            return invented;
        }
    }

    private static double value(long entry) {
        return Double.longBitsToDouble(KillPlan.valueBits(entry));
    }

    /// Entries that follow one another in a stream.
    private record Part(Labels labels, long first, int count) implements TimeSeries {
        @Override
        public long timestamp(int index) {
            return first + index;
        }

        @Override
        public double value(int index) {
            return KillVictim.value(first + index);
        }
    }

    /// Follows everything from the beginning of the log; nothing can be truncated before it has read it, for it
    /// truncates, what it has read and is durable.
    private void tail() {
        final KillRuns read = new KillRuns(fault == Fault.READER_SKIPS ? 10 : 0);
        try (WalTailer tailer = MappedWal.tail(plan.config().directory(), Checkpoint.of())) {
            for (int i = 0; ; i++) {
                tailer.poll(read);
                if (!read.gaps.isEmpty()) {
                    throw new AssertionError("not read: " + read.gaps);
                }
                if (plan.truncates() && i % 8 == 7 || fault == Fault.TRUNCATES_MORE) {
                    truncate(tailer.position());
                }
                sleep(1);
            }
        }
    }

    private void truncate(Checkpoint read) {
        final long[] floors = new long[STREAMS];
        final long[] lsns = new long[read.shards()];
        for (int shard = 0; shard < lsns.length; shard++) {
            final long most = shard < plan.config().shards() ? wal.durable(shard) : Long.MAX_VALUE;
            lsns[shard] = Math.min(read.lsn(shard), most);
            floors[shard] = fault == Fault.TRUNCATES_MORE ? 0 : lsns[shard];
        }
        tell(Told.TRUNCATING, 0, 0, floors);
        truncations++;
        truncatedTo = Checkpoint.of(lsns);
        wal.truncateBefore(truncatedTo);
        truncations++;
        tell(Told.TRUNCATED, 0, plan.config().shards(), floors);
    }

    /// What is appended during a replay may be in it or not; what had returned before must be, unless it has been
    /// truncated: all of a stream may be, when its producer stands still.
    private void replay() {
        for (int threads = 1; ; threads = threads % 3 + 1) {
            final long before = truncations;
            final Map<Object, Returned> atLeast = Map.copyOf(returned);
            final KillRuns read = new KillRuns();
            final ReplayReport report = MappedWal.replay(
                    plan.config().directory(),
                    ReplayOptions.defaults().memoryBytes(1 << 20).threads(threads),
                    read);
            if (report.state() == ReplayReport.State.DAMAGED) {
                throw new AssertionError("a live log reads as damaged: " + report);
            }
            if (before % 2 == 0 && before == truncations) {
                final Checkpoint truncated = truncatedTo;
                atLeast.forEach((key, last) -> {
                    if (last.isAbove(truncated)) {
                        read.requireUpTo(key, last.entry);
                    }
                });
            }
            sleep(2);
        }
    }

    private static void tell(Told what, int thread, long n, long... lsns) {
        final ByteBuffer message = ByteBuffer.allocate(MESSAGE_BYTES);
        message.putLong((long) what.ordinal() << 56 | (long) thread << 48 | n);
        for (final long lsn : lsns) {
            message.putLong(lsn);
        }
        try {
            PIPE.write(message.array());
        } catch (IOException _) {
            Runtime.getRuntime().halt(1); // nobody listens any more
        }
    }
}
