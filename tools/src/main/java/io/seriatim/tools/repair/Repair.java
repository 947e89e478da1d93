package io.seriatim.tools.repair;

import io.seriatim.tools.CannotRunException;
import io.seriatim.tools.OrphanLines;
import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayPolicy;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalLockedException;
import io.seriatim.wal.mmap.InspectedLog;
import io.seriatim.wal.mmap.MappedWal;
import java.nio.file.Path;
import java.time.Duration;

/// Makes a sound log of what is provably valid in a damaged one. The damaged one is read as `replay` reads it,
/// and never changed.
final class Repair {
    private static final int FLUSH_BYTES = 64 << 20;
    private static final Duration DISK_FULL_PATIENCE = Duration.ofSeconds(15);
    private static final ReplayHandler NOBODY = (_, _) -> {};

    private final InspectedLog damaged;
    private final ReplayOptions options;

    Repair(InspectedLog damaged, ReplayOptions options) {
        this.damaged = damaged;
        this.options = options.policy(ReplayPolicy.SALVAGE).threads(1);
    }

    /// What came of it.
    ///
    /// @param found   what is in the damaged log
    /// @param written what is in the new one, or null if there is none
    /// @param details histograms, exemplars and metadata kept
    /// @param opaque  opaque records kept
    /// @param moved   those of them that are in another shard than before
    record Result(ReplayReport found, ReplayReport written, long details, long opaque, long moved) {}

    /// Only looks.
    Result dryRun() {
        final Digest digest = new Digest(Lsn.MAX_SHARDS);
        final ReplayReport found = MappedWal.replay(damaged.directory(), options, digest);
        return new Result(found, null, digest.details(), digest.opaque(), 0);
    }

    /// Writes the new log, reads it back, compares, and only then gives it its name. What was begun is deleted
    /// if anything fails.
    ///
    /// @param orphans where to keep samples without labels, or null
    Result write(NewLog target, OrphanLines orphans) {
        final Result result = build(target, orphans);
        target.publish();
        return result;
    }

    private Result build(NewLog target, OrphanLines orphans) {
        final MappedWal wal = open(target);
        try {
            final ReplayReport found;
            final Rebuilder rebuilder;
            try (wal) {
                rebuilder = new Rebuilder(wal, orphans == null ? NOBODY : orphans);
                found = MappedWal.replay(damaged.directory(), options, rebuilder);
                rebuilder.finish();
            }
            final ReplayReport written = readBack(target, rebuilder);
            if (orphans != null) {
                orphans.finish();
            }
            return new Result(
                    found,
                    written,
                    rebuilder.digest().details(),
                    rebuilder.digest().opaque(),
                    rebuilder.moved());
        } catch (RuntimeException | Error failure) {
            deleteAfter(failure, target);
            throw failure;
        }
    }

    private MappedWal open(NewLog target) {
        try {
            return MappedWal.open(config(target.unfinished()));
        } catch (WalLockedException failure) {
            throw failure; // another repair was faster, and works there
        } catch (RuntimeException | Error failure) {
            deleteAfter(failure, target);
            throw failure;
        }
    }

    private static void deleteAfter(Throwable failure, NewLog target) {
        try {
            target.deleteUnfinished();
        } catch (RuntimeException second) {
            failure.addSuppressed(second);
        }
    }

    private ReplayReport readBack(NewLog target, Rebuilder rebuilder) {
        final Digest read = new Digest(shards());
        final ReplayReport written =
                MappedWal.replay(target.unfinished(), ReplayOptions.defaults().policy(ReplayPolicy.STRICT), read);
        if (!read.equals(rebuilder.digest()) || written.state() != ReplayReport.State.SOUND) {
            throw new CannotRunException("the new log does not read as it was written, so it was deleted: samples="
                    + read.samples() + " expected=" + rebuilder.digest().samples() + " state=" + written.state()
                    + " (mistrust this disk or memory; try another)");
        }
        return written;
    }

    private int shards() {
        return Math.max(1, damaged.shards());
    }

    private WalConfig config(Path directory) {
        final WalConfig defaults = WalConfig.at(directory)
                .shards(shards())
                .timeUnit(damaged.timeUnit())
                .flushEvery(Duration.ofSeconds(1))
                .flushBytes(FLUSH_BYTES)
                .backpressure(Backpressure.block(DISK_FULL_PATIENCE));
        return damaged.segmentBytes() == 0 ? defaults : defaults.segmentBytes(damaged.segmentBytes());
    }
}
