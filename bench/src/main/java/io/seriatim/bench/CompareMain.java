package io.seriatim.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Runs contenders side by side: round after round, each in a fresh JVM of its own, A B C A B C, so that what
/// disturbs the machine for a while disturbs all of them. A JVM's result is the median of its repetitions, a
/// contender's that of its JVMs.
///
/// Repetitions go to stdout as they come, tab-separated; the table at the end as well, in Markdown.
@Command(name = "compare", mixinStandardHelpOptions = true)
public final class CompareMain implements Callable<Integer> {
    @Parameters(paramLabel = "CONTENDER", arity = "0..*", description = "default: all")
    private List<ContenderKind> kinds = List.of();

    @Option(names = "--dir", defaultValue = "bench/target/data", description = "where to write; emptied")
    private Path directory;

    @Option(names = "--rounds", defaultValue = "5", description = "fresh JVMs for each contender")
    private int rounds;

    @Option(names = "--workload", defaultValue = "W1", description = "${COMPLETION-CANDIDATES}")
    private Workload workload;

    @Option(names = "--threads", defaultValue = "1", description = "producers")
    private int threads;

    @Option(names = "--shards", defaultValue = "1", description = "for contenders that have shards")
    private int shards;

    @Option(names = "--items", defaultValue = "8000000", description = "a repetition")
    private long items;

    @Option(names = "--warmups", defaultValue = "2", description = "repetitions not reported")
    private int warmups;

    @Option(names = "--repetitions", defaultValue = "3", description = "in each JVM")
    private int repetitions;

    @Option(names = "--jvm", description = "one more flag for every JVM; may be repeated")
    private List<String> jvmFlags = List.of();

    /// Runs what the arguments say; see `--help`.
    public static void main(String[] args) {
        System.exit(new CommandLine(new CompareMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(ContenderKind.class, ContenderKind::of)
                .execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (kinds.isEmpty()) {
            kinds = Arrays.asList(ContenderKind.values());
        }
        final Map<ContenderKind, List<Repetition>> medians = new EnumMap<>(ContenderKind.class);
        System.out.println(Repetition.HEADER);
        for (int round = 1; round <= rounds; round++) {
            for (final ContenderKind kind : kinds) {
                System.err.printf("round %d of %d: %s, load %s%n", round, rounds, kind.id(), load());
                medians.computeIfAbsent(kind, _ -> new ArrayList<>()).add(median(fork(kind)));
            }
        }
        table(medians, System.out);
        return 0;
    }

    private static String load() throws IOException {
        final Path loadavg = Path.of("/proc/loadavg");
        return Files.exists(loadavg) ? Files.readString(loadavg).trim() : "unknown";
    }

    private List<Repetition> fork(ContenderKind kind) throws IOException, InterruptedException {
        empty();
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx2g", "-XX:+UseG1GC"));
        command.addAll(kind.jvmFlags);
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), AppendMain.class.getName()));
        command.addAll(List.of(kind.name(), "--dir", directory.toString(), "--workload", workload.name()));
        command.addAll(List.of("--threads", "" + threads, "--shards", "" + shards, "--items", "" + items));
        command.addAll(List.of("--warmups", "" + warmups, "--repetitions", "" + repetitions));

        final Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final List<Repetition> found = new ArrayList<>();
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                System.out.println(line);
                if (line.startsWith(Repetition.TAG + "\t")) {
                    found.add(Repetition.parse(line));
                }
            }
        }
        final int exit = process.waitFor();
        if (exit != 0 || found.isEmpty()) {
            throw new IOException("contender failed: contender=" + kind.id() + " exit=" + exit);
        }
        return found;
    }

    private void empty() throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (final Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        Files.createDirectories(directory);
    }

    private static Repetition median(List<Repetition> repetitions) {
        final List<Repetition> sorted = repetitions.stream()
                .sorted(Comparator.comparingDouble(Repetition::itemsPerSecond))
                .toList();
        return sorted.get((sorted.size() - 1) / 2);
    }

    private void table(Map<ContenderKind, List<Repetition>> all, PrintStream out) {
        final double best = all.entrySet().stream()
                .filter(each -> each.getKey().isRival())
                .mapToDouble(each -> median(each.getValue()).itemsPerSecond())
                .max()
                .orElse(Double.NaN);
        out.printf(
                Locale.ROOT,
                "%n%s, %d producer(s), %d items a repetition, median of %d JVMs (each the median of %d"
                        + " repetitions)%n%n",
                workload,
                threads,
                items,
                rounds,
                repetitions);
        out.println("| contender | M items/s | min | max | to the best rival | bytes/item | B allocated/item | ns"
                + " CPU/item, producers | ns CPU/item, all | caveats |");
        out.println("|---|--:|--:|--:|--:|--:|--:|--:|--:|---|");
        for (final Map.Entry<ContenderKind, List<Repetition>> each : all.entrySet()) {
            final Repetition median = median(each.getValue());
            out.printf(
                    Locale.ROOT,
                    "| %s | %.2f | %.2f | %.2f | %.2f | %.1f | %.4f | %.0f | %.0f | %s |%n",
                    each.getKey().title,
                    median.itemsPerSecond() / 1e6,
                    rates(each.getValue()).min().orElseThrow() / 1e6,
                    rates(each.getValue()).max().orElseThrow() / 1e6,
                    median.itemsPerSecond() / best,
                    (double) median.bytes() / median.items(),
                    (double) median.allocatedBytes() / median.items(),
                    (double) median.producerCpuNanos() / median.items(),
                    (double) median.processCpuNanos() / median.items(),
                    each.getKey().caveats);
        }
    }

    private static DoubleStream rates(List<Repetition> repetitions) {
        return repetitions.stream().mapToDouble(Repetition::itemsPerSecond);
    }
}
