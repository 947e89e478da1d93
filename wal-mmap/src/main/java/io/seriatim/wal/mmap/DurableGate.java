package io.seriatim.wal.mmap;

import io.seriatim.wal.DurabilityTimeoutException;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.WalClosedException;
import io.seriatim.wal.WalPoisonedException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Where threads wait for a shard's durable position. Any thread.
final class DurableGate {
    private final int shard;
    private final Claims claims;
    private final Frontiers frontiers;
    private final Background background;
    private final Waiters waiters = new Waiters();

    private volatile boolean finished;

    DurableGate(int shard, Claims claims, Background background) {
        this.shard = shard;
        this.claims = claims;
        this.frontiers = claims.frontiers();
        this.background = background;
    }

    /// Tells whether somebody waits beyond the durable position. Flusher only.
    boolean isWanted() {
        return waiters.anyBeyond(frontiers.durableVolatile());
    }

    /// Publishes a durable position: everything below it has been forced, successfully. Flusher only.
    void publish(long durable) {
        frontiers.durableVolatile(durable);
        waiters.wake(durable);
    }

    /// Wakes everybody after poison. Repeated by the flusher: a waiter that is being moved is missed by one call.
    void wakeAll() {
        waiters.wakeAll();
    }

    /// Lets go of who still waits: no force will follow.
    void finish() {
        finished = true;
        waiters.wakeAll();
    }

    /// Waits as long as `timeout`, whatever interrupts: the record is logged, giving up would only hide its
    /// outcome.
    ///
    /// @return `lsn`
    /// @throws DurabilityTimeoutException if it is not confirmed in time
    long awaitOrThrow(long lsn, Duration timeout) {
        if (lsn == Lsn.DROPPED) {
            return lsn;
        }
        boolean interrupted = false;
        try {
            final long deadlineNs = System.nanoTime() + timeout.toNanos();
            while (true) {
                try {
                    if (await(Lsn.position(lsn), deadlineNs - System.nanoTime())) {
                        return lsn;
                    }
                    throw new DurabilityTimeoutException(lsn, Lsn.of(shard, frontiers.durableVolatile()), timeout);
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Waits until `durable >= position`.
    ///
    /// @return false if the time is over
    boolean await(long position, long timeoutNs) throws InterruptedException {
        if (frontiers.durableVolatile() >= position) {
            return true;
        }
        if (timeoutNs <= 0) {
            // Only a look: registering would leave a node behind for every one of a polling caller's.
            return check(position);
        }
        final long deadlineNs = System.nanoTime() + timeoutNs;
        final Waiters.Node node = waiters.register(position);
        try {
            background.wakeFlusher();
            while (true) {
                if (check(position)) {
                    return true;
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException(
                            "interrupted while waiting for durability: shard=" + shard + " position=" + position);
                }
                final long leftNs = deadlineNs - System.nanoTime();
                if (leftNs <= 0) {
                    return false;
                }
                if (!background.help()) {
                    LockSupport.parkNanos(this, Math.min(leftNs, background.patienceNs()));
                }
            }
        } finally {
            node.thread = null;
        }
    }

    /// @return true if the position is durable
    /// @throws WalPoisonedException if it never will be
    /// @throws WalClosedException   if it never will be
    private boolean check(long position) {
        // In this order: poison and end stop the durable position. Only a flusher that has looked for poison before
        // may publish behind a producer's poison: of that position a waiter may be told "unknown", which is true too.
        final Throwable poison = claims.poisonCause();
        final boolean over = finished;
        if (frontiers.durableVolatile() >= position) {
            return true;
        }
        if (poison != null) {
            throw claims.poisoned();
        }
        if (over) {
            throw new WalClosedException(shard);
        }
        return false;
    }
}
