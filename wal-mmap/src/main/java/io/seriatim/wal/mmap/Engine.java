package io.seriatim.wal.mmap;

import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.DurableListener;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.WalClosedException;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalException;
import io.seriatim.wal.WalIoException;
import io.seriatim.wal.WalPoisonedException;
import io.seriatim.wal.WalStats;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.SamplesEncoder;
import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/// An open log's inside: its shards, what works for them, its lock and its floors.
final class Engine implements Background {
    private static final long MAX_FLUSHER_IDLE_NS = 1_000_000;
    private static final long MIN_FLUSHER_IDLE_NS = 50_000;
    private static final long PREPARER_IDLE_NS = 1_000_000;
    private static final long CALLER_PATIENCE_NS = 50_000;
    private static final long RETAIN_RETRY_NS = 1_000_000_000;

    private final WalConfig config;
    private final DirectoryLock lock;
    private final Opening opening;
    private final ShardEngine[] engines;
    private final Map<Integer, ShardFiles> files;
    private final Deletion deletion;
    private final ReplayReport recovered;
    private final ReentrantLock dutyLock = new ReentrantLock();
    private final ReentrantLock maintenance = new ReentrantLock();

    private final Counters counters;
    private final DutyThread flusher;
    private final DutyThread preparer;
    private volatile DurableListener[] listeners = {};
    private volatile boolean closed;
    private long retainAtNs = System.nanoTime();

    private Engine(
            WalConfig config,
            Storage storage,
            DirectoryLock lock,
            Opening opening,
            Pool<Scratch> scratches,
            ClaimHook hook) {
        this.config = config;
        this.lock = lock;
        this.opening = opening;
        this.files = opening.files();
        this.deletion = opening.deletion(files);
        this.recovered = opening.report();
        this.engines = new ShardEngine[config.shards()];
        final long idleNs = Math.clamp(config.flushEvery().toNanos() / 8, MIN_FLUSHER_IDLE_NS, MAX_FLUSHER_IDLE_NS);
        this.flusher = new DutyThread("wal-flusher", idleNs, this::flushDuty);
        this.preparer = new DutyThread("wal-preparer", PREPARER_IDLE_NS, this::prepareDuty);
        int built = 0;
        try {
            for (; built < engines.length; built++) {
                engines[built] = build(built, storage, scratches, hook);
            }
            counters = opening.counters(engines);
        } finally {
            for (int shard = 0; built < engines.length && shard < built; shard++) {
                engines[shard].preparer().close(engines[shard].flusher().lastOrdinal());
            }
        }
    }

    static Engine open(WalConfig config, Storage storage, Pool<Scratch> scratches, ClaimHook hook) {
        try {
            LogDirectory.refuseStranger(storage, config.directory());
            storage.createDirectories(config.directory());
        } catch (IOException failure) {
            throw new WalIoException("create the log's directory", config.directory(), failure);
        }
        final DirectoryLock lock = DirectoryLock.take(storage, config.directory());
        try {
            final Opening opening = new Opening(config, storage);
            opening.recover();
            return new Engine(config, storage, lock, opening, scratches, hook);
        } catch (RuntimeException | Error failure) {
            lock.close();
            throw failure;
        }
    }

    private ShardEngine build(int index, Storage storage, Pool<Scratch> scratches, ClaimHook hook) {
        final SpareMaker maker = opening.maker(index);
        final LiveSegment first = opening.firstSegment(maker, index);
        try {
            final SamplesEncoder encoder = new SamplesEncoder();
            final int length = opening.encodeVerdict(index, first, encoder);
            final LongAdder rolls = new LongAdder();
            final Claims claims =
                    new Claims(index, first, SegmentHeader.HEADER_BYTES + FrameLayout.align(length), rolls::increment);
            final Shard shard = new Shard(index, config, claims, first, scratches, this, hook);
            shard.publish(first, SegmentHeader.HEADER_BYTES, encoder, length);
            final FlushStats stats = new FlushStats();
            final Preparer preparer =
                    new Preparer(claims, maker, files.get(index), opening.diskUse(), storage, config, stats);
            final ShardFlusher flusher =
                    new ShardFlusher(shard, first, config, preparer::retire, () -> tellListeners(shard), stats);
            return new ShardEngine(shard, flusher, preparer, stats, rolls);
        } catch (RuntimeException | Error failure) {
            first.close();
            throw failure;
        }
    }

    Shard[] shards() {
        final Shard[] shards = new Shard[engines.length];
        for (int shard = 0; shard < shards.length; shard++) {
            shards[shard] = engines[shard].shard();
        }
        return shards;
    }

    ReplayReport recovered() {
        return recovered;
    }

    /// Starts the threads, if the log has its own.
    void start(SeriesTable series) {
        counters.series(series::registered);
        if (config.callerRuns()) {
            return;
        }
        try {
            flusher.start();
            preparer.start();
        } catch (Error failure) { // no thread to be had
            close();
            throw failure;
        }
    }

    private int flushDuty() {
        int done = 0;
        for (final ShardEngine engine : engines) {
            done += engine.flusher().duty(System.nanoTime());
        }
        counters.tick(System.nanoTime(), Counters.PATIENCE_NS);
        return done;
    }

    private int prepareDuty() {
        int done = 0;
        for (final ShardEngine engine : engines) {
            done += engine.preparer().duty(System.nanoTime());
        }
        counters.tick(System.nanoTime(), Counters.EVERY_NS);
        if (config.retainBytes() > 0 && opening.diskUse().bytes() > config.retainBytes()) {
            done += retain(System.nanoTime());
        }
        if (deletion.isDue(System.nanoTime())) {
            done += deleteRead();
        }
        return done;
    }

    /// Runs everything that is due on the calling thread, unless another is at it.
    int duty() {
        if (dutyLock.isHeldByCurrentThread() || !dutyLock.tryLock()) {
            return 0; // in the first case a listener appends or waits: it cannot run its own caller
        }
        try {
            return closed ? 0 : flushDuty() + prepareDuty();
        } finally {
            dutyLock.unlock();
        }
    }

    @Override
    public boolean help() {
        return config.callerRuns() && duty() > 0;
    }

    @Override
    public long patienceNs() {
        // Nobody else may come: what held the duty cycle up, another producer's open claim for one, passes unseen.
        return config.callerRuns() ? CALLER_PATIENCE_NS : Long.MAX_VALUE;
    }

    @Override
    public void wakePreparer() {
        preparer.wake();
    }

    @Override
    public void wakeFlusher() {
        flusher.wake();
    }

    @Override
    public String shortage(int shard) {
        return engines[shard].preparer().maker().shortage();
    }

    @Override
    public Throwable shortageCause(int shard) {
        return engines[shard].preparer().maker().lastFailure();
    }

    synchronized void onDurable(DurableListener listener) {
        final DurableListener[] more = Arrays.copyOf(listeners, listeners.length + 1);
        more[more.length - 1] = listener;
        listeners = more;
    }

    private void tellListeners(Shard shard) {
        final DurableListener[] listeners = this.listeners;
        final long lsn = shard.durable();
        for (final DurableListener listener : listeners) {
            try {
                listener.onDurable(lsn);
            } catch (Throwable failure) { // an Error of theirs is no failed force of ours
                WalLog.listenerFailed(failure);
            }
        }
    }

    /// @return the tails of the shards in use
    Checkpoint tails() {
        final long[] lsns = new long[engines.length];
        for (int shard = 0; shard < lsns.length; shard++) {
            lsns[shard] = Lsn.of(shard, engines[shard].shard().claims.tailPosition());
        }
        return Checkpoint.of(lsns);
    }

    /// @return the tails of the shards in use, and the ends of those that are not any more
    Checkpoint checkpoint() {
        final int count =
                1 + files.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
        final long[] lsns = new long[Math.max(count, engines.length)];
        for (int shard = 0; shard < lsns.length; shard++) {
            final long position;
            if (shard < engines.length) {
                position = engines[shard].shard().claims.tailPosition();
            } else {
                final ShardFiles old = files.get(shard);
                position = old == null ? 0 : Math.max(0, old.newestEnd());
            }
            lsns[shard] = Lsn.of(shard, position);
        }
        return Checkpoint.of(lsns);
    }

    /// @return true for an lsn of a shard that is no longer in use: opening has made all of it durable
    boolean isOldAndDurable(long lsn) {
        final int shard = Lsn.shard(lsn);
        if (shard < engines.length) {
            return false;
        }
        final ShardFiles old = files.get(shard);
        final long end = old == null ? 0 : old.newestEnd();
        return Lsn.position(lsn) <= Math.max(end, opening.metaFile().current().floor(shard));
    }

    /// Raises floors and deletes below them.
    void truncate(long[] wanted) {
        maintenance.lock();
        try {
            if (closed) {
                throw new WalClosedException(0); // the files may be another process's by now
            }
            final long[] floors = wanted.clone();
            for (int shard = 0; shard < floors.length; shard++) {
                if (shard < engines.length) {
                    floors[shard] = Math.min(
                            floors[shard],
                            engines[shard].shard().claims.frontiers().durableVolatile());
                } else {
                    final ShardFiles old = files.get(shard);
                    floors[shard] = old == null ? 0 : Math.min(floors[shard], old.newestEnd());
                }
            }
            opening.metaFile().raiseFloors(floors);
            deletion.all();
        } finally {
            maintenance.unlock();
        }
    }

    /// What a consumer had still to read when it was truncated may have been read by now.
    private int deleteRead() {
        if (closed || !maintenance.tryLock()) {
            return 0; // who truncates deletes it
        }
        try {
            deletion.step();
            return 1;
        } finally {
            maintenance.unlock();
        }
    }

    /// Deletes the oldest segments of the shard that has most.
    private int retain(long nowNs) {
        if (nowNs - retainAtNs < 0) {
            return 0;
        }
        ShardFiles largest = null;
        int shard = -1;
        for (final Map.Entry<Integer, ShardFiles> each : files.entrySet()) {
            if (largest == null || each.getValue().bytes() > largest.bytes()) {
                largest = each.getValue();
                shard = each.getKey();
            }
        }
        if (largest == null || largest.oldestEnd() < 0) {
            return 0;
        }
        final long[] floors = new long[shard + 1];
        floors[shard] = largest.oldestEnd();
        final long before = opening.diskUse().bytes();
        try {
            truncate(floors);
        } catch (WalException failure) {
            WalLog.failedDeletion(shard, failure);
        }
        if (opening.diskUse().bytes() < before) {
            return 1;
        }
        retainAtNs = nowNs + RETAIN_RETRY_NS; // it does not work just now: neither spin nor fill the user's log
        return 0;
    }

    WalStats stats(SeriesTable series) {
        final List<WalStats.Shard> shards = new ArrayList<>();
        for (int shard = 0; shard < engines.length; shard++) {
            shards.add(engines[shard].snapshot(series.registered(shard)));
        }
        return new WalStats(shards);
    }

    /// Closes in this order: no more claims; no more background; drain, force, assert, seal; unmap; unlock.
    ///
    /// @throws IllegalStateException from a durable listener: it runs within what closing waits for
    void close() {
        if (isAtWork()) {
            throw new IllegalStateException("a durable listener cannot close its log (let another thread do it)");
        }
        dutyLock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            final long[] tails = new long[engines.length];
            for (int shard = 0; shard < engines.length; shard++) {
                tails[shard] = engines[shard].shard().claims.close();
            }
            flusher.stop();
            preparer.stop();
            try {
                closeShards(tails);
            } finally {
                counters.close();
                // Once unlocked, the files are somebody else's: no truncation may be under way.
                maintenance.lock();
                lock.close();
                maintenance.unlock();
            }
        } finally {
            dutyLock.unlock();
        }
    }

    /// @return true on a thread that is inside a duty cycle of this log
    private boolean isAtWork() {
        return flusher.isCurrent() || !closed && dutyLock.isHeldByCurrentThread();
    }

    private void closeShards(long[] tails) {
        WalPoisonedException poisoned = null;
        for (int shard = 0; shard < engines.length; shard++) {
            final ShardEngine engine = engines[shard];
            engine.flusher().close(tails[shard], () -> engine.preparer().prepareNow());
            engine.preparer().close(engine.flusher().lastOrdinal());
            if (engine.shard().claims.poisonCause() != null && poisoned == null) {
                poisoned = engine.shard().claims.poisoned();
            }
        }
        if (poisoned != null) {
            throw poisoned;
        }
    }
}
