package io.seriatim.wal.mmap;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.seriatim.wal.format.FrameLayout;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LI_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/// Claim against claim, and against the end of a segment: two producers, and afterwards a walk that must find both
/// frames once, whole, without a gap or an overlap. `s1` is the first actor's sample, `s2` the second's.
public final class ClaimRaces {
    private ClaimRaces() {}

    /// Two claimants in the middle of a segment: one behind the other, in either order.
    @Outcome(id = {"s1s2", "s2s1"}, expect = ACCEPTABLE, desc = "disjoint")
    @Outcome(expect = FORBIDDEN, desc = "an overlap, a gap, or a frame lost")
    static class Disjoint {}

    /// Each by the real path.
    @JCStressTest
    @JCStressMeta(Disjoint.class)
    @State
    public static class TwoProducers extends Two {
        public TwoProducers() {
            super(1024);
        }

        @Actor
        public void one() {
            log.shard.appendSample(series, 1, 0);
        }

        @Actor
        public void two() {
            log.shard.appendSample(series, 2, 0);
        }

        @Arbiter
        public void walk(L_Result result) {
            result.r1 = log.walk();
        }
    }

    /// Planted: a claim that reads and stores, where it must add atomically.
    @JCStressTest
    @JCStressMeta(Disjoint.class)
    @State
    public static class PlantedClaimInTwoSteps extends Two {
        public PlantedClaimInTwoSteps() {
            super(1024);
        }

        private void append(long timestamp) {
            final Frontiers frontiers = log.claims.frontiers();
            final long claim = frontiers.tailVolatile();
            ShardFixture.pause();
            frontiers.tailGetAndAdd(claim + Tail.units(FrameLayout.SAMPLE_LENGTH) - frontiers.tailVolatile());
            put(claim, timestamp);
        }

        @Actor
        public void one() {
            append(1);
        }

        @Actor
        public void two() {
            append(2);
        }

        @Arbiter
        public void walk(L_Result result) {
            result.r1 = log.walk();
        }
    }

    /// Both at the end of a segment with room for one of them and 8 bytes more. The one that lands there fits; the
    /// other trips, pads 8 bytes, and rolls. Its series is declared in the first segment only, so its range in the
    /// second is a pad of 32 (it was meant for a bare sample), and it defines the series there.
    @Outcome(id = {"s1p8/p32d2, 1", "s2p8/p32d1, 1"}, expect = ACCEPTABLE, desc = "one here, one there; one pad; one roll")
    @Outcome(expect = FORBIDDEN, desc = "an overlap, a gap, two pads, two rolls, or a frame lost")
    @JCStressTest
    @State
    public static class TwoAtTheEnd extends Two {
        public TwoAtTheEnd() {
            super(40);
        }

        @Actor
        public void one() {
            log.shard.appendSample(series, 1, 0);
        }

        @Actor
        public void two() {
            log.shard.appendSample(series, 2, 0);
        }

        @Arbiter
        public void walk(LI_Result result) {
            result.r1 = log.walk();
            result.r2 = log.rolls;
        }
    }

    /// The first one ends exactly at the capacity: nobody trips, nothing is padded, and the roll happens all the same.
    @JCStressTest
    @Outcome(id = {"s1/p32d2, 1", "s2/p32d1, 1"}, expect = ACCEPTABLE, desc = "no pad at the end")
    @Outcome(expect = FORBIDDEN, desc = "an overlap, a gap, a pad, two rolls, or a frame lost")
    @State
    public static class TwoWithTheFirstExactlyFitting extends Two {
        public TwoWithTheFirstExactlyFitting() {
            super(32);
        }

        @Actor
        public void one() {
            log.shard.appendSample(series, 1, 0);
        }

        @Actor
        public void two() {
            log.shard.appendSample(series, 2, 0);
        }

        @Arbiter
        public void walk(LI_Result result) {
            result.r1 = log.walk();
            result.r2 = log.rolls;
        }
    }

    /// Neither fits: exactly one of them pads, whoever comes second.
    @JCStressTest
    @Outcome(
            id = {"p24/p32d1p32d2, 1", "p24/p32d2p32d1, 1", "p24/p32p32d1d2, 1", "p24/p32p32d2d1, 1"},
            expect = ACCEPTABLE,
            desc = "both roll at once")
    @Outcome(
            id = {"p24/p32d1d2, 1", "p24/p32d2d1, 1", "p24/d1p32d2, 1", "p24/d2p32d1, 1"},
            expect = ACCEPTABLE,
            desc = "one of them has seen the roll first")
    @Outcome(
            id = {"p24/p32d1s2, 1", "p24/p32d2s1, 1"},
            expect = ACCEPTABLE,
            desc = "one of them has seen the roll and the definition first")
    @Outcome(expect = FORBIDDEN, desc = "an overlap, a gap, two pads, two rolls, or a frame lost")
    @State
    public static class TwoBeyondTheEnd extends Two {
        public TwoBeyondTheEnd() {
            super(24);
        }

        @Actor
        public void one() {
            log.shard.appendSample(series, 1, 0);
        }

        @Actor
        public void two() {
            log.shard.appendSample(series, 2, 0);
        }

        @Arbiter
        public void walk(LI_Result result) {
            result.r1 = log.walk();
            result.r2 = log.rolls;
        }
    }

    /// Planted: a roll that stores the new tail, where it must compare first. Otherwise as [Claims#tryClaim].
    @JCStressTest
    @Outcome(id = {"p24/s1s2", "p24/s2s1"}, expect = ACCEPTABLE, desc = "one roll")
    @Outcome(expect = FORBIDDEN, desc = "an overlap, a gap, two rolls, or a frame lost")
    @State
    public static class PlantedRollWithoutComparing extends Two {
        public PlantedRollWithoutComparing() {
            super(24);
        }

        private void append(long timestamp) {
            final Frontiers frontiers = log.claims.frontiers();
            for (int attempt = 0; attempt < 3; attempt++) {
                if (Tail.offset(frontiers.tailVolatile()) < ShardFixture.LENGTH) {
                    final long claim = frontiers.tailGetAndAdd(Tail.units(FrameLayout.SAMPLE_LENGTH));
                    final int start = (int) Tail.offset(claim);
                    if (start + FrameLayout.SAMPLE_LENGTH <= ShardFixture.LENGTH) {
                        put(claim, timestamp);
                        return;
                    }
                    if (start < ShardFixture.LENGTH) {
                        log.claims.pad(log.claims.segment(claim), start, ShardFixture.LENGTH - start);
                    }
                }
                final long seen = frontiers.tailVolatile();
                if (Tail.offset(seen) >= ShardFixture.LENGTH) {
                    frontiers.tailGetAndAdd(Tail.of(1, ShardFixture.HEADER) - seen);
                }
            }
        }

        @Actor
        public void one() {
            append(1);
        }

        @Actor
        public void two() {
            append(2);
        }

        @Arbiter
        public void walk(L_Result result) {
            result.r1 = log.walk();
        }
    }

    /// Two producers and a series that is declared in the first segment.
    abstract static class Two {
        final ShardFixture log;
        final Series series;

        Two(int left) {
            log = new ShardFixture(left);
            series = log.series(7);
            series.declare(0);
        }

        /// Stores a sample where a planted claim says.
        final void put(long claim, long timestamp) {
            final LiveSegment segment = log.claims.segmentOf(Tail.ordinal(claim));
            if (segment != null) { // otherwise the frame is lost, and the walk finds it missing
                log.putSample(segment, (int) Tail.offset(claim), series, timestamp);
            }
        }
    }
}
