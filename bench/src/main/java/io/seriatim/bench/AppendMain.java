package io.seriatim.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Runs one contender in this JVM: items per second over millions of appends, drained at the end. Says nothing about
/// the latency of a single append, nor about durability. [CompareMain] runs it for several, interleaved.
@Command(name = "append", mixinStandardHelpOptions = true)
public final class AppendMain implements Callable<Integer> {
    private static final int SETTLE_MS = 300;

    @Parameters(paramLabel = "CONTENDER")
    private ContenderKind kind;

    @Option(names = "--dir", required = true, description = "an empty directory, on the file system to measure")
    private Path directory;

    @Option(names = "--workload", defaultValue = "W1")
    private Workload workload;

    @Option(names = "--threads", defaultValue = "1", description = "producers")
    private int threads;

    @Option(names = "--shards", defaultValue = "1", description = "for contenders that have shards")
    private int shards;

    @Option(names = "--items", defaultValue = "8000000", description = "a repetition, by all producers")
    private long items;

    @Option(names = "--warmups", defaultValue = "2", description = "repetitions not reported")
    private int warmups;

    @Option(names = "--repetitions", defaultValue = "3")
    private int repetitions;

    private final LongAdder allocatedBytes = new LongAdder();
    private final LongAdder producerCpuNanos = new LongAdder();
    private volatile Throwable failure;

    /// Runs what the arguments say; see `--help`.
    public static void main(String[] args) {
        System.exit(new CommandLine(new AppendMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(ContenderKind.class, ContenderKind::of)
                .execute(args));
    }

    @Override
    public Integer call() throws Exception {
        final BenchSeries[] series = workload.series();
        try (Contender contender = kind.open(directory, shards)) {
            for (int i = -warmups; i < repetitions; i++) {
                contender.begin();
                Thread.sleep(SETTLE_MS);
                final Repetition repetition = repeat(contender, series);
                if (i >= 0) {
                    System.out.println(repetition.line());
                }
                contender.discard();
            }
        }
        return 0;
    }

    private Repetition repeat(Contender contender, BenchSeries[] series) throws Exception {
        allocatedBytes.reset();
        producerCpuNanos.reset();
        final long startCpuNs = processCpuNanos();
        final long startNs = System.nanoTime();
        if (threads == 1) {
            produce(contender, series, 0);
        } else {
            produceInParallel(contender, series);
        }
        contender.drain();
        final long nanos = System.nanoTime() - startNs;
        final long cpuNanos = processCpuNanos() - startCpuNs;

        return new Repetition(
                kind.id(),
                workload.name(),
                threads,
                items / threads * threads,
                nanos,
                contender.bytes(),
                allocatedBytes.sum(),
                producerCpuNanos.sum(),
                cpuNanos);
    }

    private static long processCpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private void produceInParallel(Contender contender, BenchSeries[] series) throws Exception {
        final CountDownLatch finished = new CountDownLatch(threads);
        for (int thread = 0; thread < threads; thread++) {
            final int index = thread;
            Thread.ofPlatform().name("producer-" + index).start(() -> {
                try {
                    produce(contender, series, index);
                } catch (Throwable thrown) {
                    failure = thrown;
                } finally {
                    finished.countDown();
                }
            });
        }
        finished.await();
        if (failure != null) {
            throw new IllegalStateException("a producer failed", failure);
        }
    }

    private void produce(Contender contender, BenchSeries[] series, int thread) throws IOException {
        final ThreadMXBean threadBean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long bytesBefore = threadBean.getCurrentThreadAllocatedBytes();
        final long cpuBefore = threadBean.getCurrentThreadCpuTime();
        final long count = items / threads;
        // Producers start apart from each other, so that they do not all define the same series at once.
        int at = series.length / threads * thread;
        for (long i = 0; i < count; i++) {
            contender.append(series[at]);
            if (++at == series.length) {
                at = 0;
            }
        }
        producerCpuNanos.add(threadBean.getCurrentThreadCpuTime() - cpuBefore);
        allocatedBytes.add(threadBean.getCurrentThreadAllocatedBytes() - bytesBefore);
    }
}
