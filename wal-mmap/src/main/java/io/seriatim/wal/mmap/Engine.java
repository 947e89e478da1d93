package io.seriatim.wal.mmap;

import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.DurableListener;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayReport;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.IdleStrategy;

/// An open log's inside: its shards, what works for them, its lock and its floors.
final class Engine implements Background {
    private static final long MAX_FLUSHER_IDLE_NS = 1_000_000;
    private static final long MIN_FLUSHER_IDLE_NS = 50_000;
    private static final long PREPARER_IDLE_NS = 1_000_000;
    private static final long CALLER_PATIENCE_NS = 50_000;

    private final WalConfig config;
    private final DirectoryLock lock;
    private final Opening opening;
    private final ShardEngine[] engines;
    private final Map<Integer, ShardFiles> files;
    private final ReplayReport recovered;
    private final List<DurableListener> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock dutyLock = new ReentrantLock();
    private final ReentrantLock maintenance = new ReentrantLock();

    private AgentRunner flusherRunner;
    private AgentRunner preparerRunner;
    private volatile Thread flusherThread;
    private volatile Thread preparerThread;
    private boolean closed;

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
        this.recovered = opening.report();
        this.engines = new ShardEngine[config.shards()];
        for (int shard = 0; shard < engines.length; shard++) {
            engines[shard] = build(shard, storage, scratches, hook);
        }
    }

    static Engine open(WalConfig config, Storage storage, Pool<Scratch> scratches, ClaimHook hook) {
        try {
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
        final SamplesEncoder encoder = new SamplesEncoder();
        final int length = opening.encodeVerdict(index, first, encoder);
        final LongAdder rolls = new LongAdder();
        final Claims claims =
                new Claims(index, first, SegmentHeader.HEADER_BYTES + FrameLayout.align(length), rolls::increment);
        final Shard shard = new Shard(index, config, claims, first, scratches, this, hook);
        shard.publish(first, SegmentHeader.HEADER_BYTES, encoder, length);
        final Preparer preparer = new Preparer(claims, maker, files.get(index), opening.diskUse(), storage, config);
        final FlushStats stats = new FlushStats();
        final ShardFlusher flusher =
                new ShardFlusher(shard, first, config, preparer::retire, () -> tellListeners(shard), stats);
        return new ShardEngine(shard, flusher, preparer, stats, rolls);
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
    void start() {
        if (config.callerRuns()) {
            return;
        }
        final long idleNs = Math.clamp(config.flushEvery().toNanos() / 8, MIN_FLUSHER_IDLE_NS, MAX_FLUSHER_IDLE_NS);
        flusherRunner = runner("wal-flusher", idleNs, this::flushDuty);
        preparerRunner = runner("wal-preparer", PREPARER_IDLE_NS, this::prepareDuty);
        flusherThread = start(flusherRunner);
        preparerThread = start(preparerRunner);
    }

    private static AgentRunner runner(String name, long idleNs, Duty duty) {
        return new AgentRunner(new ParkedIdle(idleNs), WalLog::agentFailed, null, new Worker(name, duty));
    }

    private static Thread start(AgentRunner runner) {
        return AgentRunner.startOnThread(runner, task -> {
            final Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        });
    }

    @FunctionalInterface
    private interface Duty {
        int run();
    }

    private record Worker(String roleName, Duty duty) implements Agent {
        @Override
        public int doWork() {
            return duty.run();
        }
    }

    /// Sleeps until the next look or until somebody wakes it.
    private record ParkedIdle(long idleNs) implements IdleStrategy {
        @Override
        public void idle(int workCount) {
            if (workCount <= 0) {
                idle();
            }
        }

        @Override
        public void idle() {
            LockSupport.parkNanos(idleNs);
        }

        @Override
        public void reset() {}
    }

    private int flushDuty() {
        int done = 0;
        for (final ShardEngine engine : engines) {
            done += engine.flusher().duty(System.nanoTime());
        }
        return done;
    }

    private int prepareDuty() {
        int done = 0;
        for (final ShardEngine engine : engines) {
            done += engine.preparer().duty(System.nanoTime());
        }
        if (config.retainBytes() > 0 && opening.diskUse().bytes() > config.retainBytes()) {
            done += retain();
        }
        return done;
    }

    /// Runs everything that is due on the calling thread, unless another is at it.
    int duty() {
        if (!dutyLock.tryLock()) {
            return 0;
        }
        try {
            return closed ? 0 : flushDuty() + prepareDuty();
        } finally {
            dutyLock.unlock();
        }
    }

    @Override
    public boolean help() {
        if (!config.callerRuns()) {
            return false;
        }
        if (dutyLock.isHeldByCurrentThread()) {
            return false; // a listener appends: it may not run its own caller
        }
        return duty() > 0;
    }

    @Override
    public long patienceNs() {
        return config.callerRuns() ? CALLER_PATIENCE_NS : Long.MAX_VALUE;
    }

    @Override
    public void wakePreparer() {
        LockSupport.unpark(preparerThread);
    }

    @Override
    public void wakeFlusher() {
        LockSupport.unpark(flusherThread);
    }

    @Override
    public String shortage(int shard) {
        return engines[shard].preparer().maker().shortage();
    }

    @Override
    public Throwable shortageCause(int shard) {
        return engines[shard].preparer().maker().lastFailure();
    }

    void onDurable(DurableListener listener) {
        listeners.add(listener);
    }

    private void tellListeners(Shard shard) {
        if (listeners.isEmpty()) {
            return;
        }
        final long lsn = shard.durable();
        for (final DurableListener listener : listeners) {
            try {
                listener.onDurable(lsn);
            } catch (RuntimeException failure) {
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

    /// Raises floors and deletes below them.
    void truncate(long[] wanted) {
        maintenance.lock();
        try {
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
            for (final Map.Entry<Integer, ShardFiles> each : files.entrySet()) {
                try {
                    each.getValue().deleteBelow(opening.metaFile().current().floor(each.getKey()));
                } catch (IOException failure) {
                    WalLog.failedDeletion(each.getKey(), failure);
                }
            }
        } finally {
            maintenance.unlock();
        }
    }

    /// Deletes the oldest segments of the shard that has most.
    private int retain() {
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
        try {
            truncate(floors);
            return 1;
        } catch (WalException failure) {
            WalLog.failedDeletion(shard, failure);
            return 0;
        }
    }

    WalStats stats(SeriesTable series) {
        final List<WalStats.Shard> shards = new ArrayList<>();
        for (int shard = 0; shard < engines.length; shard++) {
            shards.add(engines[shard].snapshot(series.registered(shard)));
        }
        return new WalStats(shards);
    }

    /// Closes in this order: no more claims; no more background; drain, force, assert, seal; unmap; unlock.
    void close() {
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
            if (flusherRunner != null) {
                flusherRunner.close();
                preparerRunner.close();
            }
            closeShards(tails);
        } finally {
            lock.close();
            dutyLock.unlock();
        }
    }

    private void closeShards(long[] tails) {
        WalPoisonedException poisoned = null;
        for (int shard = 0; shard < engines.length; shard++) {
            final ShardEngine engine = engines[shard];
            engine.flusher().close(tails[shard]);
            engine.preparer()
                    .close(engine.flusher().lastOrdinal(), engine.flusher().unsealed());
            if (engine.shard().claims.poisonCause() != null && poisoned == null) {
                poisoned = engine.shard().claims.poisoned();
            }
        }
        if (poisoned != null) {
            throw poisoned;
        }
    }
}
