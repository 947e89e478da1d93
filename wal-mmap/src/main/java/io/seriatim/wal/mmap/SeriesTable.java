package io.seriatim.wal.mmap;

import io.seriatim.wal.Labels;
import io.seriatim.wal.LsnVector;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.SeriesLimitException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The series that a log knows by their labels. Any thread; a look-up takes no lock and allocates nothing.
///
/// Forgetting a series is harmless: its handle keeps its own labels and reference, which no other series gets.
/// Registered again, the same labels get another reference, and both mean them.
final class SeriesTable {
    private final MappedWal wal;
    private final Shard[] shards;
    private final int maxSeries;
    private final long maxBytes;
    private final ConcurrentHashMap<Labels, Series> byLabels = new ConcurrentHashMap<>();
    private final AtomicInteger[] registered;
    private final AtomicLong[] bytes;
    private final AtomicInteger[] nextRef;

    /// @param maxBytes of labels in each shard; 0: no cap
    SeriesTable(MappedWal wal, Shard[] shards, int maxSeries, long maxBytes) {
        this.wal = wal;
        this.shards = shards;
        this.maxSeries = maxSeries;
        this.maxBytes = maxBytes;
        this.registered = new AtomicInteger[shards.length];
        this.bytes = new AtomicLong[shards.length];
        this.nextRef = new AtomicInteger[shards.length];
        for (int shard = 0; shard < shards.length; shard++) {
            registered[shard] = new AtomicInteger();
            bytes[shard] = new AtomicLong();
            nextRef[shard] = new AtomicInteger();
        }
    }

    /// @throws SeriesLimitException if the shard has as many series as it may, or no reference left
    Series of(Labels labels) {
        // Who brings the same Labels object again is spared the comparison of bytes.
        if (labels.remembered() instanceof Series remembered && remembered.wal == wal && !remembered.isForgotten()) {
            return remembered;
        }
        return find(labels);
    }

    private Series find(Labels labels) {
        final Series known = byLabels.get(labels);
        final Series series = known != null ? known : byLabels.computeIfAbsent(labels, this::register);
        final SeriesHandle other = labels.remembered();
        // Logs that share Labels objects do not take them from each other, append by append.
        if (other == null || other instanceof Series old && old.isForgotten()) {
            labels.remember(series);
        }
        return series;
    }

    private Series register(Labels labels) {
        final int shard = shardOf(labels);
        final int length = labels.encodedLength();
        final long all = bytes[shard].addAndGet(length);
        if (registered[shard].incrementAndGet() > maxSeries) {
            unregister(shard, length);
            throw new SeriesLimitException(shard, maxSeries, "evict idle series, or raise maxSeries");
        }
        if (maxBytes > 0 && all > maxBytes) {
            unregister(shard, length);
            throw new SeriesLimitException(
                    shard, maxBytes, "that many bytes of labels; evict idle series, or raise seriesBytes");
        }
        final int ref = nextRef[shard].getAndUpdate(next -> next < 0 ? next : next + 1);
        if (ref < 0) {
            unregister(shard, length);
            throw new SeriesLimitException(
                    shard, 1L << 31, "references are used up in this epoch: close the log and open it again");
        }
        return new Series(wal, shards[shard], labels, ref);
    }

    private void unregister(int shard, int length) {
        registered[shard].decrementAndGet();
        bytes[shard].addAndGet(-length);
    }

    private int shardOf(Labels labels) {
        // Multiply-shift maps the hash to [0, shards) without a division.
        return (int) Math.unsignedMultiplyHigh(labels.hash64(), shards.length);
    }

    /// For tests: as if so many references had been used.
    void useReferences(int shard, int count) {
        nextRef[shard].addAndGet(count);
    }

    int registered(int shard) {
        return registered[shard].get();
    }

    int evictIdle(LsnVector since) {
        int evicted = 0;
        for (final Series series : byLabels.values()) {
            final int shard = series.shard.index;
            if (shard < since.shards()
                    && since.lsn(shard) >= 0 // a dropped append says nothing
                    && series.isIdleSince(since.lsn(shard))
                    && byLabels.remove(series.labels, series)) {
                series.forget();
                unregister(shard, series.labels.encodedLength());
                evicted++;
            }
        }
        return evicted;
    }

    /// After close: keeps no series alive through Labels that the application holds.
    void clear() {
        byLabels.values().forEach(Series::forget);
        byLabels.clear();
    }
}
