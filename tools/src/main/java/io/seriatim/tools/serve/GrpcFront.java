package io.seriatim.tools.serve;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.seriatim.tools.CannotRunException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/// OTLP over gRPC: so many connections, so many calls on each, and no message without room for it.
final class GrpcFront implements AutoCloseable {
    private static final int HEADER_BYTES = 8 * 1024;
    private static final int WINDOW_BYTES = 256 * 1024;
    private static final int EVENT_LOOPS = 2;
    private static final Duration LEAST_KEEP_ALIVE = Duration.ofSeconds(5);

    private final InetSocketAddress address;
    private final AtomicInteger connections = new AtomicInteger();
    private final EventLoopGroup acceptors = loops("grpc-accept", 1);
    private final EventLoopGroup loops = loops("grpc-io", EVENT_LOOPS);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final MetricsService service;
    private final Server server;

    /// @param tls   or null for none
    /// @param token that clients have to show, or null for none
    GrpcFront(InetSocketAddress address, Tls tls, BearerToken token, ServeLimits limits, Exchange exchange) {
        this.address = address;
        this.service = new MetricsService(exchange, token, limits.requestTimeout());
        this.server = NettyServerBuilder.forAddress(address, credentials(tls))
                .channelFactory(() -> new LimitedServerChannel(limits.connections(), connections))
                .bossEventLoopGroup(acceptors)
                .workerEventLoopGroup(loops)
                .executor(threads)
                .addService(service.definition())
                .addStreamTracerFactory(new CallRoom.Factory(exchange))
                .maxInboundMessageSize(limits.unpackedBytes())
                .maxInboundMetadataSize(HEADER_BYTES)
                .maxConcurrentCallsPerConnection(limits.streams())
                .flowControlWindow(WINDOW_BYTES)
                .handshakeTimeout(limits.headerTimeout().toNanos(), TimeUnit.NANOSECONDS)
                .maxConnectionIdle(limits.idleTimeout().toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTime(limits.idleTimeout().toNanos(), TimeUnit.NANOSECONDS)
                .permitKeepAliveTime(LEAST_KEEP_ALIVE.toNanos(), TimeUnit.NANOSECONDS)
                .permitKeepAliveWithoutCalls(true)
                .build();
    }

    private static EventLoopGroup loops(String name, int threads) {
        return new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
    }

    private static ServerCredentials credentials(Tls tls) {
        if (tls == null) {
            return InsecureServerCredentials.create();
        }
        try {
            final KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(tls.identity(), Tls.password());
            final TlsServerCredentials.Builder builder =
                    TlsServerCredentials.newBuilder().keyManager(keys.getKeyManagers());
            final KeyStore trusted = tls.trusted();
            if (trusted != null) {
                final TrustManagerFactory trust =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trust.init(trusted);
                builder.trustManager(trust.getTrustManagers()).clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
            }
            return builder.build();
        } catch (GeneralSecurityException failure) {
            throw new CannotRunException("cannot set up TLS: certificate=" + tls.certificate() + " cause=" + failure);
        }
    }

    /// Begins to listen.
    ///
    /// @throws CannotRunException if it cannot
    void start() {
        try {
            server.start();
        } catch (IOException failure) {
            final Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            throw new CannotRunException("cannot listen: grpc=" + address.getHostString() + ":" + address.getPort()
                    + " cause=" + cause.getMessage() + " (is the port taken? --grpc names another)");
        }
    }

    /// @return the port on which it listens
    int port() {
        return server.getPort();
    }

    int connections() {
        return connections.get();
    }

    /// Takes no calls any more; those that are under way go on.
    void stopListening() {
        server.shutdown();
    }

    @Override
    public void close() {
        server.shutdownNow();
        service.close();
        threads.shutdownNow();
        acceptors.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
