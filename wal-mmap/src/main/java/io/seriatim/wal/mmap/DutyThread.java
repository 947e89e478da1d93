package io.seriatim.wal.mmap;

import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.IdleStrategy;

/// A daemon thread that runs a duty cycle until it is stopped, whatever goes wrong in it.
final class DutyThread {
    private static final int STOP_LOOK_MS = 5_000;

    private final AgentRunner runner;
    private volatile Thread thread;

    /// @param name   of the thread
    /// @param idleNs how long it sleeps when there was nothing to do
    /// @param duty   one cycle; tells how much was done
    DutyThread(String name, long idleNs, IntSupplier duty) {
        this.runner = new AgentRunner(new ParkedIdle(idleNs), WalLog::agentFailed, null, new Worker(name, duty));
    }

    /// @throws OutOfMemoryError if there is no thread to be had
    void start() {
        thread = AgentRunner.startOnThread(runner, task -> {
            final Thread made = new Uninterruptible(task);
            made.setDaemon(true);
            return made;
        });
    }

    /// Ends a sleep. Cheap if the thread is awake.
    void wake() {
        LockSupport.unpark(thread);
    }

    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /// Waits for the end of the cycle that runs, as long as it takes, whatever interrupts.
    void stop() {
        runner.close(STOP_LOOK_MS, _ -> {});
    }

    /// Cannot be interrupted: the runner would end for good, and with it every force or preparation. A listener that
    /// restores an interrupt flag is enough for that.
    private static final class Uninterruptible extends Thread {
        Uninterruptible(Runnable task) {
            super(task);
        }

        @Override
        public void interrupt() {
            // Nothing: what runs here ends when the log is closed, and never waits for long.
        }
    }

    private record Worker(String roleName, IntSupplier duty) implements Agent {
        @Override
        public int doWork() {
            try {
                return duty.getAsInt();
            } catch (Error failure) {
                WalLog.agentFailed(failure); // the runner goes on after exceptions, but not after errors
                return 0;
            }
        }
    }

    /// Sleeps until the next look or until somebody wakes it.
    private record ParkedIdle(long idleNs) implements IdleStrategy {
        @Override
        public void idle(int workCount) {
            if (workCount <= 0) {
                idle();
            }
        }

        @Override
        public void idle() {
            LockSupport.parkNanos(idleNs);
        }

        @Override
        public void reset() {}
    }
}
