package io.seriatim.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The parts of the suite: which program runs for whom, and how.
enum Part {
    W1("One producer, items of about 100 bytes") {
        @Override
        List<Task> tasks(boolean full) {
            return List.of(append(full, everyone(), "W1", 1, 1));
        }
    },
    W2("Four producers, four shards, items of about 100 bytes") {
        @Override
        List<Task> tasks(boolean full) {
            return List.of(append(full, everyone(), "W1", 4, 4));
        }
    },
    DISTINCT("One producer, 100,000 different label sets") {
        @Override
        List<Task> tasks(boolean full) {
            return List.of(append(full, everyone(), "DISTINCT", 1, 1));
        }
    },
    SCRAPE("Scrapes of 1000 series of 10 labels, one producer") {
        @Override
        List<Task> tasks(boolean full) {
            return List.of(append(full, scrapers(), "SCRAPE", 1, 1));
        }
    },
    WRITE_PERF_BENCH("The ancestor's `write_perf_bench`: 100,000 series of 3 labels, one thread") {
        @Override
        List<Task> tasks(boolean full) {
            return List.of(append(full, ancestors(), "W1", 1, 16));
        }
    },
    CONCURRENCY_PERF_BENCH("The ancestor's `concurrency_perf_bench`: 1 to 8 threads, 100,000 series") {
        @Override
        List<Task> tasks(boolean full) {
            final List<Task> tasks = new ArrayList<>();
            for (final int threads : new int[] {1, 2, 4, 8}) {
                tasks.add(append(full, ancestors(), "CONCURRENCY", threads, 16));
            }
            return tasks;
        }
    },
    OTEL_WRITE_PERF_BENCH("The ancestor's `otel_write_perf_bench`: OTLP over gRPC into `seriatim serve`, durable") {
        @Override
        List<Task> tasks(boolean full) {
            final Set<ContenderKind> kinds = EnumSet.of(ContenderKind.SERIATIM_HANDLE); // the server's way
            // As tools/bin/seriatim and its jar's manifest have it.
            final List<String> flags =
                    List.of("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED");
            final Task task = full
                    ? new Task(OtelWriteMain.class, kinds, 80, 3)
                    : new Task(
                            OtelWriteMain.class,
                            kinds,
                            12,
                            1,
                            List.of(),
                            List.of("--clients", "4", "--millis", "1000", "--warmup-millis", "2000"));
            return List.of(task.with(task.seconds(), flags));
        }
    },
    LATENCY("Latency at 200,000 items a second, one producer") {
        @Override
        List<Task> tasks(boolean full) {
            return List.of(
                    full
                            ? new Task(LatencyMain.class, everyone(), 27, 2, "--seconds", "20", "--warmup-seconds", "4")
                            : new Task(LatencyMain.class, everyone(), 3, 1, "--seconds", "2", "--warmup-seconds", "0"));
        }
    },
    DURABLE("Durable acknowledgements") {
        @Override
        List<Task> tasks(boolean full) {
            return List.of(
                    full
                            ? new Task(DurableMain.class, everyone(), 15, 2, "--millis", "900")
                            : new Task(DurableMain.class, everyone(), 2, 1, "--millis", "90", "--threads", "1,8"));
        }
    },
    FLOOR("What no log on this machine can go below") {
        @Override
        List<Task> tasks(boolean full) {
            final Set<ContenderKind> kinds = EnumSet.of(ContenderKind.SERIATIM_HANDLE); // it runs for nobody
            return List.of(
                    full
                            ? new Task(FloorMain.class, kinds, 30, 2)
                            : new Task(FloorMain.class, kinds, 12, 1, "--millis", "100"));
        }
    },
    REPLAY("Replay of what one producer wrote, every label and sample read") {
        @Override
        List<Task> tasks(boolean full) {
            return List.of(
                    replay(full, readers()),
                    replay(full, EnumSet.of(ContenderKind.SERIATIM_WHOLE), "--threads", "2"),
                    replay(full, EnumSet.of(ContenderKind.SERIATIM_WHOLE), "--threads", "2", "--shards", "2"),
                    replay(full, recognizers(), "--known-labels"),
                    replay(full, EnumSet.of(ContenderKind.SERIATIM_WHOLE), "--known-labels", "--threads", "2"));
        }
    },
    GROWTH("Seriatim alone: cost of an append by series and by segments on the disk") {
        @Override
        List<Task> tasks(boolean full) {
            final List<Task> tasks = new ArrayList<>();
            for (final int series : new int[] {1, 1000, 1_000_000}) {
                tasks.add(growth(full, "--series", "" + series));
            }
            if (full) {
                tasks.add(growth(true, "--series", "10000000").with(50, List.of("-Xmx12g")));
            }
            for (final int segments : new int[] {1, 1000}) {
                tasks.add(growth(full, "--series", "1000", "--segments", "" + segments));
            }
            return tasks;
        }
    },
    MEMORY("Seriatim alone: memory beyond mappings") {
        @Override
        List<Task> tasks(boolean full) {
            final Set<ContenderKind> kinds = EnumSet.of(ContenderKind.SERIATIM_HANDLE);
            return List.of(
                    full
                            ? new Task(MemoryMain.class, kinds, 150, 1)
                            : new Task(MemoryMain.class, kinds, 12, 1, "--items", "100000000"));
        }
    },
    RECOVERY("Seriatim alone: opening after a crash with 1 GiB unsealed") {
        @Override
        List<Task> tasks(boolean full) {
            return List.of();
        }
    },
    JMH("Seriatim alone, JMH with allocation") {
        @Override
        List<Task> tasks(boolean full) {
            return List.of();
        }
    };

    final String title;

    Part(String title) {
        this.title = title;
    }

    /// @param main      the program
    /// @param kinds     that it runs for, in turn
    /// @param seconds   that one JVM takes, roughly
    /// @param rounds    fresh JVMs for each contender
    /// @param jvmFlags  beside those of all and the contender's own
    /// @param arguments beside contender and directory
    record Task(
            Class<? extends Program> main,
            Set<ContenderKind> kinds,
            int seconds,
            int rounds,
            List<String> jvmFlags,
            List<String> arguments) {
        Task(Class<? extends Program> main, Set<ContenderKind> kinds, int seconds, int rounds, String... arguments) {
            this(main, kinds, seconds, rounds, List.of(), List.of(arguments));
        }

        Task with(int seconds, List<String> jvmFlags) {
            return new Task(main, kinds, seconds, rounds, jvmFlags, arguments);
        }
    }

    abstract List<Task> tasks(boolean full);

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// @return seconds that a run for all contenders takes, roughly
    int seconds(boolean full) {
        return JmhRun.runs(this)
                ? JmhRun.seconds(this, full)
                : tasks(full).stream()
                        .mapToInt(task ->
                                task.seconds() * task.rounds() * task.kinds().size())
                        .sum();
    }

    /// Whether a short run leaves it out unless asked for by name.
    boolean isLong() {
        return this == JMH || this == DISTINCT;
    }

    static Part of(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static Task append(boolean full, Set<ContenderKind> kinds, String workload, int threads, int shards) {
        final List<String> arguments = new ArrayList<>(List.of("--workload", workload));
        arguments.addAll(List.of("--threads", "" + threads, "--shards", "" + shards));
        final String[] size = full
                ? new String[] {"--items", "8000000", "--seconds", "3", "--warmups", "1", "--repetitions", "2"}
                : new String[] {"--items", "500000", "--seconds", "1", "--warmups", "1", "--repetitions", "1"};
        arguments.addAll(Arrays.asList(size));
        // A ratio to the best rival hangs on these two.
        final int rounds = workload.equals("W1") ? 3 : 2;
        return new Task(AppendMain.class, kinds, full ? 9 : 2, full ? rounds : 1, List.of(), arguments);
    }

    private static Task replay(boolean full, Set<ContenderKind> kinds, String... more) {
        final List<String> arguments = new ArrayList<>(List.of(more));
        final String[] size = full
                ? new String[] {"--items", "8000000", "--warmups", "1", "--repetitions", "3"}
                : new String[] {"--items", "1000000", "--warmups", "1", "--repetitions", "1"};
        arguments.addAll(Arrays.asList(size));
        return new Task(ReplayMain.class, kinds, full ? 13 : 2, full ? 2 : 1, List.of(), arguments);
    }

    private static Task growth(boolean full, String... more) {
        final List<String> arguments = new ArrayList<>(List.of(more));
        final String[] size = full
                ? new String[] {"--items", "8000000", "--warmups", "1", "--repetitions", "3"}
                : new String[] {"--items", "500000", "--warmups", "1", "--repetitions", "1"};
        arguments.addAll(Arrays.asList(size));
        return new Task(
                GrowthMain.class,
                EnumSet.of(ContenderKind.SERIATIM_WHOLE, ContenderKind.SERIATIM_HANDLE),
                full ? 8 : 2,
                full ? 2 : 1,
                List.of(),
                arguments);
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

    /// Without those who write what another reads as well: Seriatim by handle, documents, single puts.
    private static Set<ContenderKind> readers() {
        return EnumSet.complementOf(
                EnumSet.of(ContenderKind.SERIATIM_HANDLE, ContenderKind.CHRONICLE_DOCUMENT, ContenderKind.ROCKSDB));
    }

    /// Whose log has something that stands for labels: the others' readers find bytes and nothing else.
    private static Set<ContenderKind> recognizers() {
        return EnumSet.of(ContenderKind.SERIATIM_WHOLE, ContenderKind.QUESTDB);
    }
}
