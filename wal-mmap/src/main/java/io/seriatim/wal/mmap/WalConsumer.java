package io.seriatim.wal.mmap;

import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.WalIoException;
import io.seriatim.wal.WalLockedException;
import io.seriatim.wal.format.ConsumerPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// Follows a log under a name, from this process or another, and remembers how far it has come: what was
/// handed on and not committed is handed on again by whoever comes next under the same name, everything
/// before it never again. Not thread-safe; one at a time for each name.
///
/// ```java
/// try (WalConsumer relay = MappedWal.consumer(dir, "relay", ConsumerOptions.defaults())) {
///     while (running) {
///         if (relay.poll(handler) > 0) {
///             send();
///             relay.commit();          // durable: two small forces
///         }
///     }
/// }
/// ```
///
/// The log keeps what a consumer has not committed, even where it has been truncated, up to
/// [io.seriatim.wal.WalConfig#consumerBytes()]; beyond that the oldest goes, and [#missedBytes()] says so. A
/// consumer that nobody needs any more holds the log's files until [MappedWal#forgetConsumer] ends it.
public final class WalConsumer implements AutoCloseable {
    private static final Set<Path> HELD = new HashSet<>();

    private final Path log;
    private final String name;
    private final Consumers consumers;
    private final AutoCloseable lock;
    private final WalTailer tailer;
    private Checkpoint committed;

    private WalConsumer(Path log, String name, Consumers consumers, AutoCloseable lock, WalTailer tailer) {
        this.log = log;
        this.name = name;
        this.consumers = consumers;
        this.lock = lock;
        this.tailer = tailer;
        this.committed = tailer.position();
    }

    static WalConsumer open(Storage storage, Path log, String name, ConsumerOptions options) {
        Consumers.checkedName(name);
        try {
            final LogDirectory found = LogDirectory.require(storage, log);
            final Consumers consumers = new Consumers(storage, log, found.meta().walId());
            consumers.create();
            final AutoCloseable lock = lock(storage, log, name, consumers.lockFile(name));
            try {
                final ConsumerPosition known = consumers.read(name);
                final Checkpoint from = known == null ? beginning(found, options) : checkpoint(known.positions());
                final WalTailer tailer = new WalTailer(storage, log, from, options.durableOnly(), true);
                final WalConsumer consumer = new WalConsumer(log, name, consumers, lock, tailer);
                if (known == null) {
                    consumer.commit(); // from now on the log waits for it
                }
                return consumer;
            } catch (IOException | RuntimeException failure) {
                close(lock);
                throw failure;
            }
        } catch (IOException failure) {
            throw new WalIoException("consume the log", log, failure);
        }
    }

    /// The name in this JVM and the lock against others: opening a locked file a second time in one process
    /// would drop its lock.
    private static AutoCloseable lock(Storage storage, Path log, String name, Path file) throws IOException {
        final Path held = storage.realPath(log).resolve(file.getFileName());
        synchronized (HELD) {
            if (!HELD.add(held)) {
                throw new WalLockedException(log, name, ProcessHandle.current().pid());
            }
        }
        AutoCloseable lock = null;
        try {
            lock = storage.lock(file);
            if (lock == null) {
                throw new WalLockedException(log, name, -1);
            }
        } finally {
            if (lock == null) {
                letGo(held);
            }
        }
        final AutoCloseable taken = lock;
        return () -> {
            try {
                taken.close();
            } finally {
                letGo(held);
            }
        };
    }

    private static void letGo(Path held) {
        synchronized (HELD) {
            HELD.remove(held);
        }
    }

    /// What was truncated before a consumer came is not for it.
    private static Checkpoint beginning(LogDirectory log, ConsumerOptions options) {
        final int last =
                log.shards().keySet().stream().mapToInt(Integer::intValue).max().orElse(-1);
        final long[] positions = new long[Math.max(last + 1, options.from().shards())];
        for (int shard = 0; shard < positions.length; shard++) {
            final long asked = shard < options.from().shards()
                    ? Lsn.position(options.from().lsn(shard))
                    : 0;
            positions[shard] = Math.max(asked, log.meta().floor(shard));
        }
        return checkpoint(positions);
    }

    private static Checkpoint checkpoint(long[] positions) {
        final long[] lsns = new long[positions.length];
        for (int shard = 0; shard < lsns.length; shard++) {
            lsns[shard] = Lsn.of(shard, positions[shard]);
        }
        return Checkpoint.of(lsns);
    }

    /// Ends a consumer.
    static void forget(Storage storage, Path log, String name) {
        Consumers.checkedName(name);
        try {
            final LogDirectory found = LogDirectory.require(storage, log);
            final Consumers consumers = new Consumers(storage, log, found.meta().walId());
            if (!storage.exists(consumers.file(name))) {
                return;
            }
            final AutoCloseable lock = lock(storage, log, name, consumers.lockFile(name));
            try {
                consumers.delete(name);
            } finally {
                close(lock);
            }
        } catch (IOException failure) {
            throw new WalIoException("forget a consumer", log, failure);
        }
    }

    /// @return under which it consumes
    public String name() {
        return name;
    }

    /// Hands on what is new. Returns at once.
    ///
    /// @return records handed on; 0 if there was nothing new
    /// @throws WalIoException if the log cannot be read, or the thread is interrupted; the next poll goes on
    ///                        where this one was
    public long poll(ReplayHandler handler) {
        return tailer.poll(handler);
    }

    /// Hands on some of what is new, in fair shares from all shards, so that there is something to commit before a
    /// long way has been gone. Returns at once.
    ///
    /// @param limit about how many records to hand on at most
    /// @return records handed on; 0 if there was nothing new
    /// @throws IllegalArgumentException if the limit is not positive
    /// @throws WalIoException           if the log cannot be read, or the thread is interrupted; the next poll goes
    ///                                  on where this one was
    public long poll(ReplayHandler handler, long limit) {
        return tailer.poll(handler, limit);
    }

    /// Remembers, durably, that everything that was handed on has been dealt with.
    ///
    /// @throws WalIoException if that fails: then what it was before stands
    public void commit() {
        final Checkpoint now = tailer.position();
        final long[] positions = new long[now.shards()];
        for (int shard = 0; shard < positions.length; shard++) {
            positions[shard] = Lsn.position(now.lsn(shard));
        }
        try {
            consumers.store(name, positions);
        } catch (IOException failure) {
            throw new WalIoException("store a consumer's position", consumers.file(name), failure);
        }
        committed = now;
    }

    /// @return how far each shard was handed on
    public Checkpoint position() {
        return tailer.position();
    }

    /// @return how far whoever comes next need not go back
    public Checkpoint committed() {
        return committed;
    }

    /// @return bytes of the log that this consumer was not handed since it was opened: damaged or abandoned
    ///         ranges, and what was deleted because it came too late
    public long missedBytes() {
        return tailer.skippedBytes();
    }

    private static void close(AutoCloseable lock) {
        try {
            lock.close();
        } catch (Exception _) {
            // The process's end drops it at the latest.
        }
    }

    /// Ends the following, not the consumer: what was not committed comes again.
    @Override
    public void close() {
        tailer.close();
        close(lock);
    }

    @Override
    public String toString() {
        return "WalConsumer[log=" + log + ", name=" + name + ", committed=" + committed + "]";
    }
}
