package io.seriatim.tools.serve;

import io.seriatim.tools.ByteSize;
import io.seriatim.tools.ExitCode;
import io.seriatim.tools.NewLogOptions;
import io.seriatim.tools.Seriatim;
import io.seriatim.tools.TimeSpan;
import io.seriatim.wal.Backpressure;
import io.seriatim.wal.WalConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `seriatim serve`: metrics from the network into a log.
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        versionProvider = Seriatim.Version.class,
        header = "Takes OTLP and Prometheus remote write into a log.",
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        description = {
            "Listens for OpenTelemetry metrics (OTLP over gRPC on 4317, over HTTP on 4318 at /v1/metrics, protobuf or"
                    + " JSON) and for Prometheus remote write 1.0 and 2.0 (4318, /api/v1/write). All goes into one log,"
                    + " and a client has its answer when its data survives power loss.%n",
            "On the HTTP port, too: / is a page for people, /metrics for Prometheus, /-/ready and /-/healthy for"
                    + " whoever restarts it.%n",
            "Each option is also a variable, SERIATIM_SERVE_MAX_MESSAGE for --max-message, and a line max-message=8m in"
                    + " the file that --config names. A flag counts before a variable, a variable before the file.%n",
        },
        footer = {
            "",
            "@|bold Examples|@",
            "  seriatim serve --dir /var/lib/metrics/wal",
            "  seriatim serve --dir wal --http 0.0.0.0:4318 --grpc off --tls-cert server.pem --tls-key server.key \\",
            "      --token-file token",
            "  SERIATIM_SERVE_DIR=/var/lib/metrics/wal seriatim serve --config serve.properties",
            "  seriatim serve --dir wal --retain 2g --forward remote-write+https://mimir:443/api/v1/push",
            "  seriatim replay /var/lib/metrics/wal | head          it can be read while it is written",
            "",
            "SIGTERM and SIGINT end it: it takes nothing new, finishes what is under way, and closes the log (exit"
                    + " codes",
            "143 and 130). Else: 3 could not run, 64 bad arguments. A log that takes nothing any more does not end it:"
                    + " then",
            "/-/healthy is red, and clients keep their data.",
        })
public final class ServeCommand implements Callable<Integer> {
    private static final Duration BLOCK = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofSeconds(1);

    @ParentCommand
    private Seriatim seriatim;

    @Spec
    private CommandSpec spec;

    @Mixin
    private NewLogOptions log;

    @Option(
            names = "--http",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1:4318",
            converter = Address.Converter.class,
            description = "Where to listen for HTTP, or off (default: 127.0.0.1:4318).")
    private Address http;

    @Option(
            names = "--grpc",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1:4317",
            converter = Address.Converter.class,
            description = "Where to listen for gRPC, or off (default: 127.0.0.1:4317).")
    private Address grpc;

    @Option(
            names = "--ack",
            paramLabel = "WHEN",
            defaultValue = "DURABLE",
            description = "When to answer: durable (on the disk) or async (in the log, which survives the death of this"
                    + " process but not a power cut); default: durable.")
    private Ack ack;

    @Option(
            names = "--flush-every",
            paramLabel = "TIME",
            defaultValue = "5ms",
            converter = TimeSpan.class,
            description = "The longest time until an appended record is forced (default: 5ms).")
    private Duration flushEvery;

    @Option(
            names = "--retain",
            paramLabel = "SIZE",
            defaultValue = "0",
            converter = ByteSize.class,
            description = "Delete the oldest files when the log is longer than this; 0: never (default: 0).")
    private long retainBytes;

    @Option(
            names = "--max-log",
            paramLabel = "SIZE",
            defaultValue = "0",
            converter = ByteSize.class,
            description = "Take nothing when the log is that long, and tell clients to come again; 0: no limit"
                    + " (default: 0).")
    private long maxLogBytes;

    @Option(names = "--config", paramLabel = "FILE", description = "A file of option=value lines.")
    private Path config;

    @Option(
            names = "--log-format",
            paramLabel = "F",
            defaultValue = "TEXT",
            description = "Of what it says on stderr: text or json (default: text).")
    private Journal.Format logFormat;

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = TimeSpan.class,
            description = "How long to wait for requests under way when ending (default: 30s).")
    private Duration drain;

    @ArgGroup(validate = false, heading = "%nWho may write:%n")
    private final Guards guards = new Guards();

    @ArgGroup(validate = false, heading = "%nWhat clients may use; what is more is refused and told so:%n")
    private final LimitOptions limits = new LimitOptions();

    @ArgGroup(validate = false, heading = "%nPassing it on:%n")
    private final ForwardOptions forward = new ForwardOptions();

    private enum Ack {
        DURABLE,
        ASYNC
    }

    private static final class Guards {
        @Option(
                names = "--tls-cert",
                paramLabel = "FILE",
                description = "The server's certificate chain, PEM; with --tls-key: TLS on both ports.")
        private Path certificate;

        @Option(names = "--tls-key", paramLabel = "FILE", description = "Its key, PKCS #8 PEM, not encrypted.")
        private Path key;

        @Option(
                names = "--tls-client-ca",
                paramLabel = "FILE",
                description = "Take only clients that show a certificate signed by one of these (mTLS).")
        private Path clientCa;

        @Option(
                names = "--token-file",
                paramLabel = "FILE",
                description = "Take only requests with this bearer token; /-/ready and /-/healthy need none.")
        private Path token;
    }

    /// Kept here, since the JDK forgets loggers that nobody holds, and their levels.
    private Logger grpcLog;

    @Override
    public Integer call() throws InterruptedException {
        if (spec.defaultValueProvider() instanceof ServeSettings settings && settings.problem(spec) != null) {
            throw bad(settings.problem(spec));
        }
        final Journal journal = new Journal(seriatim.streams().err(), logFormat, seriatim.quiet());
        final ServeOptions options = options();
        if ((http.isPublic() || grpc.isPublic()) && options.token() == null && guards.clientCa == null) {
            journal.warn("open", "why", "others than this machine can write: no --token-file and no --tls-client-ca");
        }
        // It would tell of each message that is too long with a stack trace; the journal tells what matters.
        grpcLog = Logger.getLogger("io.grpc");
        grpcLog.setLevel(Level.OFF);
        // Jetty's and gRPC's Netty do without what the JDK warns of.
        System.setProperty("io.grpc.netty.shaded.io.netty.noUnsafe", "true");
        System.setProperty("io.grpc.netty.shaded.io.netty.handler.ssl.noOpenSsl", "true");
        final Serving serving = new Serving(options, journal);
        final CountDownLatch ended = new CountDownLatch(1);
        final Thread hook = Thread.ofPlatform().name("drain").unstarted(() -> {
            try {
                serving.drain(drain);
            } catch (InterruptedException | RuntimeException failure) {
                journal.warn("drain", "cause", failure.toString());
            } finally {
                ended.countDown();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        watch(serving, journal, ended);
        return ExitCode.SOUND;
    }

    /// Says once what keeps the log from being written; who restarts it sees that on `/-/healthy`.
    private static void watch(Serving serving, Journal journal, CountDownLatch ended) throws InterruptedException {
        String known = null;
        while (!ended.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            final String illness = serving.illness();
            if (illness != null && !illness.equals(known)) {
                journal.warn("poisoned", "cause", illness, "try", "seriatim verify, then restart");
                known = illness;
            }
        }
    }

    private ServeOptions options() {
        if ((guards.certificate == null) != (guards.key == null)) {
            throw bad("--tls-cert and --tls-key belong together");
        }
        if (guards.clientCa != null && guards.certificate == null) {
            throw bad("--tls-client-ca needs --tls-cert and --tls-key");
        }
        if (http.socket() == null && grpc.socket() == null) {
            throw bad("--http and --grpc are both off");
        }
        final Tls tls = guards.certificate == null ? null : new Tls(guards.certificate, guards.key, guards.clientCa);
        return new ServeOptions(
                walConfig(),
                http.socket(),
                grpc.socket(),
                tls,
                guards.token == null ? null : BearerToken.read(guards.token),
                ack == Ack.DURABLE,
                limits.limits(spec),
                forward.farEnd());
    }

    private WalConfig walConfig() {
        try {
            final WalConfig config = log.config(TimeUnit.NANOSECONDS);
            return config.flushEvery(flushEvery)
                    .retainBytes(retainBytes)
                    .maxBytes(maxLogBytes)
                    .consumerBytes(forward.keepBytes())
                    // Of the log; its own limits are of a shard.
                    .maxSeries(Math.ceilDiv(limits.series(), config.shards()))
                    .seriesBytes(Math.ceilDiv(limits.seriesBytes(spec), config.shards()))
                    .backpressure(Backpressure.block(BLOCK));
        } catch (IllegalArgumentException failure) {
            throw bad(failure.getMessage());
        }
    }

    private ParameterException bad(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
