package io.seriatim.tools.demo;

import io.seriatim.tools.CannotRunException;
import io.seriatim.wal.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A child as its parent sees it: started, listened to, killed.
final class ChildProcess implements AutoCloseable {
    private static final int KILLED = 128 + 9;
    private static final int LINES_OF_ERRORS = 20;
    private static final long PATIENCE_S = 30;

    private final Process process;
    private final Path errors;
    private final Thread reader;
    private final Round round;
    private final HostScript machine = new HostScript();
    private volatile boolean ready;
    private volatile long elapsedNanos;
    private volatile long bytes;
    private volatile String failure;

    private ChildProcess(Process process, Path errors, ChildPlan plan) {
        this.process = process;
        this.errors = errors;
        final List<Ledger> ledgers = new ArrayList<>();
        plan.fleet().forEach(script -> ledgers.add(new Ledger(plan.round(), script)));
        ledgers.add(new Ledger(plan.round(), machine));
        round = new Round(plan.round(), ledgers);
        reader = Thread.ofPlatform().name("demo-pipe").daemon().start(this::listen);
    }

    /// Starts a child on the same JDK and class path.
    ///
    /// @param errors where its stderr goes
    static ChildProcess start(ChildPlan plan, Path errors) {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED", // OSHI; the log itself needs no flag
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName()));
        command.addAll(plan.arguments());
        try {
            final Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            return new ChildProcess(process, errors, plan);
        } catch (IOException failure) {
            throw new CannotRunException("cannot start a child: command=" + command.getFirst() + " cause=" + failure);
        }
    }

    private void listen() {
        try {
            Pipe.read(process.getInputStream(), new Listener());
        } catch (IOException | RuntimeException failed) {
            if (process.isAlive()) {
                failure = "cannot understand the child: " + failed;
            }
        }
    }

    /// @return what is known of this round; complete after [#kill()]
    Round round() {
        return round;
    }

    /// @return whether its log is open
    boolean isReady() {
        return ready;
    }

    /// @return how long it has been appending when it last said something
    long elapsedNanos() {
        return elapsedNanos;
    }

    /// @return bytes of log that it had written when it last said something
    long bytes() {
        return bytes;
    }

    /// @throws CannotRunException if the child has ended, or says that it cannot go on
    void check() {
        if (failure != null || !process.isAlive()) {
            close();
            throw new CannotRunException("the child ended by itself: "
                    + (failure != null ? failure : "exit code " + process.exitValue()) + lastErrors());
        }
    }

    private String lastErrors() {
        try {
            final List<String> lines = Files.readAllLines(errors);
            return lines.isEmpty()
                    ? ""
                    : "\n  "
                            + String.join(
                                    "\n  ", lines.subList(Math.max(0, lines.size() - LINES_OF_ERRORS), lines.size()));
        } catch (IOException _) {
            return "";
        }
    }

    /// Kills it with SIGKILL, and hears what it had said before.
    void kill() throws InterruptedException {
        check();
        signal();
        final int code = process.waitFor();
        reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_S));
        if (reader.isAlive()) {
            throw new CannotRunException("the pipe of the dead child does not end: waitedSeconds=" + PATIENCE_S);
        }
        if (failure != null || code != KILLED) {
            throw new CannotRunException("the child was not killed but ended by itself: exitCode=" + code
                    + (failure == null ? "" : " " + failure) + lastErrors());
        }
    }

    /// Through the handle: `Process.destroyForcibly` would close the pipe as well, with all that is still in it.
    private void signal() {
        process.toHandle().destroyForcibly();
    }

    /// Ends it, whatever it is doing.
    @Override
    public void close() {
        signal();
        try {
            process.waitFor(PATIENCE_S, TimeUnit.SECONDS);
            reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_S));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Listener implements Pipe.Listener {
        @Override
        public void ready(long openNanos) {
            ready = true;
        }

        @Override
        public void returned(long nanos, long written, long[] appends) {
            for (int i = 0; i < appends.length; i++) {
                round.ledgers().get(i).returned(appends[i]);
            }
            elapsedNanos = nanos;
            bytes = written;
        }

        @Override
        public void durable(int producer, long appends) {
            round.ledgers().get(producer).durable(appends);
        }

        @Override
        public void series(Labels labels) {
            machine.series(labels);
        }

        @Override
        public void scrape(long timestamp, long[] valueBits) {
            machine.scrape(timestamp, valueBits);
        }

        @Override
        public void failed(String why) {
            failure = why;
        }
    }
}
