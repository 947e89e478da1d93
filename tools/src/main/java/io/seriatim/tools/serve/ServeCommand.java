package io.seriatim.tools.serve;

import io.seriatim.tools.ByteSize;
import io.seriatim.tools.ExitCode;
import io.seriatim.tools.LogShards;
import io.seriatim.tools.LogTime;
import io.seriatim.tools.Seriatim;
import io.seriatim.tools.TimeSpan;
import io.seriatim.wal.Backpressure;
import io.seriatim.wal.Lsn;
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
            "  seriatim replay /var/lib/metrics/wal | head          it can be read while it is written",
            "",
            "SIGTERM and SIGINT end it: it takes nothing new, finishes what is under way, and closes the log (exit"
                    + " codes",
            "143 and 130). Else: 2 the log became poisoned, 3 could not run, 64 bad arguments.",
        })
public final class ServeCommand implements Callable<Integer> {
    private static final Duration BLOCK = Duration.ofSeconds(5);
    /// It would tell of each message that is too long with a stack trace; the journal tells what matters. Kept here,
    /// since
    /// the JDK forgets loggers that nobody holds, and their levels.
    private static final Logger GRPC_LOG = Logger.getLogger("io.grpc");

    private static final Duration LOOK = Duration.ofSeconds(1);

    @ParentCommand
    private Seriatim seriatim;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--dir",
            paramLabel = "D",
            defaultValue = "wal",
            description = "The log's directory, new or existing (default: wal).")
    private Path directory;

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
            names = "--shards",
            paramLabel = "N",
            description = "Of the log (default: as many as there are, 1 if it is new).")
    private Integer shards;

    @Option(
            names = "--segment-size",
            paramLabel = "SIZE",
            defaultValue = "64m",
            converter = ByteSize.class,
            description = "Of each new file of the log, from 1m to 1g (default: 64m).")
    private long segmentBytes;

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

    @Option(
            names = "--max-series",
            paramLabel = "N",
            defaultValue = "2000000",
            description = "The most series registered at once (default: 2000000).")
    private int maxSeries;

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
    private final Limits limits = new Limits();

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

    private static final class Limits {
        @Option(
                names = "--max-message",
                paramLabel = "SIZE",
                defaultValue = "4m",
                converter = ByteSize.class,
                description = "Of a message as it arrives (default: 4m).")
        private long message;

        @Option(
                names = "--max-unpacked",
                paramLabel = "SIZE",
                defaultValue = "16m",
                converter = ByteSize.class,
                description = "Of a message unpacked (default: 16m).")
        private long unpacked;

        @Option(
                names = "--max-inflight",
                paramLabel = "SIZE",
                defaultValue = "128m",
                converter = ByteSize.class,
                description = "Of all messages in memory at once (default: 128m).")
        private long inflight;

        @Option(
                names = "--max-requests",
                paramLabel = "N",
                defaultValue = "512",
                description = "At once (default: 512).")
        private int requests;

        @Option(
                names = "--max-connections",
                paramLabel = "N",
                defaultValue = "1024",
                description = "At once, of HTTP and of gRPC (default: 1024 each).")
        private int connections;

        @Option(
                names = "--max-streams",
                paramLabel = "N",
                defaultValue = "64",
                description = "Calls at once on one gRPC connection (default: 64).")
        private int streams;

        @Option(
                names = "--max-labels",
                paramLabel = "N",
                defaultValue = "128",
                description = "Of a series (default: 128).")
        private int labels;

        @Option(
                names = "--max-label-bytes",
                paramLabel = "SIZE",
                defaultValue = "16k",
                converter = ByteSize.class,
                description = "Of a series, names and values together (default: 16k).")
        private long labelBytes;

        @Option(
                names = "--request-timeout",
                paramLabel = "TIME",
                defaultValue = "30s",
                converter = TimeSpan.class,
                description = "How long a message may take to arrive (default: 30s).")
        private Duration request;

        @Option(
                names = "--header-timeout",
                paramLabel = "TIME",
                defaultValue = "10s",
                converter = TimeSpan.class,
                description = "How long a header, or a handshake, may take (default: 10s).")
        private Duration header;

        @Option(
                names = "--idle-timeout",
                paramLabel = "TIME",
                defaultValue = "90s",
                converter = TimeSpan.class,
                description = "How long a connection may be silent (default: 90s).")
        private Duration idle;
    }

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
        GRPC_LOG.setLevel(Level.OFF);
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
                serveLimits());
    }

    private ServeLimits serveLimits() {
        final int most = Integer.MAX_VALUE - 64;
        return new ServeLimits(
                (int) within("--max-message", limits.message, 1, most),
                (int) within("--max-unpacked", limits.unpacked, 1, most),
                within("--max-inflight", limits.inflight, 1, Long.MAX_VALUE),
                (int) within("--max-requests", limits.requests, 1, most),
                (int) within("--max-connections", limits.connections, 1, most),
                (int) within("--max-streams", limits.streams, 1, most),
                (int) within("--max-labels", limits.labels, 1, most),
                (int) within("--max-label-bytes", limits.labelBytes, 1, most),
                (int) within("--max-series", maxSeries, 1, WalConfig.MAX_SERIES),
                positive("--request-timeout", limits.request),
                positive("--header-timeout", limits.header),
                positive("--idle-timeout", limits.idle));
    }

    private WalConfig walConfig() {
        within("--segment-size", segmentBytes, 1 << 20, WalConfig.MAX_SEGMENT_BYTES);
        final TimeUnit existing = LogTime.unit(directory);
        final int count = shards != null ? shards : existing == null ? 1 : LogShards.count(directory);
        try {
            return WalConfig.at(directory)
                    .timeUnit(existing == null ? TimeUnit.NANOSECONDS : existing)
                    .shards((int) within("--shards", count, 1, Lsn.MAX_SHARDS))
                    .segmentBytes((int) segmentBytes)
                    .flushEvery(flushEvery)
                    .retainBytes(retainBytes)
                    .maxBytes(maxLogBytes)
                    .maxSeries(maxSeries)
                    .backpressure(Backpressure.block(BLOCK));
        } catch (IllegalArgumentException failure) {
            throw bad(failure.getMessage());
        }
    }

    private long within(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw bad(name + " out of range [" + least + ", " + most + "]: " + value);
        }
        return value;
    }

    private Duration positive(String name, Duration duration) {
        if (duration.isZero()) {
            throw bad(name + " must be positive");
        }
        return duration;
    }

    private ParameterException bad(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
