package io.seriatim.tools.serve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Answers HTTP requests, each on a virtual thread of its own: they wait for clients and for the disk.
final class HttpHandler extends Handler.Abstract implements AutoCloseable {
    /// How long what is left of a message that is answered early is still taken from the client.
    private static final long REST_NS = 1_000_000_000L;

    /// And how much of it.
    private static final long REST_BYTES = 16L * 1024 * 1024;

    /// After which what could not be taken is to be sent again.
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Exchange exchange;
    private final Pages pages;
    private final BearerToken token;
    private final Duration requestTimeout;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("request-clock").factory());

    /// @param token          that clients have to show, or null for none
    /// @param requestTimeout how long a request may take to arrive
    HttpHandler(Exchange exchange, Pages pages, BearerToken token, Duration requestTimeout) {
        this.exchange = exchange;
        this.pages = pages;
        this.token = token;
        this.requestTimeout = requestTimeout;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        threads.execute(() -> {
            try {
                final HttpAnswer answer = answer(request);
                // Who was refused and waits for a 100 is not asked for what nobody reads.
                final boolean waits =
                        answer.status() >= 300 && request.getHeaders().contains(HttpHeader.EXPECT);
                if (waits || !isReadToItsEnd(request)) {
                    // The client must not take this connection for one that takes its next request.
                    response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
                }
                send(response, callback, answer);
            } catch (InterruptedException _) {
                callback.failed(new IOException("interrupted")); // it ends
            } catch (RuntimeException | Error failure) {
                exchange.failed("http", failure);
                Response.writeError(request, response, callback, Refusal.INTERNAL.http());
            }
        });
        return true;
    }

    /// Discards what is still to come of a message that is answered early, for some time and up to some length: closing
    /// while bytes arrive resets the connection, and the client never sees the answer.
    private static boolean isReadToItsEnd(Request request) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + REST_NS;
        long discarded = 0;
        while (discarded < REST_BYTES) {
            final Content.Chunk chunk = request.read();
            if (chunk == null) {
                final CountDownLatch arrived = new CountDownLatch(1);
                request.demand(arrived::countDown);
                if (!arrived.await(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    return false;
                }
                continue;
            }
            discarded += chunk.remaining();
            chunk.release();
            if (Content.Chunk.isFailure(chunk)) {
                return false;
            }
            if (chunk.isLast()) {
                return true;
            }
        }
        return false;
    }

    private static void send(Response response, Callback callback, HttpAnswer answer) {
        response.setStatus(answer.status());
        answer.headers().forEach(response.getHeaders()::put);
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        response.write(true, ByteBuffer.wrap(answer.body()), callback);
    }

    private HttpAnswer answer(Request request) {
        final String path = Request.getPathInContext(request);
        final boolean open = path.equals(Pages.READY) || path.equals(Pages.HEALTHY);
        if (!open && token != null && !token.isShownBy(request.getHeaders().get(HttpHeader.AUTHORIZATION))) {
            exchange.refused(
                    "http", Refusal.UNAUTHENTICATED, Request.getRemoteAddr(request), "no token, or a wrong one");
            return HttpAnswer.text(Refusal.UNAUTHENTICATED.http(), "no bearer token, or a wrong one")
                    .with("WWW-Authenticate", "Bearer");
        }
        final HttpProtocol protocol = HttpProtocol.at(path);
        if (protocol == null) {
            return page(request, path);
        }
        if (!request.getMethod().equals("POST")) {
            return HttpAnswer.text(Refusal.WRONG_METHOD.http(), "POST it").with("Allow", "POST");
        }
        final String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        return taken(request, protocol, type == null ? "" : type.toLowerCase(Locale.ROOT));
    }

    private HttpAnswer page(Request request, String path) {
        final HttpAnswer page = pages.at(path, request.getHeaders().get(HttpHeader.ACCEPT));
        if (page == null) {
            return HttpAnswer.text(Refusal.NOT_FOUND.http(), "nothing here: path=" + Text.excerpt(path));
        }
        return request.getMethod().equals("GET") || request.getMethod().equals("HEAD")
                ? page
                : HttpAnswer.text(Refusal.WRONG_METHOD.http(), "GET it").with("Allow", "GET, HEAD");
    }

    private HttpAnswer taken(Request request, HttpProtocol at, String type) {
        final Protocol protocol = at.of(type);
        if (protocol == null) {
            final Answer answer = Answer.refused(
                    Refusal.WRONG_TYPE,
                    "Content-Type is not known: type=" + Text.excerpt(type) + " known=" + at.types());
            exchange.refused("http", answer.refusal(), Request.getRemoteAddr(request), answer.message());
            return at.answer(type, answer, RETRY_AFTER);
        }
        final String encoding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
        final ScheduledFuture<?> deadline = clock.schedule(
                () -> request.fail(new TimeoutException("request too slow")),
                requestTimeout.toNanos(),
                TimeUnit.NANOSECONDS);
        final Admission.Room room = exchange.enter();
        if (room != null) {
            // When the answer is out, not before: who drains waits for it.
            Request.addCompletionListener(request, _ -> room.close());
        }
        try {
            final Answer answer = exchange.take(protocol, Request.getRemoteAddr(request), room, unpacking -> {
                try {
                    return unpacking.read(
                            Content.Source.asInputStream(request),
                            encoding == null ? at.usualEncoding() : encoding,
                            request.getLength(),
                            room);
                } finally {
                    deadline.cancel(false);
                }
            });
            return at.answer(type, answer, RETRY_AFTER);
        } finally {
            deadline.cancel(false);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        threads.shutdownNow();
    }
}
