package io.seriatim.tools.store;

import io.seriatim.tools.store.StoreClient.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Gets parcels to the store, one request at a time: so what belongs to one series arrives in its order.
///
/// What fails for the time being (no connection, no answer, 429, 5xx) is sent again, until patience ends. What is
/// refused for good (400, 413, 422) is sent in halves, down to single samples: so only what the store really refuses
/// is lost, and it is counted. Everything else is nothing that waiting or dividing would mend.
///
/// A request whose answer got lost is sent again, so the store may see it twice: both protocols have no way to say
/// "this once only".
///
/// Used by one thread at a time.
final class Delivery {
    private static final int MOST_MESSAGE = 300;

    private final StoreClient client;
    private final Dialect dialect;
    private final Duration patience;
    private final StoreTally tally;
    private final StoreWatch watch;
    private final Pace pace;
    private final ProtoBuffer request = new ProtoBuffer(64 * 1024);
    private List<Chunk> chunks;
    private String refusal;

    /// @param patience how long one request may fail; null: for ever, whatever comes back
    /// @param pace     how fast
    Delivery(StoreClient client, Dialect dialect, Duration patience, StoreTally tally, StoreWatch watch, Pace pace) {
        this.client = client;
        this.dialect = dialect;
        this.patience = patience;
        this.tally = tally;
        this.watch = watch;
        this.pace = pace;
    }

    /// @throws StoreException if the store does not take it and waiting does not help
    void deliver(Parcel parcel) throws InterruptedException {
        chunks = parcel.chunks();
        if (parcel.elements() > 0) {
            pace.await(parcel.elements());
            deliver(0, parcel.elements());
        }
    }

    /// Elements are counted through all chunks.
    private void deliver(int from, int to) throws InterruptedException {
        if (isTaken(from, to)) {
            visit(from, to, (chunk, first, last) -> {
                for (int i = first; i < last; i++) {
                    tally.taken(chunk.kind(i), 1);
                    tally.taken(Chunk.Kind.EXEMPLAR, chunk.attached(i));
                }
            });
        } else if (to - from == 1) {
            tally.refused(1);
            watch.onRefused(1, refusal);
        } else {
            final int middle = from + to >>> 1;
            deliver(from, middle);
            deliver(middle, to);
        }
    }

    /// Sees a part of a chunk.
    @FunctionalInterface
    private interface Visitor {
        void part(Chunk chunk, int from, int to);
    }

    private void visit(int from, int to, Visitor visitor) {
        int begin = 0;
        for (final Chunk chunk : chunks) {
            final int first = Math.max(from - begin, 0);
            final int last = Math.min(to - begin, chunk.count());
            if (first < last) {
                visitor.part(chunk, first, last);
            }
            begin += chunk.count();
        }
    }

    private boolean isTaken(int from, int to) throws InterruptedException {
        request.clear();
        visit(from, to, (chunk, first, last) -> dialect.write(chunk, first, last, request));
        final byte[] packed = dialect.pack(request);
        final Backoff backoff = new Backoff();
        final long beganNs = System.nanoTime();
        while (true) {
            Duration asked = null;
            final String cause;
            try {
                final Reply reply = client.post(packed, dialect.headers());
                tally.request(packed.length);
                if (reply.status() / 100 == 2) {
                    partial(reply);
                    return true;
                }
                cause = cause(reply);
                if (isRefusal(reply.status())) {
                    refusal = cause;
                    return false;
                }
                if (patience != null && !isPassing(reply.status())) {
                    throw new StoreException("the store does not take this: " + cause);
                }
                asked = reply.retryAfter();
            } catch (IOException failure) {
                pause(
                        backoff,
                        asked,
                        "no answer: " + text(failure.toString().replaceFirst("^(\\w+\\.)+", "")),
                        beganNs);
                continue;
            }
            pause(backoff, asked, cause, beganNs);
        }
    }

    private void pause(Backoff backoff, Duration asked, String cause, long beganNs) throws InterruptedException {
        final Duration since = Duration.ofNanos(System.nanoTime() - beganNs);
        final Duration next = backoff.next(asked);
        if (patience != null && since.plus(next).compareTo(patience) > 0) {
            throw new StoreException(
                    "the store has not taken a request for " + since.toSeconds() + " s: " + cause + " (--retry-for)");
        }
        tally.retry();
        watch.onRetry(cause, since, next);
        TimeUnit.NANOSECONDS.sleep(next.toNanos());
    }

    private void partial(Reply reply) {
        final Dialect.PartialSuccess partial = dialect.partialSuccess(reply.body());
        if (partial != null) {
            tally.refused(partial.rejected());
            watch.onRefused(partial.rejected(), text(partial.message()));
        }
    }

    private static boolean isRefusal(int status) {
        return status == 400 || status == 413 || status == 422;
    }

    private static boolean isPassing(int status) {
        return status == 408 || status == 429 || status >= 500 && status != 501 && status != 505;
    }

    private static String cause(Reply reply) {
        return "status=" + reply.status() + " answer='" + text(new String(reply.body(), StandardCharsets.UTF_8)) + "'";
    }

    private static String text(String message) {
        final String line = message.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > MOST_MESSAGE ? line.substring(0, MOST_MESSAGE) + "..." : line;
    }
}
