package io.seriatim.wal.mmap;

import io.seriatim.wal.WalClosedException;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.WalPoisonedException;
import io.seriatim.wal.format.FrameLayout;
import io.seriatim.wal.format.Mark;
import io.seriatim.wal.format.SamplesEncoder;
import io.seriatim.wal.format.SealBlock;
import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Makes one shard durable, batch by batch, and finishes its segments. One thread at a time; nobody else forces a
/// live segment, because an error is reported to one caller only.
///
/// # Why `durable` is true
///
/// *Assumptions.* A successful force of a range makes durable what was stored there before the call. Positive
/// commit words are final ([Shard]).
///
/// *Guarantees.*
///
/// 1. The walk stops at the first commit word that is not positive. So everything below C, the walk's end, is
///    whole, and C is noted before the mark is claimed and before the force begins.
/// 2. Every file from the old durable position up to C is forced, oldest first; only when all have succeeded is
///    `durable` set to C. The mark itself lies behind C and is not counted.
/// 3. A force that fails poisons the shard. `durable` stays, and no range is ever forced a second time.
/// 4. A mark says "everything below the durable position of *that* moment was forced". It is written after that
///    position was published, so a mark that survives proves it.
///
/// *Example.* durable = 4096. A commits `[4096, 4128)`, B holds `[4128, 4160)` open, C commits behind it. The walk
/// ends at
/// 4128. The mark, somewhere behind C, asserts 4096. The force covers `[4096, 4128)`; then durable = 4128,
///       although a page of B's and C's bytes went to disk as well.
final class ShardFlusher {
    private static final int STUCK_LOOKS = 16;
    private static final int PAGE_BYTES = 4096;

    private final Shard shard;
    private final Claims claims;
    private final Frontiers frontiers;
    private final WalConfig config;
    private final Consumer<LiveSegment> retire;
    private final Runnable onDurable;
    private final FlushStats stats;
    private final ShardEvents events;
    private final long flushEveryNs;
    private final long flushBytes;
    private final SamplesEncoder encoder = new SamplesEncoder();
    private final long[] markFields = new long[Mark.FIELDS];

    // Segments from the one that holds `durable` to the one that the walk is in.
    private final ArrayList<LiveSegment> unsealed = new ArrayList<>();
    private LiveSegment segment;
    private int offset;

    private long committed;
    private long durable;
    private long batchRecords;
    private long markStart = -1;
    private long markEnd = -1;
    private long quietEnd;
    private boolean dirty;
    private long dirtySinceNs;
    private long lastForceNs;
    private long stopAt = -1; // with aligned batches: where the walk stops, -1 if nowhere
    private long stuckAt = -1;
    private long stuckNs;
    private long stuckLookNs;
    private boolean stuckReported;

    ShardFlusher(
            Shard shard,
            LiveSegment first,
            WalConfig config,
            Consumer<LiveSegment> retire,
            Runnable onDurable,
            FlushStats stats) {
        this.shard = shard;
        this.claims = shard.claims;
        this.frontiers = claims.frontiers();
        this.config = config;
        this.retire = retire;
        this.onDurable = onDurable;
        this.stats = stats;
        this.events = WalEvents.shard(shard.index);
        this.flushEveryNs = config.flushEvery().toNanos();
        // Segments are let go when they are durable: before the producers run out of them, a force is due.
        this.flushBytes = Math.min(config.flushBytes(), Preparer.liveLimit(config) / 2 * (long) config.segmentBytes());
        this.segment = first;
        this.offset = SegmentHeader.HEADER_BYTES;
        this.committed = first.base + offset;
        this.durable = committed;
        this.quietEnd = -1;
        unsealed.add(first);
    }

    /// Does what is due.
    ///
    /// @return how much was done; 0 if nothing
    int duty(long nowNs) {
        if (claims.poisonCause() != null) {
            shard.gate.wakeAll();
            return 0;
        }
        final long tail = claims.tailPosition();
        if (tail == quietEnd) {
            return 0;
        }
        if (!dirty) {
            dirty = true;
            dirtySinceNs = nowNs;
        }
        final boolean wanted = shard.gate.isWanted();
        final long ageNs = nowNs - dirtySinceNs;
        // A force takes its time as well: starting that much earlier keeps the promised interval.
        if (!wanted && ageNs < flushEveryNs - Math.min(lastForceNs, flushEveryNs / 2) && tail - durable < flushBytes) {
            return 0;
        }
        try {
            // The second is the rest of an idle mark that an append came between: all is durable, nothing says so.
            final boolean unasserted = markStart == durable && tail == markEnd || tail == durable;
            return unasserted ? assertIdle(nowNs) : flush(nowNs);
        } catch (Throwable failure) {
            shard.poison(failure);
            return 1;
        }
    }

    private int flush(long nowNs) throws IOException {
        if (config.alignBatches() && stopAt <= durable) {
            stopAt = claims.padToPage();
        }
        advance(nowNs);
        final long end = committed;
        // An aligned batch is forced when its last page is whole, not before.
        if (end == durable || config.alignBatches() && end != stopAt) {
            return 0;
        }
        writeMark(end, 0);
        force(end, nowNs);
        return 1;
    }

    /// The last batch is durable, but no mark says so yet, and nobody appends: one mark more, itself forced.
    private int assertIdle(long nowNs) throws IOException {
        final long asserted = durable;
        final boolean written = writeMark(durable, Mark.IDLE);
        if (!written && claims.tailPosition() == durable) {
            return 0; // no room, and nothing to force: until there is
        }
        if (config.alignBatches()) {
            stopAt = claims.padToPage();
        }
        advance(nowNs);
        if (config.alignBatches() && committed != stopAt) {
            return 0; // an append is under way on this page: flush forces it when it is whole
        }
        final boolean nothingBetween = written
                && markStart >= asserted
                && batchRecords == 0
                && committed == (config.alignBatches() ? stopAt : markEnd);
        force(committed, nowNs);
        if (nothingBetween) {
            quietEnd = committed;
            dirty = false;
        }
        return 1;
    }

    /// Walks over committed frames. Its state is in locals on the way: what is stored frame by frame may lie on a
    /// cache line that producers read.
    private void advance(long nowNs) {
        LiveSegment segment = this.segment;
        int offset = this.offset;
        long records = 0;
        while (segment.base + offset != stopAt) {
            if (offset == segment.length) {
                final int next = segment.ordinal + 1;
                if (claims.ordinal() < next) {
                    break;
                }
                segment = claims.segmentOf(next);
                offset = SegmentHeader.HEADER_BYTES;
                unsealed.add(segment);
                continue; // here, too, the walk may have to stop
            }
            final int length = FrameLayout.lengthAcquire(segment.memory, offset);
            if (length <= 0) {
                break;
            }
            records += segment.tally.count(segment.memory, offset, length);
            offset += FrameLayout.align(length);
        }
        this.segment = segment;
        this.offset = offset;
        batchRecords += records;
        committed = segment.base + offset;
        frontiers.committedRelease(committed);
        stats.committed(records);
        watchOpenClaim(nowNs);
    }

    /// A claim that stays open holds the whole shard back: say so, then give up.
    private void watchOpenClaim(long nowNs) {
        final long sinceLookNs = nowNs - stuckLookNs;
        stuckLookNs = nowNs;
        if (committed == stopAt || committed >= claims.tailPosition()) {
            stuckAt = -1; // not stuck; and a claim that opens here later has not been open since now
            return;
        }
        if (committed != stuckAt) {
            stuckAt = committed;
            stuckNs = 0;
            stuckReported = false;
            return;
        }
        if (claims.padForsaken(segment, offset)) {
            return;
        }
        // A process that was stopped, or a machine that was suspended, has lost time, not a producer: whatever lies
        // between two looks counts as a fraction of the limit at most.
        final long limitNs = config.claimTimeout().toNanos();
        stuckNs += Math.min(sinceLookNs, limitNs / STUCK_LOOKS);
        if (stuckNs >= 2 * limitNs) {
            shard.poison(new StalledClaimException(shard.index, committed, stuckNs));
        } else if (stuckNs >= limitNs && !stuckReported) {
            stuckReported = true;
            stats.stalled();
            WalLog.stalledClaim(shard.index, committed, stuckNs);
        }
    }

    /// Writes a mark if there is room at hand. Marks never wait.
    ///
    /// @return false if it was skipped
    private boolean writeMark(long to, int flags) {
        final long claim;
        try {
            claim = claims.tryClaim(FrameLayout.align(Mark.LENGTH));
        } catch (WalClosedException | WalPoisonedException _) {
            return false;
        }
        if (claim < 0) {
            return false;
        }
        final LiveSegment target = claims.segment(claim);
        putMark(target, (int) Tail.offset(claim), to, flags);
        return true;
    }

    private void putMark(LiveSegment target, int at, long to, int flags) {
        markFields[0] = durable;
        markFields[1] = durable;
        markFields[2] = to;
        markFields[3] = batchRecords;
        markFields[4] = System.currentTimeMillis();
        final int length = encoder.fields(FrameLayout.MARK, flags, 0, markFields, Mark.FIELDS);
        shard.publish(target, at, encoder, length);
        markStart = target.base + at;
        markEnd = markStart + FrameLayout.align(length);
    }

    /// Forces everything below `end`, publishes it, and finishes segments that lie below.
    private void force(long end, long nowNs) throws IOException {
        final long from = durable;
        final long records = batchRecords;
        final long ageNs = dirty ? nowNs - dirtySinceNs : 0;
        events.batchBegins();
        final long startNs = System.nanoTime();
        for (int i = 0; i < unsealed.size(); i++) { // an iterator would be garbage
            final LiveSegment each = unsealed.get(i);
            final long first = Math.max(from, each.base) - each.base;
            final long last = Math.min(end, each.end()) - each.base;
            if (last > first) {
                each.force(first, last - first);
            }
        }
        if (claims.poisonCause() != null) {
            return; // somebody else found the shard broken meanwhile: nothing more is promised
        }
        durable = end;
        batchRecords = 0;
        shard.gate.publish(end);

        lastForceNs = System.nanoTime() - startNs;
        stats.forced(end - from, lastForceNs);
        dirtySinceNs = nowNs;
        if (end > from) { // closing forces once more for the marks behind
            onDurable.run();
        }
        events.batchEnds(from, end, records, ageNs, lastForceNs);
        while (unsealed.getFirst().end() <= end && unsealed.getFirst() != segment) {
            seal(unsealed.removeFirst(), -1);
        }
    }

    private void seal(LiveSegment done, int end) throws IOException {
        events.rollBegins();
        final SealBlock seal = done.tally.seal(end < 0 ? done.length : end);
        final byte[] block = seal.encode(done.header.seed(), done.base);
        LiveBytes.put(done.memory, SealBlock.OFFSET, block, 0, block.length);
        done.force(SealBlock.OFFSET, block.length);
        claims.withdraw(done);
        events.rollEnds(done.header.sequence(), done.base + seal.end(), seal.end());
        retire.accept(done);
    }

    /// Ends the shard: the tail is closed, no other thread flushes. Waits for claims in flight, forces, asserts,
    /// forces, seals, forces. A poisoned shard is left as it is.
    ///
    /// @param closedTail the tail at which valid claims end
    /// @param lastResort prepares one more segment for the assertion if none is at hand; null if it cannot
    void close(long closedTail, Supplier<LiveSegment> lastResort) {
        try {
            if (drain(closedTail)) {
                if (config.alignBatches()) {
                    padToPage();
                }
                force(committed, System.nanoTime());
                assertClose(lastResort);
                seal(unsealed.removeFirst(), offset);
            }
        } catch (Throwable failure) {
            shard.poison(failure);
        } finally {
            shard.gate.finish();
        }
    }

    private boolean drain(long closedTail) {
        stopAt = -1;
        while (claims.poisonCause() == null) {
            advance(System.nanoTime()); // poisons if a claim stays open
            if (segment.ordinal == Tail.ordinal(closedTail)
                    && offset >= Math.min(Tail.offset(closedTail), segment.length)) {
                return true;
            }
            Thread.yield();
        }
        return false;
    }

    /// Ends the last batch at a page, so that the assertion does not go into one that holds durable bytes. The tail is
    /// closed, so the range behind it is the flusher's.
    private void padToPage() {
        final int boundary = Math.min(offset + PAGE_BYTES - 1 & -PAGE_BYTES, segment.length);
        if (boundary > offset) {
            claims.pad(segment, offset, boundary - offset);
            offset = boundary;
            committed = segment.base + offset;
            frontiers.committedRelease(committed);
        }
    }

    /// The last frame. The tail is closed, so the range behind it is the flusher's.
    private void assertClose(Supplier<LiveSegment> lastResort) throws IOException {
        if (offset + FrameLayout.align(Mark.LENGTH) > segment.length) {
            final LiveSegment ready = claims.segmentOf(segment.ordinal + 1);
            final LiveSegment spare = ready != null ? ready : lastResort.get();
            if (spare == null) {
                return; // no room for the assertion; everything is durable all the same
            }
            if (offset < segment.length) {
                claims.pad(segment, offset, segment.length - offset);
            }
            segment = spare;
            offset = SegmentHeader.HEADER_BYTES;
            unsealed.add(spare);
        }
        putMark(segment, offset, durable, Mark.CLOSE);
        offset += FrameLayout.align(Mark.LENGTH);
        committed = segment.base + offset;
        frontiers.committedRelease(committed);
        force(committed, System.nanoTime());
    }

    /// @return ordinal of the last segment that holds a frame; after [#close]
    int lastOrdinal() {
        return Math.max(segment.ordinal, claims.ordinal());
    }
}
