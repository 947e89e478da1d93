package io.seriatim.tools.demo;

import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.WalStats;
import io.seriatim.wal.mmap.MappedWal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// The process that logs until it is killed. It tells its parent through stdout which appends returned and which are
/// durable; when its stdin ends, so does it.
///
/// Threads: the producers, one for the durable stream, one for this machine's metrics; one that reports what returned;
/// one that takes checkpoints, awaits them and acknowledges everything below; one that watches stdin.
final class Child {
    /// Exit code when nobody listens any more.
    static final int PARENT_GONE = 4;

    private static final int GAVE_UP = 3;
    private static final long REPORT_INTERVAL_MS = 1;
    private static final Duration CHECKPOINT_PATIENCE = Duration.ofSeconds(60);

    private final MappedWal wal;
    private final Pipe.Writer pipe;
    private final AtomicLong[] returned = new AtomicLong[ChildPlan.LEDGERS];
    private final long startBytes;
    private long startNs; // before any thread is started

    private Child(MappedWal wal, Pipe.Writer pipe) {
        this.wal = wal;
        this.pipe = pipe;
        this.startBytes = bytes(wal);
        for (int i = 0; i < returned.length; i++) {
            returned[i] = new AtomicLong();
        }
    }

    public static void main(String[] arguments) {
        final Pipe.Writer pipe = new Pipe.Writer(new FileOutputStream(FileDescriptor.out));
        daemon("demo-watchdog", Child::diesWithItsParent);
        try {
            final ChildPlan plan = ChildPlan.of(arguments);
            final long startNs = System.nanoTime();
            final MappedWal wal = MappedWal.open(plan.config());
            pipe.ready(System.nanoTime() - startNs);
            new Child(wal, pipe).run(plan.fleet());
        } catch (RuntimeException | Error failure) {
            giveUp(pipe, failure);
        }
    }

    /// Makes everything ready before anything runs, because producers leave little time to others.
    private void run(List<FleetScript> fleet) {
        final List<Runnable> producers = new ArrayList<>();
        for (int i = 0; i < ChildPlan.PRODUCERS; i++) {
            producers.add(new Producer(wal, fleet.get(i), returned[i], null));
        }
        producers.add(new Producer(
                wal,
                fleet.get(ChildPlan.DURABLE),
                returned[ChildPlan.DURABLE],
                appends -> pipe.durable(ChildPlan.DURABLE, appends)));
        producers.add(new MachineProducer(wal, pipe, returned[ChildPlan.MACHINE]));

        startNs = System.nanoTime();
        start("demo-reporter", this::reportWhatReturned);
        start("demo-checkpoints", this::acknowledgeCheckpoints);
        for (int i = producers.size() - 1; i >= 0; i--) {
            start("demo-producer-" + i, producers.get(i));
        }
    }

    private void reportWhatReturned() {
        final long[] appends = new long[returned.length];
        while (pause()) {
            countReturned(appends);
            pipe.returned(System.nanoTime() - startNs, bytes(wal) - startBytes, appends);
        }
    }

    private static long bytes(MappedWal wal) {
        return wal.stats().shards().stream().mapToLong(WalStats.Shard::tail).sum();
    }

    /// What had returned before a checkpoint was taken lies below it.
    private void acknowledgeCheckpoints() {
        final long[] appends = new long[returned.length];
        try {
            while (pause()) {
                countReturned(appends);
                final Checkpoint checkpoint = wal.checkpoint();
                if (!wal.awaitDurable(checkpoint, CHECKPOINT_PATIENCE)) {
                    throw new IllegalStateException("not durable in time: " + checkpoint);
                }
                for (int i = 0; i < appends.length; i++) {
                    pipe.durable(i, appends[i]);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void countReturned(long[] appends) {
        for (int i = 0; i < appends.length; i++) {
            appends[i] = returned[i].getAcquire();
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(REPORT_INTERVAL_MS);
            return true;
        } catch (InterruptedException _) {
            return false;
        }
    }

    private void start(String name, Runnable work) {
        Thread.ofPlatform().name(name).start(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error failure) {
                giveUp(pipe, failure);
            }
        });
    }

    private static void daemon(String name, Runnable work) {
        Thread.ofPlatform().name(name).daemon().start(work);
    }

    private static void giveUp(Pipe.Writer pipe, Throwable failure) {
        failure.printStackTrace();
        pipe.failed(failure.toString());
        Runtime.getRuntime().halt(GAVE_UP);
    }

    private static void diesWithItsParent() {
        try {
            while (System.in.read() >= 0) {
                // The parent says nothing.
            }
        } catch (IOException _) {
            // As good as its end.
        }
        Runtime.getRuntime().halt(PARENT_GONE);
    }
}
