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

/// Two producers whose stacks overflow in the same instant, and the flusher that throws old notes away. What an actor
/// does is a copy of what stands in [Shard] and [Claims], where it must not be a call.
public final class NoteRaces {
    private NoteRaces() {}

    /// Both claims can be padded afterwards.
    @Outcome(id = "both", expect = ACCEPTABLE, desc = "both notes are there")
    @Outcome(expect = FORBIDDEN, desc = "a note was lost: its claim stays open")
    static class Kept {}

    /// As it is.
    @JCStressTest
    @JCStressMeta(Kept.class)
    @State
    public static class TwoNotes extends Notes {
        @Actor
        public void one() {
            synchronized (forsaken) {
                forsaken.notes = new Object[] {new long[] {Tail.of(5, 64), 32}, forsaken.notes};
            }
        }

        @Actor
        public void two() {
            synchronized (forsaken) {
                forsaken.notes = new Object[] {new long[] {Tail.of(5, 96), 40}, forsaken.notes};
            }
        }

        @Arbiter
        public void look(L_Result result) {
            result.r1 = found();
        }
    }

    /// One note, while the flusher forgets an older one.
    @JCStressTest
    @JCStressMeta(Kept.class)
    @State
    public static class NoteAgainstForget extends Notes {
        public NoteAgainstForget() {
            forsaken.notes = new Object[] {new long[] {Tail.of(4, 64), 32}, null};
        }

        @Actor
        public void one() {
            synchronized (forsaken) {
                forsaken.notes = new Object[] {new long[] {Tail.of(5, 64), 32}, forsaken.notes};
            }
            synchronized (forsaken) {
                forsaken.notes = new Object[] {new long[] {Tail.of(5, 96), 40}, forsaken.notes};
            }
        }

        @Actor
        public void forget() {
            forsaken.forget(4);
        }

        @Arbiter
        public void look(L_Result result) {
            result.r1 = found();
        }
    }

    /// Planted: pushed without the monitor.
    @JCStressTest
    @JCStressMeta(Kept.class)
    @State
    public static class PlantedPushWithoutMonitor extends Notes {
        @Actor
        public void one() {
            final Object[] before = forsaken.notes;
            ShardFixture.pause();
            forsaken.notes = new Object[] {new long[] {Tail.of(5, 64), 32}, before};
        }

        @Actor
        public void two() {
            final Object[] before = forsaken.notes;
            ShardFixture.pause();
            forsaken.notes = new Object[] {new long[] {Tail.of(5, 96), 40}, before};
        }

        @Arbiter
        public void look(L_Result result) {
            result.r1 = found();
        }
    }

    /// What the flusher would find at two ranges of the sixth segment.
    abstract static class Notes {
        final Forsaken forsaken = new Forsaken();

        final String found() {
            final int first = forsaken.bytesAt(5, 64);
            final int second = forsaken.bytesAt(5, 96);
            return first == 32 && second == 40 ? "both" : "first=" + first + " second=" + second;
        }
    }
}
