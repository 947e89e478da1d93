package io.seriatim.tools.serve;

import io.seriatim.tools.serve.intake.BadMessageException;
import io.seriatim.tools.serve.intake.Intake;
import io.seriatim.tools.serve.intake.IntakeLimits;
import io.seriatim.tools.serve.intake.Outcome;
import io.seriatim.wal.SeriesLimitException;
import io.seriatim.wal.Wal;
import io.seriatim.wal.WalException;
import io.seriatim.wal.WalFullException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// Takes messages into the log and waits until they are durable. Thread-safe.
///
/// There are few decoders, as many as cores can keep busy, each with its own table of series; who waits for the disk
/// holds none. So any number of requests wait for one force together.
///
/// A message is taken as a whole or, where the log has no space in the middle of it, in part. The client is told to
/// send it again, and what had been taken is then in the log twice: nothing is lost.
final class Taker {
    private final Wal wal;
    private final boolean durable;
    private final Duration patience;
    private final Duration durableTimeout;
    private final BlockingQueue<Intake> idle;

    /// @param durable  whether to wait until a message is durable
    /// @param patience how long to wait for a decoder
    Taker(Wal wal, IntakeLimits limits, int decoders, boolean durable, Duration patience) {
        this.wal = wal;
        this.durable = durable;
        this.patience = patience;
        this.durableTimeout = wal.config().durableTimeout();
        this.idle = new ArrayBlockingQueue<>(decoders);
        for (int i = 0; i < decoders; i++) {
            idle.add(new Intake(wal, limits));
        }
    }

    /// Takes a message.
    Answer take(Protocol protocol, Body body) throws InterruptedException {
        final Outcome outcome = new Outcome();
        try {
            final Intake intake = idle.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
            if (intake == null) {
                return Answer.refused(Refusal.BUSY, "too many messages wait; send it again later");
            }
            try {
                protocol.take(intake, body, outcome);
            } finally {
                idle.add(intake);
            }
            if (durable && !wal.awaitDurable(outcome.end(), durableTimeout)) {
                return Answer.refused(
                        Refusal.UNAVAILABLE,
                        "not known to be durable: waited=" + durableTimeout + "; send it again, it may then be twice");
            }
            return Answer.taken(outcome);
        } catch (BadMessageException malformed) {
            return Answer.refused(Refusal.MALFORMED, malformed.getMessage());
        } catch (WalFullException | SeriesLimitException full) {
            return Answer.refused(Refusal.BUSY, full.getMessage());
        } catch (WalException failure) {
            return Answer.refused(Refusal.UNAVAILABLE, failure.getMessage());
        }
    }
}
