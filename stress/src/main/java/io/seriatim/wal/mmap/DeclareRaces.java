package io.seriatim.wal.mmap;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/// Declare before reference: in the order of the walk, a bare sample stands behind a definition of its series in the
/// same segment. "Declared" is released after the definition is committed, and acquired before the claim.
public final class DeclareRaces {
    private DeclareRaces() {}

    /// Two producers and a new series: whoever has not seen the other's definition defines it again.
    @Outcome(id = {"d1d2", "d2d1"}, expect = ACCEPTABLE, desc = "both define it: costs bytes")
    @Outcome(id = {"d1s2", "d2s1"}, expect = ACCEPTABLE, desc = "the later one refers")
    @Outcome(expect = FORBIDDEN, desc = "a reference before its definition, or a frame lost")
    static class DefinedFirst {}

    /// The real path.
    @JCStressTest
    @JCStressMeta(DefinedFirst.class)
    @State
    public static class TwoInternOneSeries extends Undeclared {
        public TwoInternOneSeries() {
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

    /// Planted: the series is declared at the claim, before the definition has its place.
    @JCStressTest
    @JCStressMeta(DefinedFirst.class)
    @State
    public static class PlantedDeclaredBeforeTheClaim extends Undeclared {
        public PlantedDeclaredBeforeTheClaim() {
            super(1024);
        }

        @Actor
        public void one() {
            series.declare(0);
            ShardFixture.pause();
            log.putDefinition(series, 1);
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

    /// The definition fits in the first segment, and nothing else: a reference to it never lands in the second.
    @JCStressTest
    @Outcome(id = {"d1p8/d2", "d2p8/d1"}, expect = ACCEPTABLE, desc = "both define it, each in its segment")
    @Outcome(id = {"d1p8/p32d2", "d2p8/p32d1"}, expect = ACCEPTABLE, desc = "a reference that lands elsewhere becomes a pad")
    @Outcome(expect = FORBIDDEN, desc = "a reference without a definition in its segment, or a frame lost")
    @State
    public static class TwoInternOneSeriesAtTheEnd extends Undeclared {
        public TwoInternOneSeriesAtTheEnd() {
            super(ShardFixture.definitionBytes() + 8);
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

    /// A walk beside the producer, as the flusher's or a tailer's: it meets the definition first, whenever it looks.
    @JCStressTest
    @Outcome(id = {"-", "~"}, expect = ACCEPTABLE, desc = "nothing committed yet")
    @Outcome(id = {"d1", "d1~", "d1s2"}, expect = ACCEPTABLE, desc = "the definition, then the reference")
    @Outcome(expect = FORBIDDEN, desc = "a reference before its definition")
    @State
    public static class WalkBesideTheProducer extends Undeclared {
        public WalkBesideTheProducer() {
            super(1024);
        }

        @Actor
        public void append() {
            log.shard.appendSample(series, 1, 0);
            log.shard.appendSample(series, 2, 0);
        }

        @Actor
        public void walk(L_Result result) {
            result.r1 = log.walk();
        }
    }

    /// Two threads ask for the same labels at once: one series, one reference.
    @JCStressTest
    @Outcome(id = "same", expect = ACCEPTABLE, desc = "one series")
    @Outcome(expect = FORBIDDEN, desc = "two series, or a reference lost")
    @State
    public static class TwoLookUpTheSameLabels {
        private final ShardFixture log = new ShardFixture(1024);
        private final SeriesTable table = new SeriesTable(null, new Shard[] {log.shard}, 10, 0);
        private Series one;
        private Series two;

        @Actor
        public void one() {
            one = table.of(ShardFixture.labels());
        }

        @Actor
        public void two() {
            two = table.of(ShardFixture.labels());
        }

        @Arbiter
        public void look(L_Result result) {
            final boolean same = one == two && one.ref == 0 && table.registered(0) == 1;
            result.r1 = same ? "same" : one + " " + two + " " + table.registered(0);
        }
    }

    /// A series that no segment defines.
    abstract static class Undeclared {
        final ShardFixture log;
        final Series series;

        Undeclared(int left) {
            log = new ShardFixture(left);
            series = log.series(7);
        }
    }
}
