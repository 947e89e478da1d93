package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seriatim.wal.mmap.KillPlan.Death;
import io.seriatim.wal.mmap.KillVictim.Fault;
import io.seriatim.wal.mmap.KillVictim.Told;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// Victims for [SigkillTest], the next one always started already: a JVM takes longer to start than a round to run.
final class KillPool implements AutoCloseable {
    private static final long PATIENCE_S = 120;
    private static final int SIGKILL_EXIT = 128 + 9;

    private Victim next;

    /// @param scratch for what it does while it waits
    /// @param another start the one after it too
    Victim take(Path scratch, boolean another) throws IOException {
        final Victim taken = next == null ? new Victim(scratch) : next;
        next = another ? new Victim(scratch) : null;
        return taken;
    }

    @Override
    public void close() {
        if (next != null) {
            next.close();
        }
    }

    /// One process.
    static final class Victim implements AutoCloseable {
        private final Path errors = Files.createTempFile("seriatim-victim", ".err");
        private final Process process;
        private final CountDownLatch opened = new CountDownLatch(1);
        private final CountDownLatch closing = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);
        private final AtomicReference<Throwable> problem = new AtomicReference<>();

        Victim(Path scratch) throws IOException {
            process = Child.of(
                            List.of("-Xmx64m", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                            KillVictim.class,
                            scratch)
                    .redirectError(errors.toFile())
                    .start();
        }

        /// Sends it to work, hears what it tells, kills it when the plan says so.
        void liveAndDie(KillPlan plan, long seed, Fault fault, KillOracle oracle) throws Exception {
            Thread.ofPlatform().daemon().start(() -> listen(oracle));
            process.outputWriter()
                    .append(plan.config().directory() + " " + plan.round() + " " + seed + " " + fault + "\n")
                    .flush();
            if (plan.death() == Death.OPENING) {
                Thread.sleep(plan.afterMs());
            } else {
                await(opened);
                if (plan.death() == Death.CLOSING) {
                    await(closing);
                    Thread.sleep(plan.dyingMs());
                } else {
                    Thread.sleep(plan.afterMs());
                }
            }
            process.toHandle().destroyForcibly(); // SIGKILL; the pipe stays open, with what was told before
            await(ended);
            if (problem.get() != null) {
                throw new AssertionError(problem.get());
            }
            assertEquals(SIGKILL_EXIT, process.waitFor());
        }

        private static void await(CountDownLatch latch) throws InterruptedException {
            if (!latch.await(PATIENCE_S, TimeUnit.SECONDS)) {
                throw new AssertionError("the victim hangs");
            }
        }

        private void listen(KillOracle oracle) {
            final byte[] message = new byte[KillVictim.MESSAGE_BYTES];
            try (DataInputStream pipe = new DataInputStream(process.getInputStream())) {
                while (true) {
                    pipe.readFully(message);
                    final Told told = oracle.told(ByteBuffer.wrap(message));
                    if (told == Told.OPENED) {
                        opened.countDown();
                    } else if (told == Told.CLOSING) {
                        closing.countDown();
                    }
                }
            } catch (EOFException _) {
                // what it told before it died is all here
            } catch (Throwable failure) {
                problem.compareAndSet(null, failure);
            } finally {
                opened.countDown();
                closing.countDown();
                ended.countDown();
            }
        }

        /// @return what it has written to its standard error
        String said() {
            try {
                return "victim " + process.pid() + " said: " + Files.readString(errors, StandardCharsets.UTF_8);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Override
        public void close() {
            try {
                process.destroyForcibly().waitFor();
                Files.deleteIfExists(errors);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (InterruptedException failure) {
                throw new AssertionError(failure);
            }
        }
    }
}
