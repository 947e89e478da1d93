package io.seriatim.wal.mmap;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.seriatim.wal.format.FrameLayout;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IJ_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/// Claim and commit: a reader, as the flusher or one of the mapping is, sees a frame whole or not at all. The payload
/// is stored plainly, before the release of the commit word; the reader acquires that word first.
public final class CommitRaces {
    private static final long TIMESTAMP = 0x0102030405060708L;

    private CommitRaces() {}

    /// Nothing yet, an open claim, or all of it: nothing else, since the word is released last and acquired first.
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "not claimed yet")
    @Outcome(id = "-32, 0", expect = ACCEPTABLE, desc = "claimed")
    @Outcome(id = "32, " + TIMESTAMP, expect = ACCEPTABLE, desc = "committed and whole")
    @Outcome(expect = FORBIDDEN, desc = "a frame in part")
    static class Whole {}

    /// The short path: a sample of a declared series, stored from registers.
    @JCStressTest
    @JCStressMeta(Whole.class)
    @State
    public static class SampleAgainstReader {
        private final ShardFixture log = new ShardFixture(1024);
        private final Series series = log.series(7);

        public SampleAgainstReader() {
            series.declare(0);
        }

        @Actor
        public void append() {
            log.shard.appendSample(series, TIMESTAMP, 1);
        }

        @Actor
        public void read(IJ_Result result) {
            result.r1 = FrameLayout.lengthAcquire(log.first.memory, log.start);
            result.r2 = result.r1 > 0
                    ? LiveBytes.getLong(log.first.memory, log.start + FrameLayout.SAMPLE_TIMESTAMP_OFFSET)
                    : 0;
        }
    }

    /// The general path: a frame that was encoded before the claim, copied in bulk; and the reader checks it all.
    @JCStressTest
    @Outcome(id = "-", expect = ACCEPTABLE, desc = "not claimed yet")
    @Outcome(id = "~", expect = ACCEPTABLE, desc = "claimed")
    @Outcome(id = "d5", expect = ACCEPTABLE, desc = "committed and whole")
    @Outcome(expect = FORBIDDEN, desc = "a frame in part")
    @State
    public static class DefinitionAgainstReader {
        private final ShardFixture log = new ShardFixture(1024);
        private final Series series = log.series(7);

        @Actor
        public void append() {
            log.shard.appendSample(series, 5, 1);
        }

        @Actor
        public void read(L_Result result) {
            final int length = FrameLayout.lengthAcquire(log.first.memory, log.start);
            result.r1 = length > 0 ? log.walk() : length < 0 ? "~" : "-";
        }
    }

    /// A pad over a claim that is given up: the reader never sees a pad's length over what is no pad.
    @JCStressTest
    @Outcome(id = "-", expect = ACCEPTABLE, desc = "not claimed yet")
    @Outcome(id = "~", expect = ACCEPTABLE, desc = "claimed")
    @Outcome(id = "p64", expect = ACCEPTABLE, desc = "a pad")
    @Outcome(expect = FORBIDDEN, desc = "a pad in part")
    @State
    public static class PadAgainstReader {
        private final ShardFixture log = new ShardFixture(1024);

        @Actor
        public void pad() {
            final long claim = log.claims.tryClaim(64);
            log.claims.pad(log.claims.segment(claim), (int) Tail.offset(claim), 64);
        }

        @Actor
        public void read(L_Result result) {
            final int length = FrameLayout.lengthAcquire(log.first.memory, log.start);
            result.r1 = length > 0 ? log.walk() : length < 0 ? "~" : "-";
        }
    }

    /// Planted: the commit word is stored before the payload.
    @JCStressTest
    @JCStressMeta(Whole.class)
    @State
    public static class PlantedCommitBeforePayload {
        private final ShardFixture log = new ShardFixture(1024);

        @Actor
        public void append() {
            final int offset = (int) Tail.offset(log.claims.tryClaim(FrameLayout.SAMPLE_LENGTH));
            FrameLayout.lengthRelease(log.first.memory, offset, FrameLayout.SAMPLE_LENGTH);
            ShardFixture.pause();
            LiveBytes.putLong(log.first.memory, offset + FrameLayout.SAMPLE_TIMESTAMP_OFFSET, TIMESTAMP);
        }

        @Actor
        public void read(IJ_Result result) {
            result.r1 = FrameLayout.lengthAcquire(log.first.memory, log.start);
            result.r2 = result.r1 > 0
                    ? LiveBytes.getLong(log.first.memory, log.start + FrameLayout.SAMPLE_TIMESTAMP_OFFSET)
                    : 0;
        }
    }

    /// Planted: the reader looks at the payload before it acquires the commit word.
    @JCStressTest
    @JCStressMeta(Whole.class)
    @State
    public static class PlantedReadBeforeAcquire {
        private final ShardFixture log = new ShardFixture(1024);
        private final Series series = log.series(7);

        public PlantedReadBeforeAcquire() {
            series.declare(0);
        }

        @Actor
        public void append() {
            log.shard.appendSample(series, TIMESTAMP, 1);
        }

        @Actor
        public void read(IJ_Result result) {
            final long payload =
                    LiveBytes.getLong(log.first.memory, log.start + FrameLayout.SAMPLE_TIMESTAMP_OFFSET);
            ShardFixture.pause();
            result.r1 = FrameLayout.lengthAcquire(log.first.memory, log.start);
            result.r2 = result.r1 > 0 ? payload : 0;
        }
    }
}
