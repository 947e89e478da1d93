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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private Replayer(Storage storage, LogDirectory log, ReplayOptions options) {
        this.storage = storage;
        this.log = log;
        this.options = options;
    }

    static ReplayReport replay(Storage storage, Path directory, ReplayOptions options, ReplayHandler handler) {
        try {
            return new Replayer(storage, LogDirectory.require(storage, directory), options).run(handler);
        } catch (IOException failure) {
            throw new WalIoException("read the log", directory, failure);
        }
    }

    private ReplayReport run(ReplayHandler handler) throws IOException {
        if (options.policy() == ReplayPolicy.SALVAGE) {
            return report(scan(handler, Map.of()));
        }
        final List<ShardScan> first = scan(NOBODY, Map.of());
        final Map<Integer, ShardScan.Cuts> cuts = new HashMap<>();
        for (final ShardScan scan : first) {
            for (final Damage damage : scan.damages()) {
                if (options.policy() == ReplayPolicy.STRICT && damage.verdict() != Damage.Verdict.HARMLESS) {
                    throw new DamagedLogException(damage);
                }
            }
            cuts.put(scan.totals().shard(), scan.cuts());
        }
        return report(scan(handler, cuts));
    }

    /// Epochs of different shard counts are kept apart: a series may have changed its shard between them.
    private List<ShardScan> scan(ReplayHandler handler, Map<Integer, ShardScan.Cuts> cuts) throws IOException {
        final List<ShardScan.ShardContents> contents = new ArrayList<>();
        final List<ShardScan> scans = new ArrayList<>();
        log.shards().forEach((shard, segments) -> {
            final ShardScan.ShardContents one = new ShardScan.ShardContents(
                    shard,
                    HeaderRepair.infer(segments),
                    log.meta().floor(shard),
                    log.metaNote().isEmpty());
            contents.add(one);
            scans.add(new ShardScan(
                    one,
                    new ShardScan.ScanRequest(storage, options.from(), options.until()),
                    handler,
                    cuts.getOrDefault(shard, ShardScan.Cuts.NONE)));
        });
        try (SegmentFeed feed = new SegmentFeed(storage, options, log.bytes())) {
            for (final List<SegmentFeed.Work> stage : stages(contents, scans)) {
                feed.run(stage);
            }
        }
        scans.forEach(ShardScan::finish);
        return scans;
    }

    private static List<List<SegmentFeed.Work>> stages(List<ShardScan.ShardContents> contents, List<ShardScan> scans) {
        // A stage is a run of epochs with one shard count, numbered in the order of the epochs.
        final Map<Long, Integer> shardsByEpoch = new TreeMap<>();
        for (final ShardScan.ShardContents one : contents) {
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

    private static ReplayReport report(List<ShardScan> scans) {
        final List<ReplayReport.Shard> shards = new ArrayList<>();
        final List<Damage> damages = new ArrayList<>();
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
