package io.seriatim.wal.mmap;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Durability;
import io.seriatim.wal.DurabilityTimeoutException;
import io.seriatim.wal.DurableListener;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.LsnVector;
import io.seriatim.wal.RecordSource;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.TimeSeries;
import io.seriatim.wal.Wal;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalStats;
import io.seriatim.wal.format.SamplesEncoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// A log in memory-mapped files. Thread-safe. See [Wal] for what it promises.
///
/// It runs two daemon threads, `wal-flusher` and `wal-preparer`, unless [WalConfig#callerRuns()] says that the
/// caller runs [#doWork()].
public final class MappedWal implements Wal {
    private final WalConfig config;
    private final Engine engine;
    private final Shard[] shards;
    private final SeriesTable series;
    private final Pool<Scratch> scratches;
    private final Pool<MappedBatch> batches;
    private final boolean group;

    private MappedWal(WalConfig config, Storage storage, ClaimHook hook) {
        this.config = config;
        this.scratches = new Pool<>(Scratch::new);
        this.engine = Engine.open(config, storage, scratches, hook);
        this.shards = engine.shards();
        this.series = new SeriesTable(this, shards, config.maxSeries(), config.seriesBytes());
        this.batches = new Pool<>(() -> new MappedBatch(this, shards.length));
        this.group = config.durability() == Durability.GROUP;
        engine.start(series);
    }

    /// Opens a log for writing; creates it if there is none. What an earlier process left behind is examined,
    /// made durable and reported ([#recovered()]); appending goes on in new files.
    ///
    /// @throws io.seriatim.wal.WalLockedException         if it is open elsewhere
    /// @throws io.seriatim.wal.NotALogException           if the directory holds something else
    /// @throws io.seriatim.wal.UnsupportedFormatException if a newer program wrote it, or it has another time unit
    /// @throws io.seriatim.wal.DamagedLogException        if a tail is damaged and [WalConfig#onDamage()] is
    ///                                                    STRICT
    /// @throws io.seriatim.wal.WalIoException             if the file system refuses, or what was found cannot be
    ///                                                    forced
    public static MappedWal open(WalConfig config) {
        return open(config, FileStorage.INSTANCE, null);
    }

    /// For tests: another file system, and a hook between claim and commit.
    static MappedWal open(WalConfig config, Storage storage, ClaimHook hook) {
        return new MappedWal(config, storage, hook);
    }

    /// Reads a log, whether somebody has it open or not, and changes nothing. Records of one series come in
    /// the order of their appends. All that had returned before the call is there; of what is appended during
    /// it some may be missing: it waits for nobody, so it passes an open claim, reports it, and may find
    /// later appends of the same thread behind it. A tailer ([#tail]) waits instead.
    ///
    /// @return what was read, and everything that was not as written
    /// @throws io.seriatim.wal.NotALogException           if there is no log
    /// @throws io.seriatim.wal.UnsupportedFormatException if a newer program wrote it
    /// @throws io.seriatim.wal.DamagedLogException        under STRICT, before anything was handed on
    /// @throws io.seriatim.wal.WalIoException             if it cannot be read
    public static ReplayReport replay(Path directory, ReplayOptions options, ReplayHandler handler) {
        return replay(FileStorage.INSTANCE, directory, options, handler);
    }

    static ReplayReport replay(Storage storage, Path directory, ReplayOptions options, ReplayHandler handler) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(handler, "handler");
        return Replayer.replay(storage, directory, options, handler);
    }

    /// Reads a log and goes on reading while it grows, in this process or another.
    ///
    /// @param from where to begin in each shard: an lsn of [Wal#checkpoint()], [Checkpoint#of] without
    ///             arguments for the beginning of everything
    /// @throws io.seriatim.wal.NotALogException if there is no log
    /// @throws io.seriatim.wal.WalIoException   if it cannot be read
    public static WalTailer tail(Path directory, LsnVector from) {
        return new WalTailer(FileStorage.INSTANCE, directory, from, false, false);
    }

    /// Follows a log under a name, in this process or another, and remembers how far it came; the log keeps
    /// what has not been read ([WalConsumer]).
    ///
    /// @param name    1 to 64 of `A-Z a-z 0-9 . _ -`
    /// @param options where it begins, if the name is new
    /// @throws IllegalArgumentException                   if it is no name
    /// @throws io.seriatim.wal.NotALogException           if there is no log
    /// @throws io.seriatim.wal.WalLockedException         if somebody consumes under that name
    /// @throws io.seriatim.wal.UnsupportedFormatException if what that name stored is damaged or another log's
    /// @throws io.seriatim.wal.WalIoException             if the log cannot be read, or the position not be stored
    public static WalConsumer consumer(Path directory, String name, ConsumerOptions options) {
        return WalConsumer.open(FileStorage.INSTANCE, directory, name, options);
    }

    /// Ends a consumer: the log waits for it no longer. One that does not exist is none already.
    ///
    /// @throws IllegalArgumentException           if it is no name
    /// @throws io.seriatim.wal.NotALogException   if there is no log
    /// @throws io.seriatim.wal.WalLockedException if somebody consumes under that name
    /// @throws io.seriatim.wal.WalIoException     if its position cannot be deleted
    public static void forgetConsumer(Path directory, String name) {
        WalConsumer.forget(FileStorage.INSTANCE, directory, name);
    }

    /// @return what opening found in the tails: where they ended, and every damage, judged
    public ReplayReport recovered() {
        return engine.recovered();
    }

    /// Runs one duty cycle: forces what is due, prepares a step of what is needed. Only with
    /// [WalConfig#callerRuns()]; any thread, one at a time has an effect.
    ///
    /// @return how much was done; 0 tells the caller that it may idle
    /// @throws IllegalStateException if the log runs its own threads
    public int doWork() {
        if (!config.callerRuns()) {
            throw new IllegalStateException("the log runs its own threads (open it with callerRuns(true))");
        }
        return engine.duty();
    }

    @Override
    public WalConfig config() {
        return config;
    }

    @Override
    public SeriesHandle series(Labels labels) {
        return series.of(labels);
    }

    @Override
    public long append(TimeSeries samples) {
        final Series one = series.of(samples.labels());
        return confirm(one.shard, one.shard.appendSeries(one, samples));
    }

    @Override
    public long appendDurable(TimeSeries samples) {
        final Series one = series.of(samples.labels());
        return confirmDurable(one.shard, one.shard.appendSeries(one, samples));
    }

    @Override
    public long appendRecord(int shard, int kind, byte[] source, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, source.length);
        final Shard target = shards[Objects.checkIndex(shard, shards.length)];
        final Scratch scratch = scratches.lease();
        try {
            final SamplesEncoder encoder = scratch.encoder;
            encoder.beginRecord(kind, length, config.maxFrameBytes());
            System.arraycopy(source, offset, encoder.buffer(), encoder.recordOffset(), length);
            return confirm(target, target.appendRecord(scratch, encoder.endRecord()));
        } finally {
            scratches.release(scratch);
        }
    }

    @Override
    public long appendRecord(int shard, int kind, MemorySegment source, long offset, int length) {
        Objects.checkFromIndexSize(offset, (long) length, source.byteSize());
        final Shard target = shards[Objects.checkIndex(shard, shards.length)];
        final Scratch scratch = scratches.lease();
        try {
            final SamplesEncoder encoder = scratch.encoder;
            encoder.beginRecord(kind, length, config.maxFrameBytes());
            MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset, encoder.buffer(), encoder.recordOffset(), length);
            return confirm(target, target.appendRecord(scratch, encoder.endRecord()));
        } finally {
            scratches.release(scratch);
        }
    }

    @Override
    public long appendRecord(int shard, int kind, RecordSource source, long offset, int length) {
        if (length < 0) {
            throw new IndexOutOfBoundsException("length must not be negative: length=" + length);
        }
        final Shard target = shards[Objects.checkIndex(shard, shards.length)];
        final Scratch scratch = scratches.lease();
        try {
            final SamplesEncoder encoder = scratch.encoder;
            encoder.beginRecord(kind, length, config.maxFrameBytes());
            // What a source leaves out must not be what somebody else logged before.
            Arrays.fill(encoder.buffer(), encoder.recordOffset(), encoder.recordOffset() + length, (byte) 0);
            source.copyTo(offset, encoder.buffer(), encoder.recordOffset(), length);
            return confirm(target, target.appendRecord(scratch, encoder.endRecord()));
        } finally {
            scratches.release(scratch);
        }
    }

    long appendHistogram(Series one, long timestamp, Histogram histogram) {
        final Scratch scratch = scratches.lease();
        try {
            final SamplesEncoder encoder = scratch.encoder;
            encoder.beginDetail(one.ref, timestamp, config.maxFrameBytes());
            encoder.histogram(histogram);
            return confirm(one.shard, one.shard.appendDetail(one, encoder, true));
        } finally {
            scratches.release(scratch);
        }
    }

    long appendExemplar(Series one, long timestamp, long valueBits, Labels labels) {
        final Scratch scratch = scratches.lease();
        try {
            final SamplesEncoder encoder = scratch.encoder;
            encoder.beginDetail(one.ref, timestamp, config.maxFrameBytes());
            encoder.exemplar(valueBits, labels);
            return confirm(one.shard, one.shard.appendDetail(one, encoder, false));
        } finally {
            scratches.release(scratch);
        }
    }

    long appendMetadata(Series one, long timestamp, Labels attributes) {
        final Scratch scratch = scratches.lease();
        try {
            final SamplesEncoder encoder = scratch.encoder;
            encoder.beginDetail(one.ref, timestamp, config.maxFrameBytes());
            encoder.metadata(attributes);
            return confirm(one.shard, one.shard.appendDetail(one, encoder, false));
        } finally {
            scratches.release(scratch);
        }
    }

    @Override
    public Batch batch() {
        return batches.lease().open();
    }

    void giveBack(MappedBatch batch) {
        batches.release(batch);
    }

    Shard shard(int index) {
        return shards[index];
    }

    /// Waits for an append's durability if the log is a GROUP one.
    long confirm(Shard shard, long lsn) {
        return group ? confirmDurable(shard, lsn) : lsn;
    }

    long confirmDurable(Shard shard, long lsn) {
        return shard.gate.awaitOrThrow(lsn, config.durableTimeout());
    }

    void confirm(LsnVector lsns) {
        if (group) {
            for (int shard = 0; shard < shards.length; shard++) {
                confirmDurable(shards[shard], lsns.lsn(shard));
            }
        }
    }

    @Override
    public long durable(int shard) {
        return shards[Objects.checkIndex(shard, shards.length)].durable();
    }

    @Override
    public long committed(int shard) {
        return Lsn.of(
                shard,
                shards[Objects.checkIndex(shard, shards.length)]
                        .claims
                        .frontiers()
                        .committedAcquire());
    }

    @Override
    public boolean awaitDurable(long lsn, Duration timeout) throws InterruptedException {
        return await(lsn, TimeUnit.NANOSECONDS.convert(timeout)); // saturates, where toNanos() would throw
    }

    @Override
    public boolean awaitDurable(LsnVector lsns, Duration timeout) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
        boolean all = true;
        for (int shard = 0; shard < lsns.shards(); shard++) {
            final long lsn = lsns.lsn(shard);
            // A position 0 asks for nothing, also of a shard that this log no longer has.
            if (lsn != Lsn.DROPPED && Lsn.position(lsn) > 0 && !engine.isOldAndDurable(lsn)) {
                all &= await(lsn, deadlineNs - System.nanoTime());
            }
        }
        return all;
    }

    private boolean await(long lsn, long timeoutNs) throws InterruptedException {
        if (lsn < 0) {
            throw new IllegalArgumentException("not an lsn: lsn=" + lsn + " (a dropped append has none)");
        }
        if (Lsn.shard(lsn) >= shards.length) {
            throw new IllegalArgumentException("lsn of a shard that this log does not have: lsn=" + Lsn.toString(lsn)
                    + " shards=" + shards.length);
        }
        final Shard shard = shards[Lsn.shard(lsn)];
        // Of a poisoned shard that was closed nothing is known any more beyond what is durable.
        if (shard.claims.poisonCause() == null
                && Lsn.position(lsn) > Lsn.position(shard.durable())
                && Lsn.position(lsn) > shard.claims.tailPosition()) {
            throw new IllegalArgumentException("lsn lies beyond everything appended: lsn=" + Lsn.toString(lsn)
                    + " tail=" + shard.claims.tailPosition());
        }
        return shard.gate.await(Lsn.position(lsn), timeoutNs);
    }

    @Override
    public void flush() throws InterruptedException {
        final Checkpoint now = engine.tails();
        if (!awaitDurable(now, config.durableTimeout())) {
            for (int shard = 0; shard < shards.length; shard++) {
                if (durable(shard) < now.lsn(shard)) {
                    throw new DurabilityTimeoutException(now.lsn(shard), durable(shard), config.durableTimeout());
                }
            }
        }
    }

    @Override
    public void onDurable(DurableListener listener) {
        engine.onDurable(Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public Checkpoint checkpoint() {
        return engine.checkpoint();
    }

    @Override
    public void truncateBefore(long lsn) {
        if (lsn < 0) {
            throw new IllegalArgumentException("not an lsn: lsn=" + lsn);
        }
        final long[] floors = new long[Lsn.shard(lsn) + 1];
        floors[Lsn.shard(lsn)] = Lsn.position(lsn);
        engine.truncate(floors);
    }

    @Override
    public void truncateBefore(LsnVector checkpoint) {
        final long[] floors = new long[checkpoint.shards()];
        for (int shard = 0; shard < floors.length; shard++) {
            floors[shard] = checkpoint.lsn(shard) == Lsn.DROPPED ? 0 : Lsn.position(checkpoint.lsn(shard));
        }
        engine.truncate(floors);
    }

    @Override
    public int evictIdle(LsnVector since) {
        return series.evictIdle(since);
    }

    @Override
    public WalStats stats() {
        return engine.stats(series);
    }

    @Override
    public void close() {
        try {
            engine.close();
        } finally {
            series.clear();
        }
    }
}
