package io.seriatim.tools.serve;

import java.io.IOException;
import java.util.Locale;

/// A request, from where its front has understood it to where its front answers it: the same for all protocols.
/// Thread-safe.
final class Exchange {
    private final Admission admission;
    private final Unpacking unpacking;
    private final Taker taker;
    private final ServeMetrics metrics;
    private final Journal journal;

    Exchange(Admission admission, Unpacking unpacking, Taker taker, ServeMetrics metrics, Journal journal) {
        this.admission = admission;
        this.unpacking = unpacking;
        this.taker = taker;
        this.metrics = metrics;
        this.journal = journal;
    }

    /// Reads a request's message, once there is room for it.
    @FunctionalInterface
    interface Reader {
        /// @throws RefusedException if it cannot be taken
        /// @throws IOException      if it does not come
        Body read(Unpacking unpacking) throws RefusedException, IOException;
    }

    /// @return the request's room, or null if there are too many
    Admission.Room enter() {
        return admission.tryEnter();
    }

    /// Takes a message into the log.
    ///
    /// @param client its address
    /// @param room   what [#enter] gave
    Answer take(Protocol protocol, String client, Admission.Room room, Reader reader) {
        final long startNs = System.nanoTime();
        final Answer answer = room == null ? noRoom() : tryTake(protocol, reader);
        metrics.request(protocol, answer, System.nanoTime() - startNs);
        if (!answer.isTaken()) {
            told(protocol.label(), answer.refusal(), client, answer.message());
        } else if (answer.outcome().rejected() > 0) {
            journal.client(
                    "partly_refused",
                    "protocol",
                    protocol.label(),
                    "client",
                    client,
                    "refused",
                    answer.outcome().rejected(),
                    "first",
                    answer.outcome().firstRejection());
        }
        return answer;
    }

    private Answer noRoom() {
        return admission.closed()
                ? Answer.refused(Refusal.UNAVAILABLE, "shutting down")
                : Answer.refused(Refusal.BUSY, "too many requests at once; send it again later");
    }

    private Answer tryTake(Protocol protocol, Reader reader) {
        try {
            final Body body = reader.read(unpacking);
            metrics.received(protocol, body.length());
            return taker.take(protocol, body);
        } catch (RefusedException refused) {
            return Answer.refused(refused.refusal(), refused.getMessage());
        } catch (IOException failure) {
            return Answer.refused(Refusal.TOO_SLOW, "the message did not come: cause=" + failure);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Answer.refused(Refusal.UNAVAILABLE, "shutting down");
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError failure) {
            failed(protocol.label(), failure);
            return Answer.refused(Refusal.INTERNAL, "unexpected: " + failure);
        }
    }

    /// Notes a request that never came to be one.
    void refused(String where, Refusal refusal, String client, String message) {
        metrics.refused(where, refusal);
        told(where, refusal, client, message);
    }

    private void told(String where, Refusal refusal, String client, String message) {
        journal.client(
                "refused",
                "at",
                where,
                "reason",
                refusal.name().toLowerCase(Locale.ROOT),
                "client",
                client,
                "message",
                message);
    }

    /// Notes a fault of this program.
    void failed(String where, Throwable failure) {
        journal.warn("fault", "at", where, "cause", failure.toString(), "in", place(failure));
    }

    private static String place(Throwable failure) {
        return failure.getStackTrace().length == 0 ? "unknown" : failure.getStackTrace()[0].toString();
    }
}
