package io.seriatim.tools.serve;

import io.seriatim.tools.CannotRunException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// HTTP/1.1, with or without TLS: so many connections and no more, each of which has to say something now and then.
final class HttpFront implements AutoCloseable {
    private static final int MOST_THREADS = 12;
    private static final int HEADER_BYTES = 8 * 1024;

    /// How long a connection may be silent when there are as many as there may be.
    private static final long CROWDED_IDLE_MS = 2_000;

    private final Server server;
    private final ServerConnector connector;
    private final SlowHeaders slowHeaders;

    /// @param idleTimeout     how long a connection may be silent
    /// @param headerTimeout   how long a request's header may take
    /// @param mostConnections at once
    /// @param tls             or null for none
    HttpFront(
            InetSocketAddress address,
            Tls tls,
            int mostConnections,
            Duration idleTimeout,
            Duration headerTimeout,
            Handler handler) {
        final QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 4);
        threads.setName("http");
        threads.setDaemon(true);
        server = new Server(threads);
        final HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEADER_BYTES);
        http.setIdleTimeout(idleTimeout.toMillis());
        // Else a connection's next header counts as the one before if it differs in case only: a token would, too.
        http.setHeaderCacheCaseSensitive(true);
        http.setUriCompliance(UriCompliance.RFC3986);
        final HttpConnectionFactory plain = new HttpConnectionFactory(http);
        connector = tls == null
                ? new ServerConnector(server, 1, 1, plain)
                : new ServerConnector(server, 1, 1, new SslConnectionFactory(context(tls), "http/1.1"), plain);
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        connector.setIdleTimeout(idleTimeout.toMillis());
        server.setConnectors(new Connector[] {connector});
        server.addBean(
                new HttpConnectionLimit(mostConnections, Math.min(CROWDED_IDLE_MS, idleTimeout.toMillis()), connector));
        slowHeaders = new SlowHeaders(connector, headerTimeout);
        slowHeaders.setHandler(handler);
        server.setHandler(slowHeaders);
        server.setStopAtShutdown(false);
    }

    private static SslContextFactory.Server context(Tls tls) {
        final SslContextFactory.Server context = new SslContextFactory.Server();
        context.setKeyStore(tls.identity());
        context.setKeyStorePassword(new String(Tls.password()));
        context.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        context.setSniRequired(false);
        if (tls.clientCa() != null) {
            context.setTrustStore(tls.trusted());
            context.setNeedClientAuth(true);
        }
        return context;
    }

    /// Begins to listen.
    ///
    /// @throws CannotRunException if it cannot
    void start() {
        try {
            server.start();
            slowHeaders.watch();
        } catch (IOException failure) {
            throw new CannotRunException("cannot listen: http=" + connector.getHost() + ":" + connector.getPort()
                    + " cause=" + failure.getMessage() + " (is the port taken? --http names another)");
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IllegalStateException("Jetty does not start", failure);
        }
    }

    /// @return the port on which it listens
    int port() {
        return connector.getLocalPort();
    }

    int connections() {
        return connector.getConnectedEndPoints().size();
    }

    /// Listens no more; requests that are under way go on.
    void stopListening() {
        connector.close();
    }

    @Override
    public void close() {
        slowHeaders.close();
        try {
            server.stop();
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IllegalStateException("Jetty does not stop", failure);
        } finally {
            server.destroy();
        }
    }
}
