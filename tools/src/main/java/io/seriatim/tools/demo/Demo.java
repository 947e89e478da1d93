package io.seriatim.tools.demo;

import io.seriatim.tools.ByteSize;
import io.seriatim.tools.CannotRunException;
import io.seriatim.tools.Remarks;
import io.seriatim.tools.demo.Counterexample.Kind;
import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.Damage;
import io.seriatim.wal.DamagedLogException;
import io.seriatim.wal.NotALogException;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.UnsupportedFormatException;
import io.seriatim.wal.mmap.MappedWal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// Lets a child log, kills it, opens the log, compares it with what the child had said, and lets the next child go on
/// in the same log. The last few rounds are kept and compared again each time; older ones are truncated away.
final class Demo {
    private static final int ROUNDS_KEPT = 4;
    private static final long POLL_MS = 5;
    private static final long START_PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int REPLAY_THREADS =
            Math.clamp(Runtime.getRuntime().availableProcessors(), 1, ChildPlan.SHARDS);

    private final DemoOptions options;
    private final WorkDirectory work;
    private final Remarks remarks;
    private final SplittableRandom random;
    private final long bytesPerRound;
    private final long maxBytes;
    private final Deque<Kept> kept = new ArrayDeque<>();
    private final List<RoundResult> results = new ArrayList<>();
    private volatile ChildProcess child;

    /// A round that is still in the log, and where it ends.
    private record Kept(Round round, Checkpoint end) {}

    private record Recovery(ReplayReport report, Checkpoint end, double seconds) {}

    /// @param diskBytes what the log may take
    Demo(DemoOptions options, WorkDirectory work, long diskBytes, Remarks remarks) {
        this.options = options;
        this.work = work;
        this.remarks = remarks;
        this.random = new SplittableRandom(options.seed());
        this.bytesPerRound = (diskBytes - ChildPlan.LEAST_BYTES / 2) / Math.min(options.rounds(), ROUNDS_KEPT);
        this.maxBytes = diskBytes + ChildPlan.LEAST_BYTES; // a net below the limit that the parent keeps
    }

    /// @return the rounds so far, those before a counterexample
    List<RoundResult> results() {
        return List.copyOf(results);
    }

    /// @throws Counterexample     if a promise did not hold
    /// @throws CannotRunException if the child could not do its work
    void run() throws InterruptedException {
        for (int round = 1; round <= options.rounds(); round++) {
            final ChildPlan plan = new ChildPlan(work.log(), options.seed(), round, options.hosts(), maxBytes);
            final double seconds = live(plan);
            final Round lived = child.round();
            final RoundResult result;
            try {
                result = judge(plan, lived, seconds);
            } catch (DamagedLogException | NotALogException | UnsupportedFormatException failure) {
                throw new Counterexample(Kind.DAMAGED, "the log cannot be read after a kill: " + failure.getMessage());
            }
            results.add(result);
            remarks.remark(String.format(
                    Locale.ROOT,
                    "round %d of %d: killed after %.1f s, %,d appends had returned; opened in %.0f ms; %,d samples"
                            + " compared",
                    round,
                    options.rounds(),
                    seconds,
                    result.appends(),
                    1e3 * result.recoverySeconds(),
                    result.samplesReplayed()));
        }
    }

    /// Ends the child, whatever it is doing.
    void killChild() {
        final ChildProcess current = child;
        if (current != null) {
            current.close();
        }
    }

    /// @return the seconds that the child logged before it was killed
    private double live(ChildPlan plan) throws InterruptedException {
        final ChildProcess started = ChildProcess.start(plan, work.errors(plan.round()));
        child = started;
        final long startNs = System.nanoTime();
        while (!started.isReady()) {
            remarks.progress(() -> "round " + plan.round() + ": starting a child");
            pause(started);
            if (System.nanoTime() - startNs > START_PATIENCE_NS) {
                throw new CannotRunException("the child does not open its log: waitedSeconds="
                        + TimeUnit.NANOSECONDS.toSeconds(START_PATIENCE_NS));
            }
        }
        final long nanos = (long) (1e9 * options.seconds() * random.nextDouble(0.4, 1));
        final long bytes = (long) (bytesPerRound * random.nextDouble(0.6, 1));
        while (started.bytes() < bytes
                && (started.elapsedNanos() < nanos || !started.round().somethingIsDurable())) {
            remarks.progress(() -> String.format(
                    Locale.ROOT,
                    "round %d: logging, %,d appends returned, %s",
                    plan.round(),
                    started.round().appendsReturned(),
                    ByteSize.text(started.bytes())));
            pause(started);
        }
        TimeUnit.MICROSECONDS.sleep(random.nextInt(2_000)); // not always just after a report
        started.kill();
        return started.elapsedNanos() / 1e9;
    }

    private static void pause(ChildProcess child) throws InterruptedException {
        child.check();
        Thread.sleep(POLL_MS);
    }

    private RoundResult judge(ChildPlan plan, Round lived, double seconds) {
        remarks.progress(() -> "round " + plan.round() + ": killed; opening the log");
        final Recovery recovery = recover(plan);
        requireNoLoss(recovery.report);
        kept.add(new Kept(lived, recovery.end));

        final Comparer comparer = new Comparer(kept.stream().map(Kept::round).toList());
        final long startNs = System.nanoTime();
        final ReplayReport report = MappedWal.replay(
                work.log(),
                ReplayOptions.defaults()
                        .threads(REPLAY_THREADS)
                        .progress((done, total) -> remarks.progress(() -> "round " + plan.round() + ": comparing, "
                                + ByteSize.text(done) + " of " + ByteSize.text(total))),
                comparer);
        comparer.finish();
        final double replaySeconds = (System.nanoTime() - startNs) / 1e9;
        requireNoLoss(report);
        return new RoundResult(
                plan.round(),
                seconds,
                lived.appendsReturned(),
                lived.samplesReturned(),
                lived.samplesDurable(),
                lived.samplesFound(),
                lived.appendsBeyond(),
                recovery.report.state(),
                recovery.seconds,
                report.samples(),
                replaySeconds);
    }

    private Recovery recover(ChildPlan plan) {
        final long startNs = System.nanoTime();
        try (MappedWal wal = MappedWal.open(plan.config())) {
            final double seconds = (System.nanoTime() - startNs) / 1e9;
            final Checkpoint end = wal.checkpoint();
            while (kept.size() >= ROUNDS_KEPT) {
                wal.truncateBefore(kept.remove().end);
            }
            return new Recovery(wal.recovered(), end, seconds);
        }
    }

    /// Killing a process loses nothing that is in the page cache, so nothing can have been lost at all.
    private static void requireNoLoss(ReplayReport report) {
        if (report.state() == ReplayReport.State.DAMAGED) {
            final Damage worst = report.damages().stream()
                    .filter(damage -> damage.verdict() == Damage.Verdict.LOST)
                    .findFirst()
                    .orElse(report.damages().getFirst());
            throw new Counterexample(Kind.DAMAGED, worst.toString());
        }
    }
}
