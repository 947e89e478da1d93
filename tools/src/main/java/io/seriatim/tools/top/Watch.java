package io.seriatim.tools.top;

import io.seriatim.tools.top.Moment.State;
import io.seriatim.wal.WalException;
import io.seriatim.wal.mmap.WalCounters;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Looks at a log's counters again and again, and tells how its writer fares. Not thread-safe.
///
/// Whether the writer lives is seen in two ways, since each may fail: its process exists, or its counters move. From
/// another container the process cannot be seen; a process that is stopped exists and does not move.
final class Watch {
    /// A writer that lives publishes once a second at least.
    static final long PATIENCE_NS = 3_000_000_000L;

    private final Supplier<Optional<WalCounters>> source;
    private final Predicate<WalCounters> alive;
    private final LongSupplier nanoTime;
    private WalCounters last;
    private long movedNs;
    private boolean seenMoving;
    private boolean seenAlive;

    /// @param source   reads the counters
    /// @param alive    tells whether their writer's process exists
    /// @param nanoTime the clock
    Watch(Supplier<Optional<WalCounters>> source, Predicate<WalCounters> alive, LongSupplier nanoTime) {
        this.source = source;
        this.alive = alive;
        this.nanoTime = nanoTime;
    }

    /// @return what there is to see now
    Moment look() {
        final WalCounters now;
        try {
            now = source.get().orElse(null);
        } catch (WalException unreadable) {
            return new Moment(State.ABSENT, null, null, unreadable.getMessage(), 0);
        }
        if (now == null) {
            last = null;
            return new Moment(State.ABSENT, null, null, null, 0);
        }
        final WalCounters before = last != null && last.epochId() == now.epochId() ? last : null;
        final long nowNs = nanoTime.getAsLong();
        if (before == null) {
            seenMoving = false;
            seenAlive = false;
            movedNs = nowNs;
        } else if (now.generation() != before.generation()) {
            seenMoving = true;
            movedNs = nowNs;
        }
        last = now;
        return new Moment(state(now, nowNs), now, before, null, (nowNs - movedNs) / 1e9);
    }

    private State state(WalCounters now, long nowNs) {
        if (now.closed() != 0) {
            return State.CLOSED;
        }
        final boolean lives = alive.test(now);
        seenAlive |= lives;
        final boolean moves = seenMoving && nowNs - movedNs < PATIENCE_NS;
        if (lives) {
            return nowNs - movedNs < PATIENCE_NS ? State.OPEN : State.SILENT;
        }
        return moves && !seenAlive ? State.OPEN : State.DEAD;
    }
}
