package io.seriatim.wal.mmap;

import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.format.SegmentHeader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/// Follows one shard. Not thread-safe.
///
/// It goes on to the next segment when it has reached the end of this one, or when what is not committed
/// never will be: the segment is sealed, or a segment of a later epoch exists, in whatever shard, so that
/// this epoch's writer is gone.
final class ShardTail {
    private static final int WINDOW_BYTES = 256 * 1024;
    private static final long LISTING_INTERVAL_NS = 50_000_000;

    private final Storage storage;
    private final int shard;
    private final ShardTotals totals = new ShardTotals();
    private final FrameScanner scanner = new FrameScanner(WINDOW_BYTES);
    private final DurableScout scout; // null if what is committed is enough
    private final boolean owed;
    private final FrameReader reader;

    private List<SegmentFile> segments = List.of();
    private SegmentFile segment;
    private SegmentFile left; // the one before: not to be entered again, nor what lies before it
    private StorageFile file;
    private long position;
    private long skippedBytes;
    private boolean needsListing = true;
    private long listedNs;
    private long newestEpoch;
    private long lastEpoch;

    /// @param position    where it goes on
    /// @param durableOnly whether to hand on only what the log itself asserts to be durable
    /// @param owed        whether what is gone between there and the first segment counts as passed over
    ShardTail(Storage storage, int shard, long position, boolean durableOnly, boolean owed) {
        this.owed = owed;
        this.scout = durableOnly ? new DurableScout() : null;
        this.storage = storage;
        this.shard = shard;
        this.position = position;
        this.reader = new FrameReader(
                shard,
                (_, _) -> {},
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                new Findings(storage.bootId(), 0),
                totals,
                new OrphanResolver(storage, () -> segments, LabelMemory.UNBOUNDED));
    }

    /// Takes a fresh listing of the shard's segments.
    ///
    /// @param newest the newest epoch of all shards
    void listed(List<SegmentFile> now, long floor, long newest) {
        segments = now;
        newestEpoch = newest;
        position = Math.max(position, floor);
        needsListing = false;
        listedNs = System.nanoTime();
    }

    boolean needsListing() {
        return needsListing && (listedNs == 0 || System.nanoTime() - listedNs >= LISTING_INTERVAL_NS);
    }

    /// Goes on, up to the end of an epoch, or until about so many records have been handed on.
    ///
    /// @return records handed on
    /// @throws IOException if that fails; the next poll opens the file anew, for an interrupt has closed it
    long poll(ReplayHandler handler, long lastEpoch, long limit) throws IOException {
        reader.handler(handler);
        this.lastEpoch = lastEpoch;
        try {
            return goOn(limit);
        } catch (IOException failure) {
            close();
            throw failure;
        }
    }

    private long goOn(long limit) throws IOException {
        final long before = totals.records;
        while (totals.records - before < limit
                && (segment != null && segment.header().epoch() <= lastEpoch || segment == null && open())) {
            if (scanner.nextCommitted() == FrameScanner.FRAME) {
                if (!mayPass()) {
                    scanner.skipTo(scanner.offset());
                    needsListing = true;
                    break;
                }
                frame();
            } else if (scanner.offset() >= segment.readableBytes()) {
                leave(segment.end());
            } else if (segment.isPassedOver(segments)) {
                close();
            } else if (isOver()) {
                finish();
            } else {
                needsListing = true;
                break;
            }
        }
        return totals.records - before;
    }

    /// A sealed segment was forced, and of an epoch that is over all that is left was forced when the log was
    /// opened.
    private boolean mayPass() throws IOException {
        return scout == null || scout.isDurable(scanner.endPosition()) || isOver();
    }

    private void frame() throws IOException {
        final boolean wanted = scanner.endPosition() > position;
        reader.frame(scanner, wanted);
        if (wanted) {
            position = scanner.endPosition();
        }
    }

    /// The writer of this epoch is gone: passes over what it left open, takes what is valid behind.
    private void finish() throws IOException {
        scanner.startAfresh(); // the copy may be older than what was stored behind an open claim
        final long before = position;
        for (int what = scanner.next(); what != FrameScanner.END; what = scanner.next()) {
            if (what == FrameScanner.FRAME) {
                frame();
            } else if (scanner.endPosition() > position) { // else it was passed before, or truncated
                skippedBytes += scanner.endPosition() - Math.max(position, scanner.position());
                position = scanner.endPosition();
            }
        }
        // Closing deletes a spare that was never used, and its positions come again.
        leave(position == before && isUnused() ? position : segment.end());
    }

    private boolean isUnused() {
        return position <= segment.header().base() + SegmentHeader.HEADER_BYTES;
    }

    private boolean isOver() {
        return newestEpoch > segment.header().epoch()
                || segments.stream().anyMatch(now -> now.sequence() == segment.sequence() && now.seal() != null);
    }

    private void leave(long end) throws IOException {
        position = Math.max(position, end);
        file.close();
        file = null;
        left = segment;
        segment = null;
    }

    /// Opens the segment that holds the position.
    ///
    /// @return false if there is none yet
    private boolean open() throws IOException {
        for (final SegmentFile next : segments) {
            if (next.header() == null || next.end() <= position || wasLeft(next) || next.isPassedOver(segments)) {
                continue;
            }
            if (next.header().epoch() > lastEpoch) {
                return false;
            }
            try {
                file = storage.open(next.file(), false);
            } catch (NoSuchFileException _) {
                break; // truncated, or a spare that closing deleted: the next listing tells
            }
            if (next.header().base() > position && (position > 0 || owed)) {
                skippedBytes += next.header().base() - position;
            }
            segment = next;
            scanner.open(file, next);
            if (scout != null) {
                scout.open(file, next);
            }
            reader.begin(next);
            position = Math.max(position, next.header().base() + SegmentHeader.HEADER_BYTES);
            return true;
        }
        needsListing = true;
        return false;
    }

    private boolean wasLeft(SegmentFile next) {
        return left != null && left.header().epochId() == next.header().epochId() && left.sequence() >= next.sequence();
    }

    int shard() {
        return shard;
    }

    long position() {
        return position;
    }

    long skippedBytes() {
        return skippedBytes;
    }

    void close() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException _) {
                // It was only read.
            }
            file = null;
            segment = null;
        }
    }
}
