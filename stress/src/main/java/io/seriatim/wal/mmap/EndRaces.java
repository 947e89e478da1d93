package io.seriatim.wal.mmap;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.seriatim.wal.Lsn;
import io.seriatim.wal.WalClosedException;
import io.seriatim.wal.WalPoisonedException;
import io.seriatim.wal.format.FrameLayout;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/// Close and poison against append: an append that returned is in the log, one that threw is nowhere, and both ends
/// are exact.
public final class EndRaces {
    private EndRaces() {}

    /// The old value that closing returns is where the valid claims end.
    @Outcome(id = "returned, s1 32", expect = ACCEPTABLE, desc = "append first: it is in the log, below the end")
    @Outcome(id = "closed, - 0", expect = ACCEPTABLE, desc = "close first: nothing was taken")
    @Outcome(expect = FORBIDDEN, desc = "an append behind the end, or one lost")
    static class Exact {}

    /// Closing only the claims.
    @JCStressTest
    @JCStressMeta(Exact.class)
    @State
    public static class CloseAgainstAppend extends One {
        private long closedTail;

        @Actor
        public void append(LL_Result result) {
            result.r1 = append();
        }

        @Actor
        public void close() {
            closedTail = log.claims.close();
        }

        @Arbiter
        public void walk(LL_Result result) {
            result.r2 = log.walk() + " " + (Tail.offset(closedTail) - log.start);
        }
    }

    /// Planted: closed is looked at before the claim, and not in what the claim returned.
    @JCStressTest
    @JCStressMeta(Exact.class)
    @State
    public static class PlantedClosedLookedAtBeforeTheClaim extends One {
        private long closedTail;

        @Actor
        public void append(LL_Result result) {
            final Frontiers frontiers = log.claims.frontiers();
            if (Tail.isOpen(frontiers.tailVolatile())) {
                ShardFixture.pause();
                final int offset = (int) Tail.offset(frontiers.tailGetAndAdd(Tail.units(FrameLayout.SAMPLE_LENGTH)));
                log.putSample(log.first, offset, series, 1);
                result.r1 = "returned";
            } else {
                result.r1 = "closed";
            }
        }

        @Actor
        public void close() {
            closedTail = log.claims.close();
        }

        @Arbiter
        public void walk(LL_Result result) {
            result.r2 = log.walk() + " " + (Tail.offset(closedTail) - log.start);
        }
    }

    /// The whole close of a shard, by the flusher: it waits for the claim in flight, forces, asserts and seals.
    @JCStressTest
    @Outcome(id = "returned, s1m durable", expect = ACCEPTABLE, desc = "append first: in the log, and durable")
    @Outcome(id = "closed, m durable", expect = ACCEPTABLE, desc = "close first: nothing but the assertion")
    @Outcome(expect = FORBIDDEN, desc = "an append lost, or behind the assertion, or not forced")
    @State
    public static class FlusherCloseAgainstAppend extends One {
        @Actor
        public void append(LL_Result result) {
            result.r1 = append();
        }

        @Actor
        public void close() {
            log.flusher.close(log.claims.close(), () -> null);
        }

        @Arbiter
        public void walk(LL_Result result) {
            final long durable = log.claims.frontiers().durableVolatile();
            final boolean all = durable == log.claims.frontiers().committedAcquire()
                    && log.firstMemory.forcedTo == durable
                    && log.claims.poisonCause() == null;
            result.r2 = log.walk() + (all ? " durable" : " " + durable);
        }
    }

    /// The cause is there before the bit: whoever is refused knows why.
    @Outcome(id = "returned, s1", expect = ACCEPTABLE, desc = "append first: it is in the log")
    @Outcome(id = "poisoned: why, -", expect = ACCEPTABLE, desc = "poison first: nothing was taken")
    @Outcome(expect = FORBIDDEN, desc = "lost, taken although refused, or refused without a cause")
    static class Explained {}

    /// The real poison.
    @JCStressTest
    @JCStressMeta(Explained.class)
    @State
    public static class PoisonAgainstAppend extends One {
        @Actor
        public void append(LL_Result result) {
            result.r1 = append();
        }

        @Actor
        public void poison() {
            log.claims.poison(WHY);
        }

        @Arbiter
        public void walk(LL_Result result) {
            result.r2 = log.walk();
        }
    }

    /// Planted: the bit is set before the cause.
    @JCStressTest
    @JCStressMeta(Explained.class)
    @State
    public static class PlantedPoisonBeforeCause extends One {
        @Actor
        public void append(LL_Result result) {
            result.r1 = append();
        }

        @Actor
        public void poison() {
            log.claims.frontiers().tailGetAndOr(Tail.POISONED);
            ShardFixture.pause();
            log.claims.poison(WHY);
        }

        @Arbiter
        public void walk(LL_Result result) {
            result.r2 = log.walk();
        }
    }

    /// One producer with a declared series.
    abstract static class One {
        static final Throwable WHY = new IllegalStateException("why");
        final ShardFixture log = new ShardFixture(1024);
        final Series series = log.series(7);

        One() {
            series.declare(0);
        }

        final String append() {
            try {
                final long lsn = log.shard.appendSample(series, 1, 0);
                return Lsn.position(lsn) == log.start + FrameLayout.SAMPLE_LENGTH ? "returned" : "lsn=" + lsn;
            } catch (WalClosedException _) {
                return "closed";
            } catch (WalPoisonedException poisoned) {
                return "poisoned: " + (poisoned.getCause() == null ? "?" : poisoned.getCause().getMessage());
            }
        }
    }
}
