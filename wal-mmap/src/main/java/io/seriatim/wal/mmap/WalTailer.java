package io.seriatim.wal.mmap;

import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.LsnVector;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.WalIoException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Follows a log while it grows, from this process or another: reads files, never a mapping, and needs no lock.
/// Not thread-safe.
///
/// Each [#poll] hands on what has been committed since the last one, shard by shard, in the order of each
/// shard. What is handed on survives the death of the writer; it may not be durable yet. Between shards there
/// is no order, unless the number of shards has changed: then everything older comes first as far as it was
/// there when polled.
public final class WalTailer implements AutoCloseable {
    private final Storage storage;
    private final Path directory;
    private final LsnVector from;
    private final boolean durableOnly;
    private final boolean belowFloors;
    private final List<ShardTail> tails = new ArrayList<>();
    private List<Long> lastEpochs = List.of();
    private long newestEpoch = -1;

    /// @param durableOnly whether to hand on only what the log itself asserts to be durable
    /// @param belowFloors whether to hand on what has been truncated, if it is still there, and to miss it if
    ///                    not
    WalTailer(Storage storage, Path directory, LsnVector from, boolean durableOnly, boolean belowFloors) {
        this.storage = storage;
        this.directory = directory;
        this.from = from;
        this.durableOnly = durableOnly;
        this.belowFloors = belowFloors;
        refresh();
    }

    private void refresh() {
        try {
            LogDirectory log = LogDirectory.require(storage, directory);
            if (log.newestEpoch() != newestEpoch) {
                // Shards are listed one by one: what the epoch before wrote last may have come after its turn.
                log = LogDirectory.require(storage, directory);
            }
            newestEpoch = log.newestEpoch();
            lastEpochs = log.lastEpochs();
            for (final int shard : log.shards().keySet()) {
                while (tails.size() <= shard) {
                    final int index = tails.size();
                    final long position = index < from.shards() ? Lsn.position(from.lsn(index)) : 0;
                    tails.add(new ShardTail(storage, index, position, durableOnly, belowFloors));
                }
            }
            for (final ShardTail tail : tails) {
                tail.listed(
                        log.shards().getOrDefault(tail.shard(), List.of()),
                        belowFloors ? 0 : log.meta().floor(tail.shard()),
                        newestEpoch);
            }
        } catch (IOException failure) {
            throw new WalIoException("list the log", directory, failure);
        }
    }

    /// Hands on what is new. Returns at once.
    ///
    /// @return records handed on; 0 if there was nothing new
    /// @throws WalIoException if the log cannot be read, or the thread is interrupted; the next poll goes on
    ///                        where this one was
    public long poll(ReplayHandler handler) {
        return poll(handler, Long.MAX_VALUE);
    }

    /// Hands on some of what is new, in fair shares from all shards. Returns at once.
    ///
    /// @param limit about how many records to hand on at most: each shard ends with a whole record, at the latest
    ///              when its share is full
    /// @return records handed on; 0 if there was nothing new
    /// @throws IllegalArgumentException if the limit is not positive
    /// @throws WalIoException           if the log cannot be read, or the thread is interrupted; the next poll goes
    ///                                  on where this one was
    public long poll(ReplayHandler handler, long limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be positive: limit=" + limit);
        }
        try {
            long records = deliver(handler, limit);
            if (tails.isEmpty() || records < limit && tails.stream().anyMatch(ShardTail::needsListing)) {
                refresh();
                records += deliver(handler, limit);
            }
            return records;
        } catch (IOException failure) {
            throw new WalIoException("follow the log", directory, failure);
        }
    }

    /// A series may change its shard with the number of shards: what is older comes first, in all shards.
    private long deliver(ReplayHandler handler, long limit) throws IOException {
        final long share = Math.max(1, limit / Math.max(1, tails.size()));
        long records = 0;
        for (final long lastEpoch : lastEpochs) {
            boolean more = false;
            for (final ShardTail tail : tails) {
                final long some = tail.poll(handler, lastEpoch, share);
                records += some;
                more |= some >= share;
            }
            if (more) {
                break;
            }
        }
        return records;
    }

    /// @return how far each shard was handed on: pass it to [MappedWal#tail] to go on there
    public Checkpoint position() {
        final long[] lsns = new long[tails.size()];
        for (int shard = 0; shard < lsns.length; shard++) {
            lsns[shard] = Lsn.of(shard, tails.get(shard).position());
        }
        return Checkpoint.of(lsns);
    }

    /// @return positions of damaged or abandoned ranges that were passed over so far
    public long skippedBytes() {
        return tails.stream().mapToLong(ShardTail::skippedBytes).sum();
    }

    @Override
    public void close() {
        tails.forEach(ShardTail::close);
    }
}
