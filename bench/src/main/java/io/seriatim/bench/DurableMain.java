package io.seriatim.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Acknowledgements of durability: threads that append some items and wait until these survive power loss, over and
/// over. Every contender as it does that best, which its own class says.
@Command(name = "durable", mixinStandardHelpOptions = true)
public final class DurableMain extends ContenderProgram {
    @Option(names = "--threads", split = ",", defaultValue = "1,8,64")
    private int[] threads;

    @Option(names = "--per-sync", split = ",", defaultValue = "1,10,1000", description = "items per acknowledgement")
    private int[] perSync;

    @Option(names = "--millis", defaultValue = "3000", description = "for each combination, after a third as warm-up")
    private long millis;

    /// Runs what the arguments say; see `--help`.
    public static void main(String[] args) {
        System.exit(run(new DurableMain(), args));
    }

    @Override
    boolean isDurable() {
        return true;
    }

    @Override
    void measure(Contender contender, BenchSeries[] series) throws Exception {
        for (final int threadCount : threads) {
            for (final int count : perSync) {
                contender.begin();
                Settle.settle(directory);
                run(contender, series, threadCount, count, millis / 3);
                final Map<String, Double> values = new TreeMap<>();
                final Histogram waits = run(contender, series, threadCount, count, millis, values);
                report(
                        threadCount + " threads, " + count + " per sync",
                        1,
                        values,
                        Map.of("acknowledgement", Histograms.encode(waits)));
                contender.drain();
                contender.discard();
            }
        }
    }

    private static void run(Contender contender, BenchSeries[] series, int threads, int count, long millis)
            throws Exception {
        run(contender, series, threads, count, millis, new TreeMap<>());
    }

    private static Histogram run(
            Contender contender, BenchSeries[] series, int threads, int count, long millis, Map<String, Double> values)
            throws Exception {
        final Histogram waits = new ConcurrentHistogram(TimeUnit.SECONDS.toNanos(100), 3);
        final LongAdder acknowledged = new LongAdder();
        final long nanos = Producers.run(threads, thread -> {
            int from = series.length / threads * thread;
            long nowNs = System.nanoTime();
            final long endNs = nowNs + TimeUnit.MILLISECONDS.toNanos(millis);
            while (nowNs < endNs) {
                if (from + count > series.length) {
                    from = 0;
                }
                contender.appendDurably(series, from, count);
                from += count;
                final long afterNs = System.nanoTime();
                waits.recordValue(afterNs - nowNs);
                acknowledged.increment();
                nowNs = afterNs;
            }
        });
        final double seconds = nanos / 1e9;
        values.put("acknowledgementsPerSecond", acknowledged.sum() / seconds);
        values.put("itemsPerSecond", acknowledged.sum() * count / seconds);
        values.put("waitMicrosP50", waits.getValueAtPercentile(50) / 1e3);
        values.put("waitMicrosP99", waits.getValueAtPercentile(99) / 1e3);
        values.put("waitMicrosMax", waits.getMaxValue() / 1e3);
        return waits;
    }
}
