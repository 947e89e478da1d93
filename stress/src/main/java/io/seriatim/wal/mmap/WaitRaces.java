package io.seriatim.wal.mmap;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.seriatim.wal.WalClosedException;
import io.seriatim.wal.WalPoisonedException;
import io.seriatim.wal.format.FrameLayout;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/// Durable publication, poison and close against those who wait: nobody is told too early, nobody sleeps on. A waiter
/// registers and then looks; the flusher publishes and then takes the list: one of the two sees the other.
public final class WaitRaces {
    private WaitRaces() {}

    /// What has been forced is plain data: who sees the position sees it too.
    @Outcome(id = "durable and forced", expect = ACCEPTABLE, desc = "woken, or there already")
    @Outcome(expect = FORBIDDEN, desc = "too early, or never woken")
    static class Confirmed {}

    /// The real flusher: walk, mark, force, publish, wake.
    @JCStressTest
    @JCStressMeta(Confirmed.class)
    @State
    public static class FlushAgainstAwait extends Waiting {
        @Actor
        public void await(L_Result result) {
            result.r1 = await();
        }

        @Actor
        public void flush() {
            log.flushTo(end);
        }
    }

    /// Planted: published before it is forced.
    @JCStressTest
    @JCStressMeta(Confirmed.class)
    @State
    public static class PlantedPublishBeforeForce extends Waiting {
        @Actor
        public void await(L_Result result) {
            result.r1 = await();
        }

        @Actor
        public void flush() {
            log.shard.gate.publish(end);
            log.firstMemory.force(log.start, FrameLayout.SAMPLE_LENGTH);
        }
    }

    /// Planted: the waiter looks first and registers then.
    @JCStressTest
    @JCStressMeta(Confirmed.class)
    @State
    public static class PlantedLookBeforeRegister extends Waiting {
        private final Waiters waiters = new Waiters();

        @Actor
        public void await(L_Result result) {
            final long startNs = System.nanoTime();
            if (log.claims.frontiers().durableVolatile() < end) {
                ShardFixture.pause();
                waiters.register(end);
                LockSupport.parkNanos(ShardFixture.PLANTED_MISSED_NS);
            }
            result.r1 = verdict(startNs, ShardFixture.PLANTED_MISSED_NS, true);
        }

        @Actor
        public void flush() {
            log.firstMemory.force(log.start, FrameLayout.SAMPLE_LENGTH);
            log.claims.frontiers().durableVolatile(end);
            waiters.wake(end);
        }
    }

    /// Planted: the flusher takes the list and then publishes.
    @JCStressTest
    @JCStressMeta(Confirmed.class)
    @State
    public static class PlantedWakeBeforePublish extends Waiting {
        private final Waiters waiters = new Waiters();

        @Actor
        public void await(L_Result result) {
            final long startNs = System.nanoTime();
            waiters.register(end);
            if (log.claims.frontiers().durableVolatile() < end) {
                LockSupport.parkNanos(ShardFixture.PLANTED_MISSED_NS);
            }
            result.r1 = verdict(startNs, ShardFixture.PLANTED_MISSED_NS, true);
        }

        @Actor
        public void flush() {
            log.firstMemory.force(log.start, FrameLayout.SAMPLE_LENGTH);
            waiters.wake(end);
            ShardFixture.pause();
            log.claims.frontiers().durableVolatile(end);
        }
    }

    /// Poison by anybody, once: the waiter learns of it, with its cause.
    @JCStressTest
    @Outcome(id = "poisoned", expect = ACCEPTABLE, desc = "told why")
    @Outcome(expect = FORBIDDEN, desc = "confirmed, or left asleep, or without a cause")
    @State
    public static class PoisonAgainstAwait extends Waiting {
        @Actor
        public void await(L_Result result) {
            result.r1 = await();
        }

        @Actor
        public void poison() {
            log.claims.poison(EndRaces.One.WHY);
            log.shard.gate.wakeAll();
        }
    }

    /// Closing a shard whose last force did not come to the position.
    @JCStressTest
    @Outcome(id = "closed", expect = ACCEPTABLE, desc = "let go")
    @Outcome(expect = FORBIDDEN, desc = "confirmed, or left asleep")
    @State
    public static class FinishAgainstAwait extends Waiting {
        @Actor
        public void await(L_Result result) {
            result.r1 = await();
        }

        @Actor
        public void finish() {
            log.shard.gate.finish();
        }
    }

    /// A producer's poison while the flusher forces. The flusher looks for poison between the force and publishing,
    /// not at once with it: so a waiter may be told "poisoned" of a position that becomes durable a moment later.
    /// Poisoned means that the outcome is unknown, so both are right; what is confirmed has been forced in any case.
    @JCStressTest
    @Outcome(id = "durable and forced, durable", expect = ACCEPTABLE, desc = "forced before the poison")
    @Outcome(id = "poisoned, not durable", expect = ACCEPTABLE, desc = "poisoned before it was published")
    @Outcome(id = "poisoned, durable", expect = ACCEPTABLE, desc = "published behind the poison: forced all the same")
    @Outcome(expect = FORBIDDEN, desc = "confirmed, and not forced")
    @State
    public static class PoisonAgainstFlush extends Waiting {
        @Actor
        public void flush() {
            log.flushTo(end);
        }

        @Actor
        public void poison(LL_Result result) {
            log.claims.poison(EndRaces.One.WHY);
            log.shard.gate.wakeAll();
            result.r1 = await();
        }

        @Arbiter
        public void look(LL_Result result) {
            result.r2 = log.claims.frontiers().durableVolatile() >= end ? "durable" : "not durable";
        }
    }

    /// Registering against the flusher's moving of waiters who wait for more: nobody falls off the list.
    @JCStressTest
    @Outcome(id = "both", expect = ACCEPTABLE, desc = "both are on the list")
    @Outcome(expect = FORBIDDEN, desc = "one fell off")
    @State
    public static class RegisterAgainstMove {
        private final Waiters waiters = new Waiters();
        private final Waiters.Node old = waiters.register(100);
        private Waiters.Node young;

        @Actor
        public void register() {
            young = waiters.register(200);
        }

        @Actor
        public void wake() {
            waiters.wake(50);
        }

        @Arbiter
        public void look(L_Result result) {
            final boolean hasYoung = waiters.anyBeyond(150);
            young.thread = null;
            final boolean hasOld = waiters.anyBeyond(50);
            old.thread = null;
            result.r1 = hasYoung && hasOld ? "both" : "young=" + hasYoung + " old=" + hasOld;
        }
    }

    /// A committed sample that is not durable yet.
    abstract static class Waiting {
        final ShardFixture log = new ShardFixture(1024);
        final long end = log.start + FrameLayout.SAMPLE_LENGTH;

        Waiting() {
            final Series series = log.series(7);
            series.declare(0);
            log.shard.appendSample(series, 1, 0);
        }

        final String await() {
            final long startNs = System.nanoTime();
            try {
                return verdict(startNs, ShardFixture.MISSED_NS, log.shard.gate.await(end, ShardFixture.MISSED_NS));
            } catch (WalPoisonedException poisoned) {
                return poisoned.getCause() == EndRaces.One.WHY ? onTime(startNs, ShardFixture.MISSED_NS, "poisoned") : "no cause";
            } catch (WalClosedException _) {
                return onTime(startNs, ShardFixture.MISSED_NS, "closed");
            } catch (InterruptedException failure) {
                return failure.toString();
            }
        }

        final String verdict(long startNs, long missedNs, boolean confirmed) {
            if (!confirmed) {
                return "timed out";
            }
            return onTime(startNs, missedNs, log.firstMemory.forcedTo >= end ? "durable and forced" : "durable, not forced");
        }

        private static String onTime(long startNs, long missedNs, String what) {
            return System.nanoTime() - startNs >= missedNs ? what + ", never woken" : what;
        }
    }
}
