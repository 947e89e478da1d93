package io.seriatim.tools.serve;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/// Ends connections that feed a request's header, or a handshake, drop by drop (slowloris): each drop comes in time
/// for Jetty's idle timeout, and so the connection would stay for hours. Bodies are not its concern: requests have a
/// deadline of their own.
final class SlowHeaders extends Handler.Wrapper implements AutoCloseable {
    private static final long LOOK_MS = 500;

    private final ServerConnector connector;
    private final long timeoutNs;
    private final Map<EndPoint, Mark> marks = new ConcurrentHashMap<>();
    private final Map<EndPoint, Boolean> busy = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("http-clock").factory());

    /// How far a connection was.
    ///
    /// @param requests that had begun
    /// @param bytes    that had come
    /// @param sinceNs  when
    private record Mark(long requests, long bytes, long sinceNs) {}

    SlowHeaders(ServerConnector connector, Duration timeout) {
        this.connector = connector;
        this.timeoutNs = timeout.toNanos();
    }

    void watch() {
        clock.scheduleWithFixedDelay(this::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        final EndPoint outer = outermost(request);
        busy.put(outer, Boolean.TRUE);
        Request.addCompletionListener(request, _ -> {
            marks.remove(outer);
            busy.remove(outer);
        });
        return super.handle(request, response, callback);
    }

    /// Under TLS the connection that speaks HTTP has an end within the end that the connector knows.
    private static EndPoint outermost(Request request) {
        final EndPoint end = request.getConnectionMetaData().getConnection().getEndPoint();
        return end instanceof SslConnection.SslEndPoint secured
                ? secured.getSslConnection().getEndPoint()
                : end;
    }

    private void look() {
        final long nowNs = System.nanoTime();
        marks.keySet().retainAll(connector.getConnectedEndPoints());
        for (final EndPoint end : connector.getConnectedEndPoints()) {
            final Connection connection = speaking(end.getConnection());
            final long requests = connection == null ? 0 : connection.getMessagesIn();
            final long bytes = connection == null ? 0 : connection.getBytesIn();
            final Mark mark = marks.get(end);
            if (mark == null || mark.requests != requests || busy.containsKey(end)) {
                marks.put(end, new Mark(requests, bytes, nowNs));
            } else if (nowNs - mark.sinceNs > timeoutNs && (requests == 0 || bytes > mark.bytes)) {
                marks.remove(end);
                end.close(new TimeoutException("header too slow"));
            }
        }
    }

    private static Connection speaking(Connection connection) {
        return connection instanceof SslConnection secured
                ? secured.getSslEndPoint().getConnection()
                : connection;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
