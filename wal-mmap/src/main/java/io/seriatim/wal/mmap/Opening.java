package io.seriatim.wal.mmap;

import io.seriatim.wal.Damage;
import io.seriatim.wal.DamagedLogException;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayPolicy;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.UnsupportedFormatException;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalIoException;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.SamplesEncoder;
import io.seriatim.wal.format.SegmentHeader;
import io.seriatim.wal.format.Verdict;
import io.seriatim.wal.format.WalMeta;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// The steps from a directory to a log that takes appends. The order is the promise: look, make durable what is
/// there, note the new epoch, prepare the first segments; only then does anybody get to append.
final class Opening {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long PARALLEL_FROM_BYTES = 16 << 20;
    private static final int MAX_THREADS = 16;

    private final WalConfig config;
    private final Storage storage;
    private final Path directory;
    private final long epochId = RANDOM.nextLong();
    private final Map<Integer, ShardRecovery> recoveries = new TreeMap<>();
    private final Map<Integer, List<SegmentFile>> found = new TreeMap<>();
    private final DiskUse diskUse;
    private List<Damage> metaDamage = List.of();
    private WalMeta meta;
    private MetaFile metaFile;

    Opening(WalConfig config, Storage storage) {
        this.config = config;
        this.storage = storage;
        this.directory = config.directory();
        this.diskUse = new DiskUse(config.maxBytes());
    }

    /// Looks at what is there and makes it durable. Needs the lock.
    ///
    /// @throws WalIoException if the file system refuses
    void recover() {
        try {
            final LogDirectory log = LogDirectory.read(storage, directory);
            if (log == null) {
                meta = new WalMeta(UUID.randomUUID(), config.timeUnit(), 1, new long[config.shards()]);
            } else {
                check(log);
                meta = new WalMeta(log.meta().walId(), log.meta().timeUnit(), newestEpoch(log) + 1, log.floors());
                examine(log);
            }
            metaFile = new MetaFile(directory, storage, meta);
            metaFile.replace(meta);
            for (final int shard : recoveries.keySet()) {
                if (shard >= config.shards()) {
                    deleteLeftovers(LogFiles.shard(directory, shard)); // those of the others: see maker
                }
            }
        } catch (IOException failure) {
            throw new WalIoException("recover the log", directory, failure);
        }
    }

    private void check(LogDirectory log) {
        for (final List<SegmentFile> segments : log.shards().values()) {
            for (final SegmentFile segment : segments) {
                if (segment.problem() == Damage.Kind.NEWER_VERSION) {
                    throw new UnsupportedFormatException(
                            segment.file(), "format version", segment.detail(), SegmentHeader.VERSION);
                }
            }
        }
        if (log.meta().timeUnit() != config.timeUnit()) {
            throw new UnsupportedFormatException(
                    directory.resolve(LogFiles.META), "time unit", log.meta().timeUnit(), config.timeUnit());
        }
    }

    private static long newestEpoch(LogDirectory log) {
        return Math.max(log.meta().epoch(), log.newestEpoch());
    }

    private void examine(LogDirectory log) throws IOException {
        metaDamage = log.metaDamage();
        if (config.onDamage() == ReplayPolicy.STRICT && !metaDamage.isEmpty()) {
            throw new DamagedLogException(metaDamage.getFirst());
        }
        final List<SegmentFeed.Work> works = new ArrayList<>();
        for (final Map.Entry<Integer, List<SegmentFile>> shard : log.shards().entrySet()) {
            final List<SegmentFile> segments = HeaderRepair.infer(storage, shard.getValue());
            final ShardRecovery recovery = new ShardRecovery(
                    storage,
                    new ShardContents(
                            shard.getKey(),
                            segments,
                            log.meta().floor(shard.getKey()),
                            log.metaNote().isEmpty()));
            works.add(recovery.begin());
            recoveries.put(shard.getKey(), recovery);
            found.put(shard.getKey(), segments);
            segments.forEach(segment -> diskUse.add(segment.bytes()));
        }
        read(works);
        for (final ShardRecovery recovery : recoveries.values()) {
            recovery.examined(config.onDamage());
        }
        // Nothing is stored before every shard has been examined: STRICT may refuse.
        for (final Map.Entry<Integer, ShardRecovery> recovery : recoveries.entrySet()) {
            recovery.getValue().makeDurable();
            // The names as well: the process that gave them may have died before it synced them.
            storage.syncDirectory(LogFiles.shard(directory, recovery.getKey()));
        }
    }

    /// Reads the tails, long ones with all processors: nobody appends before.
    private void read(List<SegmentFeed.Work> works) throws IOException {
        final long bytes = works.stream()
                .flatMap(work -> work.segments().stream())
                .mapToLong(SegmentFile::bytes)
                .sum();
        final boolean alone = config.callerRuns() || bytes < PARALLEL_FROM_BYTES;
        final int threads = alone ? 1 : Math.min(Runtime.getRuntime().availableProcessors(), MAX_THREADS);
        try (SegmentFeed feed =
                new SegmentFeed(storage, ReplayOptions.defaults().threads(threads), bytes)) {
            feed.run(works);
        }
    }

    private void deleteLeftovers(Path shardDirectory) throws IOException {
        for (final String name : storage.list(shardDirectory)) {
            if (name.endsWith(LogFiles.SEGMENT_SUFFIX + LogFiles.TEMPORARY_SUFFIX)) {
                storage.delete(shardDirectory.resolve(name)); // never had a name that anybody believes
            }
        }
    }

    /// Prepares the place for a shard's new segments.
    ///
    /// @throws WalIoException if the file system refuses
    SpareMaker maker(int shard) {
        final Path path = LogFiles.shard(directory, shard);
        try {
            storage.createDirectories(path);
            deleteLeftovers(path);
        } catch (IOException failure) {
            throw new WalIoException("prepare the shard's directory", path, failure);
        }
        final ShardRecovery recovery = recoveries.get(shard);
        final long floor = meta.floor(shard) + SegmentHeader.HEADER_BYTES - 1 & -SegmentHeader.HEADER_BYTES;
        final SegmentHeader template = new SegmentHeader(
                meta.walId(),
                shard,
                config.shards(),
                epochId,
                meta.epoch(),
                recovery == null ? 0 : recovery.nextSequence(),
                recovery == null ? -1 : recovery.predecessor(),
                recovery == null ? floor : recovery.nextBase(),
                config.segmentBytes(),
                meta.timeUnit(),
                0,
                storage.bootId());
        return new SpareMaker(shard, path, storage, config, template, diskUse);
    }

    /// Makes the first segment of a shard.
    ///
    /// @throws WalIoException if it cannot be prepared
    LiveSegment firstSegment(SpareMaker maker, int shard) {
        try {
            return maker.make();
        } catch (IOException failure) {
            throw new WalIoException("prepare the first segment", LogFiles.shard(directory, shard), failure);
        }
    }

    /// Puts the verdict on what was found into an encoder.
    ///
    /// @return the frame's length in bytes
    int encodeVerdict(int shard, LiveSegment first, SamplesEncoder encoder) {
        final ShardRecovery recovery = recoveries.get(shard);
        final Verdict verdict = recovery != null
                ? recovery.verdict()
                : new Verdict(first.base, first.base, first.base, first.base, List.of());
        final long[] fields = verdict.fields();
        return encoder.fields(FrameLayout.VERDICT, 0, 0, fields, fields.length);
    }

    /// @return the finished segments of every shard directory, that of shards no longer in use too
    Map<Integer, ShardFiles> files() {
        final Map<Integer, ShardFiles> files = new TreeMap<>();
        for (int shard = 0; shard < config.shards(); shard++) {
            files.put(shard, new ShardFiles(LogFiles.shard(directory, shard), storage, diskUse));
        }
        found.forEach((shard, segments) -> {
            final ShardFiles one = files.computeIfAbsent(
                    shard, _ -> new ShardFiles(LogFiles.shard(directory, shard), storage, diskUse));
            long end = 0;
            for (final SegmentFile segment : segments) {
                end = segment.header() != null ? segment.end() : end;
                // A file that is no segment of ours is never deleted.
                if (segment.header() != null) {
                    one.add(new ShardFiles.Entry(segment.file(), end, segment.bytes()));
                }
            }
        });
        return files;
    }

    /// What deletes them.
    Deletion deletion(Map<Integer, ShardFiles> files) {
        final long most = config.maxBytes() == 0
                ? config.consumerBytes()
                : Math.min(config.consumerBytes(), config.maxBytes() / 2);
        return new Deletion(files, metaFile, diskUse, new Consumers(storage, directory, meta.walId()), most);
    }

    /// Makes the file in which other processes see the log's counters.
    Counters counters(ShardEngine[] engines) {
        return Counters.create(storage, config, meta, epochId, engines, diskUse);
    }

    ReplayReport report() {
        final List<ReplayReport.Shard> shards = new ArrayList<>();
        final List<Damage> damages = new ArrayList<>(metaDamage);
        for (final ShardRecovery recovery : recoveries.values()) {
            shards.add(recovery.totals());
            damages.addAll(recovery.damages());
        }
        final int listed = Math.min(damages.size(), ReplayReport.MAX_DAMAGES);
        return new ReplayReport(shards, damages.subList(0, listed), damages.size() - listed, true);
    }

    DiskUse diskUse() {
        return diskUse;
    }

    MetaFile metaFile() {
        return metaFile;
    }
}
