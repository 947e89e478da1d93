package io.seriatim.tools.serve;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Who may come in: so many requests at once, and so many bytes of messages in memory, packed and unpacked ones alike.
/// What does not fit is turned away at once and told to come again, so memory is bounded however many clients there
/// are. Thread-safe.
final class Admission {
    private final long mostBytes;
    private final int mostRequests;
    private long bytes;
    private int requests;
    private boolean closed;

    /// @param mostBytes    of all messages together
    /// @param mostRequests at once
    Admission(long mostBytes, int mostRequests) {
        this.mostBytes = mostBytes;
        this.mostRequests = mostRequests;
    }

    /// Lets one request in.
    ///
    /// @return its room, to be closed when it has been answered; or null if there are too many, or nobody may come
    ///         in any more
    synchronized Room tryEnter() {
        if (closed || requests == mostRequests) {
            return null;
        }
        requests++;
        return new Room();
    }

    /// Lets nobody in any more; who is in may finish.
    synchronized void close() {
        closed = true;
    }

    synchronized boolean closed() {
        return closed;
    }

    /// Waits until nobody is in.
    ///
    /// @return false if the timeout passed
    synchronized boolean awaitEmpty(Duration timeout) throws InterruptedException {
        final long deadline = System.nanoTime() + timeout.toNanos();
        while (requests > 0) {
            final long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized int requests() {
        return requests;
    }

    private synchronized boolean tryTake(long more) {
        if (more > mostBytes - bytes) {
            return false;
        }
        bytes += more;
        return true;
    }

    private synchronized void leave(long taken) {
        bytes -= taken;
        requests--;
        notifyAll();
    }

    /// What one request holds of the memory. Thread-safe, since bytes may arrive on one thread and be given up on
    /// another.
    final class Room implements AutoCloseable {
        private long taken;
        private boolean left;

        private Room() {}

        /// Takes room for more bytes, all or nothing.
        ///
        /// @return false if there is none; what was taken before stays
        synchronized boolean tryTake(long more) {
            if (left || !Admission.this.tryTake(more)) {
                return false;
            }
            taken += more;
            return true;
        }

        /// Gives everything back. Idempotent.
        @Override
        public synchronized void close() {
            if (!left) {
                left = true;
                leave(taken);
            }
        }
    }
}
