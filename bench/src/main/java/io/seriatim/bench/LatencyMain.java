package io.seriatim.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Latency of an append at a fixed rate by one producer, in an open loop: item `n` is due at `start + n * interval`,
/// whatever became of those before it, and its latency counts from then (`response`), so nothing is omitted by
/// coordination. Beside it the time of the call alone (`service`).
///
/// Slices of one second alternate with slices in which the same loop serializes the same items into plain memory: what
/// the machine does to that (`memory...`) it does to the contender as well.
@Command(name = "latency", mixinStandardHelpOptions = true)
public final class LatencyMain extends ContenderProgram {
    private static final int MEMORY_BYTES = 1 << 20;
    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};

    @Option(names = "--rate", defaultValue = "200000", description = "items a second")
    private int rate;

    @Option(names = "--seconds", defaultValue = "40", description = "half of them for the contender")
    private int seconds;

    @Option(names = "--warmup-seconds", defaultValue = "10", description = "the same, not reported")
    private int warmupSeconds;

    private int next;

    /// Runs what the arguments say; see `--help`.
    public static void main(String[] args) {
        System.exit(run(new LatencyMain(), args));
    }

    @Override
    void measure(Contender contender, BenchSeries[] series) throws Exception {
        final ByteBuffer memory = ByteBuffer.allocateDirect(MEMORY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        contender.begin();
        Settle.settle(directory);
        slices(contender, memory, series, warmupSeconds, new Pair(), new Pair());
        final Pair own = new Pair();
        final Pair plain = new Pair();
        slices(contender, memory, series, seconds, own, plain);
        contender.drain();

        final Map<String, Double> values = new TreeMap<>();
        final Map<String, String> histograms = new TreeMap<>();
        own.put("", values, histograms);
        plain.put("memory", values, histograms);
        report(rate + " items/s", 1, values, histograms);
        contender.discard();
    }

    private void slices(Contender contender, ByteBuffer memory, BenchSeries[] series, int count, Pair own, Pair plain)
            throws IOException {
        final Append toMemory = each -> {
            final int length = ItemLayout.length(each);
            if (memory.remaining() < length) {
                memory.clear();
            }
            ItemLayout.put(memory, each, length);
        };
        for (int i = 0; i < count; i++) {
            slice(i % 2 == 0 ? contender::append : toMemory, series, i % 2 == 0 ? own : plain);
        }
    }

    /// One second of items; those that are late by then are appended all the same.
    private void slice(Append append, BenchSeries[] series, Pair into) throws IOException {
        final double intervalNs = 1e9 / rate;
        final long startNs = System.nanoTime();
        for (int n = 0; n < rate; n++) {
            final long dueNs = startNs + (long) (n * intervalNs);
            long nowNs = System.nanoTime();
            while (nowNs < dueNs) {
                Thread.onSpinWait();
                nowNs = System.nanoTime();
            }
            append.append(series[next]);
            final long endNs = System.nanoTime();
            into.response.recordValue(endNs - dueNs);
            into.service.recordValue(endNs - nowNs);
            next = next + 1 == series.length ? 0 : next + 1;
        }
    }

    private interface Append {
        void append(BenchSeries series) throws IOException;
    }

    private static final class Pair {
        private final Histogram response = histogram();
        private final Histogram service = histogram();

        private static Histogram histogram() {
            return new Histogram(TimeUnit.SECONDS.toNanos(100), 3);
        }

        void put(String prefix, Map<String, Double> values, Map<String, String> histograms) {
            put(name(prefix, "response"), response, values, histograms);
            put(name(prefix, "service"), service, values, histograms);
        }

        private static String name(String prefix, String what) {
            return prefix.isEmpty() ? what : prefix + Character.toUpperCase(what.charAt(0)) + what.substring(1);
        }

        private static void put(
                String name, Histogram histogram, Map<String, Double> values, Map<String, String> histograms) {
            for (final double percentile : PERCENTILES) {
                values.put(
                        name + "MicrosP" + Histograms.digits(percentile),
                        histogram.getValueAtPercentile(percentile) / 1e3);
            }
            values.put(name + "MicrosMax", histogram.getMaxValue() / 1e3);
            histograms.put(name, Histograms.encode(histogram));
        }
    }
}
