package io.seriatim.wal.mmap;

import io.seriatim.wal.Lsn;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Prepares the segments of one shard ahead of its producers, step by step. One thread at a time.
///
/// A segment becomes reachable only when every byte of it is a real, written zero, and file and name are durable;
/// so a store to it can neither meet a full disk nor vanish with its directory entry.
///
/// How long the writes of zeros are is [Pace]'s to say.
///
/// A preparation that fails is deleted and tried again later under a new sequence. It never poisons: nothing that
/// was appended is concerned.
final class SpareMaker {
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(Pace.MAX_ZERO_BYTES).asReadOnlyBuffer();
    private static final int STEP_BYTES = 256 * 1024;
    private static final long FIRST_RETRY_NS = 50_000_000;
    private static final long MAX_RETRY_NS = 1_000_000_000;

    private final int shard;
    private final Path directory;
    private final Storage storage;
    private final WalConfig config;
    private final SegmentHeader template;
    private final DiskUse diskUse;
    private final ShardEvents events;
    private final ByteBuffer zeros = ZEROS.duplicate();

    private int nextOrdinal;
    private long nextSequence;
    private long predecessor;
    private long nextBase;

    private StorageFile file;
    private SegmentHeader header;
    private long written;
    private long retryAtNs;
    private long retryNs;

    private volatile Throwable lastFailure;
    private volatile boolean capped;
    private volatile long failures;

    /// @param template the epoch's header: sequence, predecessor and base are those of the first segment to come
    SpareMaker(int shard, Path directory, Storage storage, WalConfig config, SegmentHeader template, DiskUse diskUse) {
        this.shard = shard;
        this.directory = directory;
        this.storage = storage;
        this.config = config;
        this.template = template;
        this.diskUse = diskUse;
        this.events = WalEvents.shard(shard);
        this.nextSequence = template.sequence();
        this.predecessor = template.predecessor();
        this.nextBase = template.base();
    }

    /// Does one step towards the next segment.
    ///
    /// @param zeroBytes length of the writes, a power of two
    /// @return the segment if this step finished it, otherwise null
    LiveSegment step(long nowNs, int zeroBytes) {
        if (retryNs != 0 && nowNs - retryAtNs < 0) {
            return null;
        }
        try {
            if (file == null) {
                startUnderCap();
                return null;
            }
            if (written < header.segmentBytes()) {
                zero(zeroBytes);
                return null;
            }
            return finish();
        } catch (IOException | RuntimeException failure) {
            giveUp(failure, nowNs);
            return null;
        } catch (Error failure) {
            giveUp(failure, nowNs); // or the next step would go on with a file that has no header
            throw failure;
        }
    }

    /// Prepares a segment now, for opening, even beyond the cap: without it nobody could truncate.
    ///
    /// @throws IOException if it cannot be prepared
    LiveSegment make() throws IOException {
        try {
            diskUse.add(config.segmentBytes());
            start();
            while (written < header.segmentBytes()) {
                zero(Pace.LEAST_ZERO_BYTES);
            }
            return finish();
        } catch (IOException | RuntimeException | Error failure) {
            giveUp(failure, 0);
            throw failure;
        }
    }

    private void startUnderCap() throws IOException {
        capped = !diskUse.tryReserve(config.segmentBytes());
        if (!capped) {
            start();
        }
    }

    /// A file beside ours may have the last name that there is, or the last position: what was appended beyond could
    /// not be read again.
    private void refuseBeyondLimits() throws IOException {
        if (nextSequence < 0 || nextBase < 0 || nextBase >= Lsn.POSITION_LIMIT - config.segmentBytes()) {
            diskUse.release(config.segmentBytes());
            throw new IOException("no sequence or position is left: shard=" + shard + " sequence=" + nextSequence
                    + " base=" + nextBase + " limit=" + Lsn.POSITION_LIMIT
                    + " (look for a file in the shard's directory that is none of the log's)");
        }
    }

    private void start() throws IOException {
        events.preparationBegins();
        refuseBeyondLimits();
        header = new SegmentHeader(
                template.walId(),
                shard,
                template.shards(),
                template.epochId(),
                template.epoch(),
                nextSequence,
                predecessor,
                nextBase,
                config.segmentBytes(),
                template.timeUnit(),
                System.currentTimeMillis(),
                template.bootId());
        final Path temporary = LogFiles.temporary(path());
        written = 0;
        try {
            storage.delete(temporary);
            file = storage.create(temporary);
        } catch (IOException | RuntimeException | Error failure) {
            diskUse.release(config.segmentBytes());
            throw failure;
        }
        file.write(ByteBuffer.wrap(header.encode()), 0);
        zeros.limit(SegmentHeader.HEADER_BYTES).position(SegmentHeader.BLOCK_BYTES);
        file.write(zeros, SegmentHeader.BLOCK_BYTES);
        written = SegmentHeader.HEADER_BYTES;
    }

    private void zero(int zeroBytes) throws IOException {
        final long end = Math.min(header.segmentBytes(), written + STEP_BYTES);
        while (written < end) {
            // Up to the next multiple, since folios are aligned.
            final long bytes = Math.min(end - written, zeroBytes - written % zeroBytes);
            zeros.limit((int) bytes).position(0);
            file.write(zeros, written);
            written += bytes;
        }
    }

    private LiveSegment finish() throws IOException {
        file.force();
        final Mapping mapping = file.map(header.segmentBytes());
        try {
            storage.rename(LogFiles.temporary(path()), path());
            storage.syncDirectory(directory);
        } catch (IOException | RuntimeException | Error failure) {
            mapping.close();
            throw failure;
        }
        close();
        retryNs = 0;
        lastFailure = null;
        events.preparationEnds(nextSequence, nextBase, written, null);
        final LiveSegment segment = new LiveSegment(nextOrdinal, path(), header, mapping);
        nextOrdinal++;
        predecessor = nextSequence;
        nextSequence++;
        nextBase += header.segmentBytes();
        return segment;
    }

    private void giveUp(Throwable failure, long nowNs) {
        if (lastFailure == null) {
            WalLog.failedPreparation(shard, failure);
        }
        lastFailure = failure;
        failures++;
        retryNs = Math.min(MAX_RETRY_NS, retryNs == 0 ? FIRST_RETRY_NS : 2 * retryNs);
        retryAtNs = nowNs + retryNs;
        abandon();
        events.preparationEnds(nextSequence, nextBase, config.segmentBytes(), failure);
        if (nextSequence >= 0) {
            nextSequence++; // a name that may or may not have become durable is not used again
        }
    }

    /// Drops what is under preparation.
    void abandon() {
        if (file == null) {
            return;
        }
        close();
        try {
            storage.delete(LogFiles.temporary(path()));
            storage.delete(path());
        } catch (IOException | RuntimeException failure) {
            lastFailure = failure; // opening deletes leftovers
        }
        diskUse.release(config.segmentBytes());
    }

    private void close() {
        try {
            file.close();
        } catch (IOException _) {
            // Whatever had to be durable was forced before, or is thrown away.
        }
        file = null;
    }

    private Path path() {
        return LogFiles.segment(directory, header.sequence());
    }

    /// @return ordinal of the segment under preparation or next to be
    int nextOrdinal() {
        return nextOrdinal;
    }

    /// @return true if something is under preparation
    boolean isBusy() {
        return file != null;
    }

    long failures() {
        return failures;
    }

    Throwable lastFailure() {
        return lastFailure;
    }

    /// @return why there is no segment, in words
    String shortage() {
        final Throwable failure = lastFailure;
        if (failure != null) {
            return "preparation failed: " + failure.getMessage();
        }
        return capped ? "maxBytes reached: " + diskUse : "preparation or the force cannot keep up";
    }
}
