package io.seriatim.bench;

import com.sun.management.OperatingSystemMXBean;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.Samples;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The shape of the ancestor's `otel_write_perf_bench`, end to end: OTLP over gRPC and loopback into `seriatim serve`,
/// 40 attributes a series, each request answered when it survives power loss. The server has a JVM of its own, with
/// the flags that this one has; the clients share this JVM, each sends its next request when it has the answer.
///
/// Both share the machine's cores. What the clients take is told apart, and is little, since requests are encoded
/// before the clock starts; what the kernel takes to carry them is not little, and counts on both sides. How well
/// gRPC packs is not measured: nothing is packed.
///
/// After each combination the server is sampled for a while, off the clock: shares of its processor time.
@Command(name = "otel", mixinStandardHelpOptions = true)
public final class OtelWriteMain extends Program {
    @Option(names = "--clients", split = ",", defaultValue = "1,4", description = "each with a connection of its own")
    private int[] clients;

    @Option(names = "--points", split = ",", defaultValue = "100,1000", description = "of a request")
    private int[] points;

    @Option(names = "--series", defaultValue = "10000", description = "of all clients together")
    private int series;

    @Option(names = "--millis", defaultValue = "5000", description = "for each combination")
    private long millis;

    @Option(names = "--warmup-millis", defaultValue = "5000", description = "before each combination")
    private long warmupMillis;

    @Option(names = "--profile-millis", defaultValue = "5000", description = "after each combination")
    private long profileMillis;

    private record Load(Histogram waits, long requests, double seconds) {}

    /// Runs what the arguments say; see `--help`.
    public static void main(String[] args) {
        System.exit(run(new OtelWriteMain(), args));
    }

    @Override
    void measure() throws Exception {
        if (kind.isRival()) {
            throw new UnsupportedOperationException("seriatim serve has no rival here");
        }
        final Path log = directory.resolve("wal");
        long sent = 0;
        final List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
        try (ServeProcess server = ServeProcess.start(log, flags)) {
            for (final int count : clients) {
                for (final int size : points) {
                    sent += measure(server, count, size);
                }
            }
        }
        final long logged = logged(log);
        if (logged != sent) {
            throw new IllegalStateException("acknowledged and not in the log: sent=" + sent + " logged=" + logged);
        }
    }

    private static long logged(Path log) {
        final LongAdder samples = new LongAdder();
        MappedWal.replay(log, ReplayOptions.defaults(), new ReplayHandler() {
            @Override
            public void onSamples(Labels labels, Samples some) {
                samples.add(some.count());
            }
        });
        return samples.sum();
    }

    /// @return points sent
    private long measure(ServeProcess server, int count, int size) throws Exception {
        final OtlpRequest[][] requests = new OtlpRequest[count][Math.max(1, series / count / size)];
        for (int client = 0; client < count; client++) {
            for (int i = 0; i < requests[client].length; i++) {
                requests[client][i] = OtlpRequest.of(client * (series / count) + i * size, size);
            }
        }
        final OtlpClient[] connections = new OtlpClient[count];
        for (int client = 0; client < count; client++) {
            connections[client] = new OtlpClient(server.port());
        }
        Settle.settle(directory);
        long sent = run(connections, requests, warmupMillis).requests;

        final ServeProcess.Cpu before = server.cpu();
        final long clientBeforeNs = clientCpuNs();
        final Load load = run(connections, requests, millis);
        final ServeProcess.Cpu cpu = server.cpu().since(before);
        final double clientSeconds = (clientCpuNs() - clientBeforeNs) / 1e9;

        sent += load.requests;
        final double items = (double) load.requests * size;
        final Map<String, Double> values = new TreeMap<>();
        values.put("pointsPerSecond", items / load.seconds);
        values.put("requestsPerSecond", load.requests / load.seconds);
        values.put("requestBytes", (double) requests[0][0].length());
        values.put("waitMicrosP50", load.waits.getValueAtPercentile(50) / 1e3);
        values.put("waitMicrosP99", load.waits.getValueAtPercentile(99) / 1e3);
        values.put("serverCpuNanosPerPoint", cpu.all() * 1e9 / items);
        values.put("clientCpuNanosPerPoint", clientSeconds * 1e9 / items);
        sent += profile(server, connections, requests, values);
        for (final OtlpClient connection : connections) {
            connection.close();
        }
        report(
                count + " clients, " + size + " points a request",
                1,
                values,
                Map.of("acknowledgement", Histograms.encode(load.waits)));
        return sent * size;
    }

    private static Load run(OtlpClient[] connections, OtlpRequest[][] requests, long millis) throws Exception {
        final Histogram waits = new ConcurrentHistogram(TimeUnit.SECONDS.toNanos(100), 3);
        final LongAdder sent = new LongAdder();
        final long nanos = Producers.run(connections.length, client -> {
            final OtlpRequest[] own = requests[client];
            int next = 0;
            long nowNs = System.nanoTime();
            final long endNs = nowNs + TimeUnit.MILLISECONDS.toNanos(millis);
            while (nowNs < endNs) {
                connections[client].export(own[next].at(TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis())));
                next = next + 1 == own.length ? 0 : next + 1;
                final long afterNs = System.nanoTime();
                waits.recordValue(afterNs - nowNs);
                sent.increment();
                nowNs = afterNs;
            }
        });
        return new Load(waits, sent.sum(), nanos / 1e9);
    }

    private long profile(
            ServeProcess server, OtlpClient[] connections, OtlpRequest[][] requests, Map<String, Double> values)
            throws Exception {
        if (profileMillis == 0) {
            return 0;
        }
        final Path file = directory.resolve("profile.jfr");
        server.startProfile(directory.resolve("profile.jfc"));
        final ServeProcess.Cpu before = server.cpu();
        final Load load = run(connections, requests, profileMillis);
        final ServeProcess.Cpu cpu = server.cpu().since(before);
        server.stopProfile(file);
        values.put("javaShareOfCpu", cpu.runsJava() / cpu.all());
        shares(file, CpuProfile.CPU_TIME, "cpuTime", values);
        shares(file, CpuProfile.EXECUTION, "execution", values);
        return load.requests;
    }

    private static void shares(Path file, String event, String name, Map<String, Double> values) throws IOException {
        final CpuProfile profile = CpuProfile.read(file, event);
        values.put(name + "Samples", (double) profile.count());
        if (profile.count() == 0) {
            return;
        }
        for (final CpuProfile.Group group : CpuProfile.Group.values()) {
            values.put(name + "Share." + group.id(), profile.share(group));
        }
        System.out.println(event + ", " + profile.count() + " samples; the hottest methods, then the log's:");
        System.out.println(profile.hottest(EnumSet.allOf(CpuProfile.Group.class)));
        System.out.println(profile.hottest(EnumSet.of(CpuProfile.Group.LOG)));
    }

    private static long clientCpuNs() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
