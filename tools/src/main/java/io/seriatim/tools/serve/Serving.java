package io.seriatim.tools.serve;

import io.seriatim.tools.CannotRunException;
import io.seriatim.tools.serve.intake.IntakeLimits;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.WalException;
import io.seriatim.wal.mmap.MappedWal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/// A running server: the log, and what writes to it.
final class Serving implements AutoCloseable {

    private final MappedWal wal;
    private final Admission admission;
    private final Health health;
    private final Rates rates;
    private final Journal journal;
    private final HttpHandler handler;
    private final HttpFront http;
    private final GrpcFront grpc;
    private final Forwarder forwarder;

    /// Opens the log and begins to listen.
    ///
    /// @throws WalException                           if the log cannot be opened
    /// @throws CannotRunException if it cannot listen
    Serving(ServeOptions options, Journal journal) {
        this.journal = journal;
        final ServeLimits limits = options.limits();
        final IntakeLimits intakeLimits =
                new IntakeLimits(limits.labels(), limits.labelBytes(), limits.series(), limits.cachedBytes());
        wal = MappedWal.open(options.wal());
        admission = new Admission(limits.inflightBytes(), limits.requests());
        final ServeMetrics metrics = new ServeMetrics();
        final Taker taker =
                new Taker(wal, intakeLimits, ServeLimits.decoders(), options.durable(), limits.requestTimeout());
        final Unpacking unpacking = new Unpacking(limits.messageBytes(), limits.unpackedBytes());
        final Exchange exchange = new Exchange(admission, unpacking, taker, metrics, journal);
        health = new Health(wal, admission);
        rates = new Rates(metrics::records);
        forwarder = forwarder(options.farEnd(), metrics);
        final StatusPage status = new StatusPage(wal, health, admission, metrics, rates, journal, forwarder);
        handler =
                new HttpHandler(exchange, new Pages(health, metrics, status), options.token(), limits.requestTimeout());
        boolean started = false;
        HttpFront httpFront = null;
        GrpcFront grpcFront = null;
        try {
            httpFront = options.http() == null
                    ? null
                    : new HttpFront(
                            options.http(),
                            options.tls(),
                            limits.connections(),
                            limits.idleTimeout(),
                            limits.headerTimeout(),
                            handler);
            grpcFront = options.grpc() == null
                    ? null
                    : new GrpcFront(options.grpc(), options.tls(), options.token(), limits, exchange);
            http = httpFront;
            grpc = grpcFront;
            metrics.watch(admission, connections());
            metrics.watch(wal);
            if (http != null) {
                http.start();
                refuseCircle(options.farEnd());
            }
            if (grpc != null) {
                grpc.start();
            }
            started = true;
        } finally {
            if (!started) {
                closeFronts(httpFront, grpcFront);
                if (forwarder != null) {
                    forwarder.close();
                }
                wal.close();
            }
        }
        rates.start();
        if (forwarder != null) {
            forwarder.start();
        }
        report(options);
    }

    /// What is sent to itself is logged, sent to itself, logged ...
    private void refuseCircle(FarEnd farEnd) {
        if (farEnd == null || farEnd.url().uri().getPort() != http.port()) {
            return;
        }
        final InetAddress address = new InetSocketAddress(farEnd.url().uri().getHost(), http.port()).getAddress();
        if (address != null && (address.isLoopbackAddress() || address.isAnyLocalAddress())) {
            throw new CannotRunException("it would forward to itself: forward=" + farEnd.url());
        }
    }

    private Forwarder forwarder(FarEnd farEnd, ServeMetrics metrics) {
        if (farEnd == null) {
            return null;
        }
        try {
            final Forwarder made = new Forwarder(wal, farEnd, journal);
            metrics.watch(made);
            return made;
        } catch (RuntimeException failure) {
            wal.close();
            throw failure;
        }
    }

    private ServeMetrics.Connections connections() {
        return new ServeMetrics.Connections() {
            @Override
            public int http() {
                return http == null ? 0 : http.connections();
            }

            @Override
            public int grpc() {
                return grpc == null ? 0 : grpc.connections();
            }
        };
    }

    private void report(ServeOptions options) {
        final ReplayReport recovered = wal.recovered();
        if (recovered.state() != ReplayReport.State.SOUND) {
            journal.warn(
                    "recovered",
                    "state",
                    recovered.state(),
                    "ask",
                    "seriatim verify " + wal.config().directory());
        }
        journal.info(
                "started",
                "dir",
                wal.config().directory(),
                "http",
                http == null ? "off" : options.http().getHostString() + ":" + http.port(),
                "grpc",
                grpc == null ? "off" : options.grpc().getHostString() + ":" + grpc.port(),
                "tls",
                options.tls() != null,
                "ack",
                options.durable() ? "durable" : "async",
                "forward",
                forwarder == null ? "off" : forwarder.url());
    }

    int httpPort() {
        return http.port();
    }

    int grpcPort() {
        return grpc.port();
    }

    /// @return why nothing can be logged any more, or null
    String illness() {
        return health.illness();
    }

    /// Takes nothing new, lets what is under way finish, and makes everything durable.
    ///
    /// @return false if requests had to be cut off
    boolean drain(Duration patience) throws InterruptedException {
        journal.info("draining", "requests", admission.requests());
        admission.close();
        if (http != null) {
            http.stopListening();
        }
        if (grpc != null) {
            grpc.stopListening();
        }
        final long startNs = System.nanoTime();
        final boolean finished = admission.awaitEmpty(patience);
        closeLog();
        if (forwarder != null) {
            final Duration rest = patience.minusNanos(System.nanoTime() - startNs);
            final boolean arrived = forwarder.drain(rest.isNegative() ? Duration.ZERO : rest);
            journal.info("forward", "arrived", arrived ? "everything" : "the rest is sent after the next start");
        }
        journal.info("stopped", "finished", finished);
        return finished;
    }

    @Override
    public void close() {
        closeLog();
        if (forwarder != null) {
            forwarder.close();
        }
    }

    private void closeLog() {
        admission.close();
        rates.close();
        closeFronts(http, grpc);
        wal.close();
    }

    private void closeFronts(HttpFront httpFront, GrpcFront grpcFront) {
        if (httpFront != null) {
            httpFront.close();
        }
        if (grpcFront != null) {
            grpcFront.close();
        }
        handler.close();
    }
}
