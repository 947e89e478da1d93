package io.seriatim.wal.mmap;

import io.seriatim.wal.WalConfig;
import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The slow work of one shard, before it is needed: prepares segments, touches pages ahead of the producers,
/// unmaps what is finished. One thread at a time.
final class Preparer {
    // A page fault costs a producer 3 us and more, a page touched before costs 20 ns. The window is what a fast
    // producer fills in a few milliseconds: the time this agent may be late.
    private static final int TOUCH_AHEAD_BYTES = 4 << 20;
    private static final int PAGE_BYTES = 4096;
    private static final long LIVE_BYTES = 512 << 20;
    private static final int MAX_LIVE = 48;
    private static final int MIN_LIVE = 4;

    private final Claims claims;
    private final SpareMaker maker;
    private final ShardFiles files;
    private final DiskUse diskUse;
    private final Storage storage;
    private final int liveLimit;
    private final Pace pace;
    private final ConcurrentLinkedQueue<LiveSegment> retired = new ConcurrentLinkedQueue<>();

    private volatile int live = 1;

    Preparer(
            Claims claims,
            SpareMaker maker,
            ShardFiles files,
            DiskUse diskUse,
            Storage storage,
            WalConfig config,
            FlushStats stats) {
        this.claims = claims;
        this.maker = maker;
        this.files = files;
        this.diskUse = diskUse;
        this.storage = storage;
        this.liveLimit = liveLimit(config);
        this.pace = new Pace(stats, config.segmentBytes(), config.maxBytes() > 0);
    }

    /// @return how many segments of a shard may be mapped at once; producers wait beyond
    static int liveLimit(WalConfig config) {
        return Math.clamp(LIVE_BYTES / config.segmentBytes(), MIN_LIVE, MAX_LIVE);
    }

    /// Takes a sealed segment over. Flusher only.
    void retire(LiveSegment segment) {
        retired.add(segment);
    }

    /// Does one step of what is due.
    ///
    /// @return how much was done; 0 if nothing
    int duty(long nowNs) {
        return unmap() + prepare(nowNs) + touchAhead();
    }

    private int unmap() {
        int done = 0;
        for (LiveSegment segment = retired.poll(); segment != null; segment = retired.poll()) {
            segment.close();
            files.add(new ShardFiles.Entry(segment.file, segment.end(), segment.length));
            live--;
            done++;
        }
        return done;
    }

    private int prepare(long nowNs) {
        final boolean wanted = maker.nextOrdinal() <= claims.ordinal() + pace.ahead()
                && live < liveLimit
                && maker.nextOrdinal() < Tail.MAX_ORDINAL
                && claims.poisonCause() == null;
        if (!wanted && !maker.isBusy()) {
            return 0;
        }
        final boolean wasBusy = maker.isBusy();
        if (!wasBusy) {
            pace.look(nowNs);
        }
        final LiveSegment segment = maker.step(nowNs, pace.zeroBytes());
        if (segment != null) {
            live++;
            claims.offer(segment);
            claims.tryRoll();
        }
        return wasBusy || maker.isBusy() ? 1 : 0;
    }

    /// Prepares the next segment at once. For closing, when no agent does it.
    ///
    /// @return the segment, or null if there is no space for it
    LiveSegment prepareNow() {
        LiveSegment segment;
        do {
            segment = maker.step(System.nanoTime(), Pace.LEAST_ZERO_BYTES);
        } while (segment == null && maker.isBusy());
        if (segment != null) {
            live++;
            claims.offer(segment);
        }
        return segment;
    }

    private int touchAhead() {
        final int ordinal = claims.ordinal();
        final LiveSegment current = claims.segmentOf(ordinal);
        if (current == null) {
            return 0;
        }
        final long tail = claims.tailPosition() - current.base;
        int done = touch(current, tail, tail + TOUCH_AHEAD_BYTES);
        final long beyond = tail + TOUCH_AHEAD_BYTES - current.length;
        final LiveSegment next = claims.segmentOf(ordinal + 1);
        if (beyond > 0 && next != null) {
            done += touch(next, SegmentHeader.HEADER_BYTES, beyond);
        }
        return done;
    }

    private static int touch(LiveSegment segment, long from, long to) {
        final int start = (int) Math.max(segment.touched, from & -PAGE_BYTES);
        final int end = (int) Math.min(to, segment.length);
        try {
            if (start >= end || !PageTouch.isReady(segment.memory, start)) {
                return 0;
            }
            for (int at = start; at < end; at += PAGE_BYTES) {
                PageTouch.touch(segment.memory, at);
            }
        } catch (InternalError _) {
            // Cut short underneath, or failed. Who stores or walks there finds out as well, and poisons the shard; this
            // agent has the other shards to care for.
            segment.touched = segment.length;
            return 0;
        }
        segment.touched = Math.max(segment.touched, (end + PAGE_BYTES - 1) & -PAGE_BYTES);
        return 1;
    }

    int live() {
        return live;
    }

    int spares() {
        return Math.max(0, maker.nextOrdinal() - 1 - claims.ordinal());
    }

    SpareMaker maker() {
        return maker;
    }

    ShardFiles files() {
        return files;
    }

    /// After the flusher's close: drops what is half prepared, deletes spares, unmaps everything, what a poisoned
    /// shard's flusher has not come to as well.
    ///
    /// @param lastUsed ordinal of the last segment that holds a frame
    void close(int lastUsed) {
        maker.abandon();
        unmap();
        // The newest first, and each deletion durable before the next: a spare whose predecessor is gone would look
        // as if a segment were missing. For the same reason one that cannot be deleted keeps the older ones.
        boolean deleted = true;
        for (int ordinal = maker.nextOrdinal() - 1; deleted && ordinal > lastUsed; ordinal--) {
            final LiveSegment spare = claims.segmentOf(ordinal);
            if (spare != null) {
                claims.withdraw(spare);
                spare.close();
                deleted = delete(spare);
            }
        }
        for (int slot = 0; slot < Claims.SLOTS; slot++) {
            final LiveSegment segment = claims.slot(slot);
            if (segment != null) {
                claims.withdraw(segment);
                segment.close();
            }
        }
    }

    private boolean delete(LiveSegment spare) {
        try {
            storage.delete(spare.file);
            storage.syncDirectory(spare.file.getParent());
            diskUse.release(spare.length);
            return true;
        } catch (IOException _) {
            return false; // an empty spare on disk is no harm; recovery knows them
        }
    }
}
