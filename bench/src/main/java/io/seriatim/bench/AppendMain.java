package io.seriatim.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Runs one contender in this JVM: items per second over millions of appends, drained at the end. Says nothing about
/// the latency of a single append, nor about durability.
@Command(name = "append", mixinStandardHelpOptions = true)
public final class AppendMain extends ContenderProgram {
    private static final int SETTLE_MS = 300;
    private static final int ITEMS_PER_LOOK = 1024;

    @Option(names = "--threads", defaultValue = "1", description = "producers")
    private int threads;

    @Option(names = "--items", defaultValue = "8000000", description = "a repetition, by all producers")
    private long items;

    @Option(names = "--seconds", defaultValue = "10", description = "a repetition ends after so long in any case")
    private long seconds;

    @Option(names = "--warmups", defaultValue = "2", description = "repetitions not reported")
    private int warmups;

    @Option(names = "--repetitions", defaultValue = "3")
    private int repetitions;

    private final LongAdder appended = new LongAdder();
    private final LongAdder allocatedBytes = new LongAdder();
    private final LongAdder producerCpuNanos = new LongAdder();

    /// Runs what the arguments say; see `--help`.
    public static void main(String[] args) {
        System.exit(run(new AppendMain(), args));
    }

    @Override
    void measure(Contender contender, BenchSeries[] series) throws Exception {
        for (int i = 1 - warmups; i <= repetitions; i++) {
            contender.begin();
            // Time to prepare what is prepared in the background; then the disk gets time.
            Thread.sleep(SETTLE_MS);
            Settle.settle(directory);
            final Map<String, Double> values = repeat(contender, series);
            if (i > 0) {
                report(threads + " threads", i, values, Map.of());
            }
            contender.discard();
        }
    }

    private Map<String, Double> repeat(Contender contender, BenchSeries[] series) throws Exception {
        appended.reset();
        allocatedBytes.reset();
        producerCpuNanos.reset();
        final long startCpuNs = processCpuNanos();
        final long startNs = System.nanoTime();
        final long deadlineNs = startNs + TimeUnit.SECONDS.toNanos(seconds);
        Producers.run(threads, thread -> produce(contender, series, thread, deadlineNs));
        contender.drain();
        final long nanos = System.nanoTime() - startNs;
        final long cpuNanos = processCpuNanos() - startCpuNs;

        final double count = appended.sum();
        final Map<String, Double> values = new TreeMap<>();
        values.put("items", count);
        values.put("seconds", nanos / 1e9);
        values.put("itemsPerSecond", count * 1e9 / nanos);
        values.put("bytesPerItem", contender.bytes() / count);
        values.put("allocatedBytesPerItem", allocatedBytes.sum() / count);
        values.put("producerCpuNanosPerItem", producerCpuNanos.sum() / count);
        values.put("processCpuNanosPerItem", cpuNanos / count);
        return values;
    }

    private static long processCpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private void produce(Contender contender, BenchSeries[] series, int thread, long deadlineNs) throws IOException {
        final ThreadMXBean threadBean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long bytesBefore = threadBean.getCurrentThreadAllocatedBytes();
        final long cpuBefore = threadBean.getCurrentThreadCpuTime();
        appended.add(
                workload == Workload.SCRAPE
                        ? scrape(contender, series, deadlineNs)
                        : append(contender, series, thread, deadlineNs));
        producerCpuNanos.add(threadBean.getCurrentThreadCpuTime() - cpuBefore);
        allocatedBytes.add(threadBean.getCurrentThreadAllocatedBytes() - bytesBefore);
    }

    private long append(Contender contender, BenchSeries[] series, int thread, long deadlineNs) throws IOException {
        final long wanted = items / threads;
        // Producers start apart from each other, so that they do not all define the same series at once.
        int at = series.length / threads * thread;
        long done = 0;
        while (done < wanted && System.nanoTime() < deadlineNs) {
            final long until = Math.min(wanted, done + ITEMS_PER_LOOK);
            for (; done < until; done++) {
                contender.append(series[at]);
                if (++at == series.length) {
                    at = 0;
                }
            }
        }
        return done;
    }

    private long scrape(Contender contender, BenchSeries[] series, long deadlineNs) throws IOException {
        final long wanted = items / threads;
        long timestamp = series[0].timestamp(0);
        long done = 0;
        while (done < wanted && System.nanoTime() < deadlineNs) {
            contender.scrape(series, timestamp++);
            done += series.length;
        }
        return done;
    }
}
