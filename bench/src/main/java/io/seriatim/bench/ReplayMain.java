package io.seriatim.bench;

import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Writes a log once and reads it back, from the page cache: the disk is not measured. Every label and every sample
/// of every item is read, which the sum at the end proves; a contender that comes to another sum does not count.
@Command(name = "replay", mixinStandardHelpOptions = true)
public final class ReplayMain extends ContenderProgram {
    @Option(names = "--items", defaultValue = "8000000", description = "in the log")
    private long items;

    @Option(names = "--threads", defaultValue = "1", description = "that read")
    private int threads;

    @Option(names = "--known-labels", description = "labels seen before are recognized, not read again")
    private boolean knownLabels;

    @Option(names = "--warmups", defaultValue = "2", description = "repetitions not reported")
    private int warmups;

    @Option(names = "--repetitions", defaultValue = "3")
    private int repetitions;

    /// Runs what the arguments say; see `--help`.
    public static void main(String[] args) {
        System.exit(run(new ReplayMain(), args));
    }

    @Override
    boolean isReplayed() {
        return true;
    }

    @Override
    void measure(Contender contender, BenchSeries[] series) throws Exception {
        contender.begin();
        for (long i = 0; i < items; i++) {
            contender.append(series[(int) (i % series.length)]);
        }
        contender.drain();
        final double bytes = contender.bytes();
        contender.seal();
        final ReplaySum written = ReplaySum.of(series, items);
        for (int i = 1 - warmups; i <= repetitions; i++) {
            Settle.settle(directory);
            final long startNs = System.nanoTime();
            final ReplaySum read = contender.replay(threads, knownLabels);
            final double seconds = (System.nanoTime() - startNs) / 1e9;
            read.require(written);
            if (i > 0) {
                final Map<String, Double> values = new TreeMap<>();
                values.put("items", (double) items);
                values.put("seconds", seconds);
                values.put("itemsPerSecond", items / seconds);
                values.put("bytesPerItem", bytes / items);
                report(variant(threads, shards, knownLabels), i, values, Map.of());
            }
        }
    }

    static String variant(int threads, int shards, boolean knownLabels) {
        return threads
                + (threads == 1 ? " thread" : " threads")
                + (shards == 1 ? "" : ", " + shards + " shards")
                + (knownLabels ? ", known labels" : "");
    }
}
