package io.seriatim.wal.mmap;

import io.seriatim.wal.WalConfig;
import io.seriatim.wal.format.Bytes;
import io.seriatim.wal.format.WalMeta;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntUnaryOperator;
import java.util.zip.CRC32C;

/// Publishes an open log's counters in `counters.dat`, for other processes to look at. Advice only: whatever goes
/// wrong here ends the publishing, and nothing else.
///
/// The agents publish, producers never do. A store to a mapped file can wait for the file system's journal, so it is
/// the preparer's to do; while that is held up, by a disk that hangs for instance, the flusher does it, or the
/// counters would stand still just when somebody looks. Nothing is allocated; the blocks are real before the file is
/// mapped.
final class Counters {
    /// How often something new is published: often enough for somebody who looks.
    static final long EVERY_NS = 50_000_000;

    /// How long the flusher waits for the preparer to do it.
    static final long PATIENCE_NS = 500_000_000;

    /// How often it is said that nothing is new.
    private static final long SIGN_OF_LIFE_NS = 1_000_000_000;

    private final byte[] bytes;
    private final CRC32C crc = new CRC32C();
    private final AtomicBoolean busy = new AtomicBoolean();
    private final ShardEngine[] engines;
    private final DiskUse diskUse;
    private IntUnaryOperator series = _ -> 0;
    private Mapping mapping; // null: nothing is published
    private long generation;
    private long activity = -1; // a checksum of the counters alone: whether anything has happened
    private long publishedActivity = -1;
    private long publishedNs;
    private volatile long lookedNs;

    private Counters(ShardEngine[] engines, DiskUse diskUse) {
        this.engines = engines;
        this.diskUse = diskUse;
        this.bytes = new byte[CountersLayout.length(engines.length)];
        this.lookedNs = System.nanoTime();
        this.publishedNs = lookedNs;
    }

    /// Makes the file anew. Needs the lock.
    static Counters create(
            Storage storage, WalConfig config, WalMeta meta, long epochId, ShardEngine[] engines, DiskUse diskUse) {
        final Counters counters = new Counters(engines, diskUse);
        if (!storage.isSeenByOthers()) {
            return counters;
        }
        try {
            counters.header(config, meta, epochId, storage.bootId());
            counters.fill(System.nanoTime());
            counters.mapping = counters.map(storage, config.directory());
        } catch (IOException | RuntimeException | Error failure) {
            WalLog.noCounters(failure);
        }
        return counters;
    }

    private void header(WalConfig config, WalMeta meta, long epochId, UUID bootId) {
        final ProcessHandle self = ProcessHandle.current();
        Bytes.putLong(bytes, CountersLayout.MAGIC_OFFSET, CountersLayout.MAGIC);
        Bytes.putInt(bytes, CountersLayout.VERSION_OFFSET, CountersLayout.VERSION);
        Bytes.putInt(bytes, CountersLayout.LENGTH_OFFSET, bytes.length);
        Bytes.putInt(bytes, CountersLayout.SHARDS_OFFSET, engines.length);
        put(CountersLayout.WAL_ID_OFFSET, meta.walId());
        put(CountersLayout.BOOT_ID_OFFSET, bootId);
        put(CountersLayout.EPOCH_OFFSET, meta.epoch());
        put(CountersLayout.EPOCH_ID_OFFSET, epochId);
        put(CountersLayout.PID_OFFSET, self.pid());
        put(
                CountersLayout.PROCESS_STARTED_OFFSET,
                self.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
        put(CountersLayout.OPENED_OFFSET, System.currentTimeMillis());
        put(CountersLayout.FLUSH_NANOS_OFFSET, config.flushEvery().toNanos());
        put(CountersLayout.SEGMENT_BYTES_OFFSET, config.segmentBytes());
        put(CountersLayout.MAX_BYTES_OFFSET, config.maxBytes());
    }

    private void put(int offset, long value) {
        Bytes.putLong(bytes, offset, value);
    }

    private void put(int offset, UUID id) {
        put(offset, id.getMostSignificantBits());
        put(offset + Long.BYTES, id.getLeastSignificantBits());
    }

    private Mapping map(Storage storage, Path directory) throws IOException {
        final Path file = directory.resolve(LogFiles.COUNTERS);
        final Path temporary = LogFiles.temporary(file);
        storage.delete(temporary);
        try (StorageFile out = storage.create(temporary)) {
            out.write(ByteBuffer.wrap(bytes), 0);
            out.force(); // or its blocks are no more than promised, and a store could fail
            final Mapping made = out.map(bytes.length);
            try {
                // Not synced: nobody needs it after a crash.
                storage.rename(temporary, file);
                return made;
            } catch (IOException | RuntimeException | Error failure) {
                made.close();
                throw failure;
            }
        } catch (IOException | RuntimeException | Error failure) {
            storage.delete(temporary);
            throw failure;
        }
    }

    /// From when on series are registered.
    void series(IntUnaryOperator registered) {
        series = registered;
    }

    /// Publishes if it is due. Any agent; whoever comes while another is at it does nothing.
    ///
    /// @param ageNs how long ago the last look must have been
    void tick(long nowNs, long ageNs) {
        if (nowNs - lookedNs < ageNs || mapping == null || !busy.compareAndSet(false, true)) {
            return;
        }
        // Not given back after a failure: then nothing is published any more.
        try {
            lookedNs = nowNs;
            fill(nowNs);
            if (activity != publishedActivity || nowNs - publishedNs >= SIGN_OF_LIFE_NS) {
                publish(nowNs);
            }
        } catch (InternalError cutShort) {
            WalLog.noCounters(cutShort);
            return;
        }
        busy.setRelease(false);
    }

    private void publish(long nowNs) {
        final int from = CountersLayout.CRC32C_OFFSET;
        CountersLayout.generation(mapping.memory(), generation + 1);
        LiveBytes.put(mapping.memory(), from, bytes, from, bytes.length - from);
        generation += 2;
        CountersLayout.generation(mapping.memory(), generation);
        publishedActivity = activity;
        publishedNs = nowNs;
    }

    private void fill(long nowNs) {
        put(CountersLayout.PUBLISHED_OFFSET, System.currentTimeMillis());
        put(CountersLayout.PUBLISHED_NANOS_OFFSET, nowNs);
        put(CountersLayout.DISK_BYTES_OFFSET, diskUse.bytes());
        for (int shard = 0; shard < engines.length; shard++) {
            fill(CountersLayout.shard(shard), engines[shard], series.applyAsInt(shard));
        }
        crc.reset();
        crc.update(bytes, CountersLayout.HEADER_BYTES, bytes.length - CountersLayout.HEADER_BYTES);
        activity = crc.getValue();
        Bytes.putInt(bytes, CountersLayout.CRC32C_OFFSET, CountersLayout.crc(crc, bytes, bytes.length));
    }

    private void fill(int at, ShardEngine engine, int registered) {
        final Claims claims = engine.shard().claims;
        final FlushStats stats = engine.stats();
        final Preparer preparer = engine.preparer();
        // In this order, so that each is at most the next: they only grow.
        final long durable = claims.frontiers().durableVolatile();
        final long committed = claims.frontiers().committedAcquire();
        final long tail = claims.tailPosition();
        put(at + CountersLayout.TAIL, tail);
        put(at + CountersLayout.COMMITTED, committed);
        put(at + CountersLayout.DURABLE, durable);
        put(at + CountersLayout.RECORDS, stats.records.get());
        put(at + CountersLayout.SERIES, registered);
        put(at + CountersLayout.SEGMENTS, preparer.files().count() + preparer.live());
        put(at + CountersLayout.MAPPED, preparer.live());
        put(at + CountersLayout.SPARES, preparer.spares());
        put(at + CountersLayout.ROLLS, engine.rolls().sum());
        put(at + CountersLayout.WAITS, engine.shard().waits.sum());
        put(at + CountersLayout.DROPPED, engine.shard().dropped.sum());
        put(at + CountersLayout.FAILED_PREPARATIONS, preparer.maker().failures());
        put(at + CountersLayout.STALLED_CLAIMS, stats.stalledClaims.get());
        put(at + CountersLayout.FORCES, stats.forces.get());
        put(at + CountersLayout.FORCED_BYTES, stats.forcedBytes.get());
        put(at + CountersLayout.FORCE_NANOS, stats.forceNs.get());
        put(at + CountersLayout.LAST_FORCE_NANOS, stats.lastForceNs.get());
        put(at + CountersLayout.MAX_FORCE_NANOS, stats.maxForceNs.get());
        put(at + CountersLayout.POISONED, claims.poisonCause() == null ? 0 : 1);
    }

    /// Says that the log is closed, and unmaps. No agent runs any more.
    void close() {
        if (mapping == null) {
            return;
        }
        if (busy.compareAndSet(false, true)) {
            try {
                put(CountersLayout.CLOSED_OFFSET, System.currentTimeMillis());
                fill(System.nanoTime());
                publish(publishedNs);
            } catch (InternalError _) {
                // Cut short underneath: nobody needs it.
            }
        }
        mapping.close();
        mapping = null;
    }
}
