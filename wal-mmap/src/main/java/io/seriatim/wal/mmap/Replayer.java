package io.seriatim.wal.mmap;

import io.seriatim.wal.Damage;
import io.seriatim.wal.DamagedLogException;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayPolicy;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import io.seriatim.wal.WalIoException;
import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Reads a whole log for a handler. Needs no lock and changes nothing; the log may be open elsewhere.
///
/// STRICT and PREFIX read twice: whether a gap matters is known only behind it, and nothing may have been handed
/// on by then. SALVAGE reads once.
final class Replayer {
    private static final ReplayHandler NOBODY = new ReplayHandler() {
        @Override
        public void onSamples(Labels series, Samples samples) {}
    };

    private final Storage storage;
    private final LogDirectory log;
    private final ReplayOptions options;
    private final SegmentVisitor visitor;

    private Replayer(Storage storage, LogDirectory log, ReplayOptions options, SegmentVisitor visitor) {
        this.storage = storage;
        this.log = log;
        this.options = options;
        this.visitor = visitor;
    }

    static ReplayReport replay(Storage storage, Path directory, ReplayOptions options, ReplayHandler handler) {
        return read(storage, directory, options, handler, null);
    }

    /// The same, telling of every part of every segment.
    static ReplayReport inspect(
            Storage storage, Path directory, ReplayOptions options, ReplayHandler handler, SegmentVisitor visitor) {
        Objects.requireNonNull(handler, "handler");
        Objects.requireNonNull(visitor, "visitor");
        if (options.policy() != ReplayPolicy.SALVAGE) {
            throw new IllegalArgumentException("only SALVAGE reads every segment once: policy=" + options.policy());
        }
        return read(storage, directory, options, handler, visitor);
    }

    private static ReplayReport read(
            Storage storage, Path directory, ReplayOptions options, ReplayHandler handler, SegmentVisitor visitor) {
        final WalEvents.Replaying event = WalEvents.replayBegins(directory, options);
        try {
            final ReplayReport report =
                    new Replayer(storage, LogDirectory.require(storage, directory), options, visitor).run(handler);
            event.ends(report);
            return report;
        } catch (IOException failure) {
            throw new WalIoException("read the log", directory, failure);
        }
    }

    private ReplayReport run(ReplayHandler handler) throws IOException {
        if (options.policy() == ReplayPolicy.SALVAGE) {
            return report(scan(handler, Map.of()));
        }
        final List<Damage> damages = log.metaDamage();
        if (options.policy() == ReplayPolicy.STRICT && !damages.isEmpty()) {
            throw new DamagedLogException(damages.getFirst());
        }
        final List<ShardScan> first = scan(NOBODY, Map.of());
        final Map<Integer, Cuts> cuts = new HashMap<>();
        for (final ShardScan scan : first) {
            for (final Damage damage : scan.damages()) {
                if (options.policy() == ReplayPolicy.STRICT && damage.verdict() != Damage.Verdict.HARMLESS) {
                    throw new DamagedLogException(damage);
                }
            }
            cuts.put(scan.totals().shard(), scan.cuts());
        }
        final List<Damage> absent = absentShards(first);
        if (options.policy() == ReplayPolicy.STRICT && !absent.isEmpty()) {
            throw new DamagedLogException(absent.getFirst());
        }
        return report(scan(handler, cuts));
    }

    /// Epochs of different shard counts are kept apart: a series may have changed its shard between them.
    private List<ShardScan> scan(ReplayHandler handler, Map<Integer, Cuts> cuts) throws IOException {
        final List<ShardContents> contents = new ArrayList<>();
        final List<ShardScan> scans = new ArrayList<>();
        final LabelMemory labels = new LabelMemory(options.labelBytes());
        for (final Map.Entry<Integer, List<SegmentFile>> each : log.shards().entrySet()) {
            final int shard = each.getKey();
            final ShardContents one = new ShardContents(
                    shard,
                    HeaderRepair.infer(storage, each.getValue()),
                    log.meta().floor(shard),
                    log.metaNote().isEmpty());
            contents.add(one);
            scans.add(new ShardScan(
                    one,
                    new ScanRequest(storage, options.from(), options.until(), visitor, labels),
                    handler,
                    cuts.getOrDefault(shard, Cuts.NONE)));
        }
        try {
            try (SegmentFeed feed = new SegmentFeed(storage, options, log.bytes())) {
                for (final List<SegmentFeed.Work> stage : stages(contents, scans)) {
                    feed.run(stage);
                }
            }
        } finally {
            for (final ShardScan scan : scans) {
                scan.close();
            }
        }
        scans.forEach(ShardScan::finish);
        return scans;
    }

    private static List<List<SegmentFeed.Work>> stages(List<ShardContents> contents, List<ShardScan> scans) {
        // A stage is a run of epochs with one shard count, numbered in the order of the epochs.
        final Map<Long, Integer> shardsByEpoch = new TreeMap<>();
        for (final ShardContents one : contents) {
            for (final SegmentFile segment : one.segments()) {
                final SegmentHeader header = segment.header();
                if (header != null) {
                    shardsByEpoch.put(header.epoch(), header.shards());
                }
            }
        }
        final Map<Long, Integer> stageByEpoch = new HashMap<>();
        int stage = 0;
        int shards = -1;
        for (final Map.Entry<Long, Integer> epoch : shardsByEpoch.entrySet()) {
            if (shards >= 0 && epoch.getValue() != shards) {
                stage++;
            }
            shards = epoch.getValue();
            stageByEpoch.put(epoch.getKey(), stage);
        }
        final List<List<SegmentFeed.Work>> stages = new ArrayList<>();
        for (int i = 0; i <= stage; i++) {
            stages.add(new ArrayList<>());
        }
        for (int i = 0; i < contents.size(); i++) {
            int current = 0;
            final List<List<SegmentFile>> perStage = new ArrayList<>();
            for (int s = 0; s <= stage; s++) {
                perStage.add(new ArrayList<>());
            }
            for (final SegmentFile segment : contents.get(i).segments()) {
                if (segment.header() != null) {
                    current =
                            Math.max(current, stageByEpoch.get(segment.header().epoch()));
                }
                perStage.get(current).add(segment);
            }
            for (int s = 0; s <= stage; s++) {
                if (!perStage.get(s).isEmpty()) {
                    stages.get(s).add(new SegmentFeed.Work(scans.get(i), perStage.get(s)));
                }
            }
        }
        return stages;
    }

    /// An epoch in use has a segment in each of its shards: they are all made before the first append, and the
    /// newest is never deleted. A shard without one has been taken away.
    private List<Damage> absentShards(List<ShardScan> scans) throws IOException {
        final SegmentHeader used = scans.stream()
                .map(ShardScan::used)
                .filter(Objects::nonNull)
                .max(Comparator.comparingLong(SegmentHeader::epoch))
                .orElse(null);
        final List<Damage> absent = new ArrayList<>();
        for (int shard = 0; used != null && shard < used.shards(); shard++) {
            final List<SegmentFile> segments = log.shards().getOrDefault(shard, List.of());
            final boolean there = segments.stream()
                    .anyMatch(segment ->
                            segment.header() == null || segment.header().epoch() >= used.epoch());
            final long floor = log.meta().floor(shard);
            final boolean truncated = floor > 0 && log.newestEpoch() > used.epoch();
            final Path directory = LogFiles.shard(log.path(), shard);
            if (!there && !truncated && !isThereNow(directory, segments.size())) {
                absent.add(new Damage(
                        directory,
                        shard,
                        0,
                        0,
                        segments.isEmpty() ? floor : segments.getLast().end(),
                        Damage.Kind.MISSING_SEGMENT,
                        Damage.Verdict.UNDETERMINED,
                        Long.MAX_VALUE,
                        "no segment of epoch " + used.epoch() + ", which has " + used.shards() + " shards"));
            }
        }
        return absent;
    }

    /// The log may have been opened after it was listed.
    private boolean isThereNow(Path directory, int listed) throws IOException {
        return storage.exists(directory)
                && storage.list(directory).stream()
                                .filter(name -> LogFiles.sequence(name) >= 0)
                                .count()
                        > listed;
    }

    private ReplayReport report(List<ShardScan> scans) throws IOException {
        final List<ReplayReport.Shard> shards = new ArrayList<>();
        final List<Damage> damages = new ArrayList<>(log.metaDamage());
        damages.addAll(absentShards(scans));
        long beyond = 0;
        boolean complete = true;
        for (final ShardScan scan : scans) {
            shards.add(scan.totals());
            for (final Damage damage : scan.damages()) {
                if (damages.size() < ReplayReport.MAX_DAMAGES) {
                    damages.add(damage);
                } else {
                    beyond++;
                }
            }
            beyond += scan.findings().beyond();
            complete &= !scan.wasCut();
        }
        return new ReplayReport(shards, damages, beyond, complete);
    }
}
