package io.seriatim.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The parts of the suite: which program runs for whom, and how.
enum Part {
    W1("One producer, items of about 100 bytes", everyone()) {
        @Override
        List<Task> tasks(boolean full) {
            return List.of(append(full, "W1", 1, 1));
        }
    },
    W2("Four producers, four shards, items of about 100 bytes", everyone()) {
        @Override
        List<Task> tasks(boolean full) {
            return List.of(append(full, "W1", 4, 4));
        }
    },
    DISTINCT("One producer, 100,000 different label sets", everyone()) {
        @Override
        List<Task> tasks(boolean full) {
            return List.of(append(full, "DISTINCT", 1, 1));
        }
    },
    SCRAPE("Scrapes of 1000 series of 10 labels, one producer", scrapers()) {
        @Override
        List<Task> tasks(boolean full) {
            return List.of(append(full, "SCRAPE", 1, 1));
        }
    },
    WRITE_PERF_BENCH("The ancestor's `write_perf_bench`: 100,000 series of 3 labels, one thread", ancestors()) {
        @Override
        List<Task> tasks(boolean full) {
            return List.of(append(full, "W1", 1, 16));
        }
    },
    CONCURRENCY_PERF_BENCH("The ancestor's `concurrency_perf_bench`: 1 to 8 threads, 100,000 series", ancestors()) {
        @Override
        List<Task> tasks(boolean full) {
            final List<Task> tasks = new ArrayList<>();
            for (final int threads : new int[] {1, 2, 4, 8}) {
                tasks.add(append(full, "CONCURRENCY", threads, 16));
            }
            return tasks;
        }
    },
    LATENCY("Latency at 200,000 items a second, one producer", everyone()) {
        @Override
        List<Task> tasks(boolean full) {
            final int seconds = full ? 40 : 2;
            final String[] args = {"--seconds", "" + seconds, "--warmup-seconds", full ? "10" : "1"};
            return List.of(new Task(LatencyMain.class, seconds * 5 / 4 + 2, full ? 3 : 1, List.of(args)));
        }
    },
    DURABLE("Durable acknowledgements", everyone()) {
        @Override
        List<Task> tasks(boolean full) {
            final String millis = full ? "3000" : "150";
            return List.of(new Task(DurableMain.class, full ? 32 : 3, full ? 3 : 1, List.of("--millis", millis)));
        }
    },
    JMH("Seriatim alone, JMH with allocation", EnumSet.noneOf(ContenderKind.class)) {
        @Override
        List<Task> tasks(boolean full) {
            return List.of();
        }
    };

    final String title;
    final Set<ContenderKind> kinds;

    Part(String title, Set<ContenderKind> kinds) {
        this.title = title;
        this.kinds = kinds;
    }

    /// @param main      the program
    /// @param seconds   that one JVM takes, roughly
    /// @param rounds    fresh JVMs for each contender
    /// @param arguments beside contender and directory
    record Task(Class<? extends Program> main, int seconds, int rounds, List<String> arguments) {}

    abstract List<Task> tasks(boolean full);

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether a short run leaves it out unless asked for by name.
    boolean isLong() {
        return this == JMH || this == DISTINCT;
    }

    static Part of(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static Task append(boolean full, String workload, int threads, int shards) {
        final List<String> arguments = new ArrayList<>(List.of("--workload", workload));
        arguments.addAll(List.of("--threads", "" + threads, "--shards", "" + shards));
        final String[] size = full
                ? new String[] {"--items", "8000000", "--seconds", "10", "--warmups", "2", "--repetitions", "3"}
                : new String[] {"--items", "2000000", "--seconds", "1", "--warmups", "1", "--repetitions", "1"};
        arguments.addAll(Arrays.asList(size));
        return new Task(AppendMain.class, full ? 18 : 3, full ? 5 : 1, arguments);
    }

    private static Set<ContenderKind> everyone() {
        return EnumSet.allOf(ContenderKind.class);
    }

    /// By handle is how a batch is filled; it has no whole series.
    private static Set<ContenderKind> scrapers() {
        return EnumSet.complementOf(EnumSet.of(ContenderKind.SERIATIM_WHOLE));
    }

    private static Set<ContenderKind> ancestors() {
        return EnumSet.of(ContenderKind.SERIATIM_WHOLE, ContenderKind.QUEUE);
    }
}
