package io.seriatim.wal.mmap;

import io.seriatim.wal.Checkpoint;
import io.seriatim.wal.NotALogException;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/// Another process that follows a log through all its deaths, and replays it now and then while it is written.
final class KillWitness implements AutoCloseable {
    private static final int REPLAY_EVERY = 50;

    private final Path log;
    private final KillRuns tailed = new KillRuns();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile Throwable failure;

    KillWitness(Path log) {
        this.log = log;
        this.thread = Thread.ofPlatform().name("witness").start(this::run);
    }

    private void run() {
        try (WalTailer tailer = begin()) {
            if (tailer == null) {
                return;
            }
            for (int i = 1; !stopped; i++) {
                tailer.poll(tailed);
                if (i % REPLAY_EVERY == 0) {
                    final ReplayReport report = MappedWal.replay(log, ReplayOptions.defaults(), new KillRuns());
                    if (report.state() == ReplayReport.State.DAMAGED) {
                        throw new AssertionError("a live log reads as damaged: " + report);
                    }
                }
                LockSupport.parkNanos(1_000_000);
            }
            // New files are looked for now and then only; what comes is the rest, for the log is closed.
            for (int idle = 0; idle < 60; idle++) {
                idle = tailer.poll(tailed) > 0 ? 0 : idle;
                LockSupport.parkNanos(2_000_000);
            }
        } catch (Throwable thrown) {
            failure = thrown;
        }
    }

    private WalTailer begin() {
        while (!stopped) {
            try {
                return MappedWal.tail(log, Checkpoint.of());
            } catch (NotALogException _) {
                LockSupport.parkNanos(1_000_000); // not yet
            }
        }
        return null;
    }

    /// @throws AssertionError if it has seen something wrong
    void check() {
        if (failure != null) {
            throw new AssertionError("the witness has found something wrong", failure);
        }
    }

    /// Reads on to the end of a log that nobody writes to any more.
    ///
    /// @return what it has read since the beginning
    KillRuns finish() {
        close();
        check();
        return tailed;
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
