package io.seriatim.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Runs parts of the suite: round after round, each contender in a fresh JVM of its own, A B C A B C, so that what
/// disturbs the machine for a while disturbs all of them. After every JVM `results.json` is written anew, so that a run
/// that is stopped has what it measured.
@Command(name = "run", mixinStandardHelpOptions = true, description = "Measures, and writes results.json.")
final class RunCommand implements Callable<Integer> {
    static final List<String> JVM_FLAGS = List.of("-Xmx2g", "-XX:+UseG1GC");

    @Parameters(paramLabel = "PART", arity = "0..*", description = "default: all of the mode; see bench list")
    private List<Part> parts = List.of();

    @Option(names = "--full", description = "hours instead of minutes; for numbers to publish")
    private boolean full;

    @Option(names = "--only", split = ",", paramLabel = "CONTENDER", description = "default: all")
    private List<ContenderKind> only = List.of();

    @Option(names = "--rounds", description = "fresh JVMs for each contender; default: as the mode says")
    private int rounds;

    @Option(names = "--dir", defaultValue = "bench/target/data", description = "where to write; emptied")
    private Path directory;

    @Option(names = "--out", defaultValue = "bench/target/results", description = "where results.json goes")
    private Path out;

    @Option(names = "--jvm", paramLabel = "FLAG", description = "one more flag for every JVM; may be repeated")
    private List<String> moreFlags = List.of();

    @Option(names = "--arg", paramLabel = "ARGUMENT", description = "one more for every program; may be repeated")
    private List<String> moreArguments = List.of();

    private final List<Measurement> measurements = new ArrayList<>();
    private final List<Results.Refusal> refusals = new ArrayList<>();

    private record Step(Part part, Part.Task task, ContenderKind kind, int round) {}

    @Override
    public Integer call() throws Exception {
        Directories.empty(directory);
        Files.createDirectories(out);
        final String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        final List<String> flags = new ArrayList<>(JVM_FLAGS);
        flags.addAll(moreFlags);
        final Machine machine = Machine.of(directory, flags);
        final List<Step> steps = steps();
        final Progress progress = new Progress(
                steps.stream().mapToInt(step -> step.task.seconds()).sum());

        try (PrintWriter log = new PrintWriter(Files.newBufferedWriter(out.resolve("log.txt")), true)) {
            for (final Step step : steps) {
                progress.show(step.part.id() + " round " + step.round + ": " + step.kind.id());
                if (!isRefused(step)) {
                    measure(step, flags, log);
                }
                progress.done(step.task.seconds());
                results(started, machine).write(out.resolve("results.json"));
            }
            if (chosen().contains(Part.JMH)) {
                progress.show("jmh");
                measurements.addAll(new JmhRun(directory, out, full).run(log));
            }
        }
        Directories.delete(directory);
        final Results results = results(started, machine);
        results.write(out.resolve("results.json"));
        System.out.print(new Tables(results).markdown());
        System.err.println("written: " + out.resolve("results.json") + "; next: bench/bin/bench render");
        // A rival that does not run is a finding; Seriatim not running is a failure.
        return results.refusals().stream()
                        .anyMatch(refusal ->
                                !ContenderKind.of(refusal.contender()).isRival())
                ? 1
                : 0;
    }

    private List<Part> chosen() {
        return parts.isEmpty()
                ? Arrays.stream(Part.values())
                        .filter(part -> full || !part.isLong())
                        .toList()
                : parts;
    }

    private List<Step> steps() {
        final List<Step> steps = new ArrayList<>();
        for (final Part part : chosen()) {
            for (final Part.Task task : part.tasks(full)) {
                final int times = rounds > 0 ? rounds : task.rounds();
                for (int round = 1; round <= times; round++) {
                    for (final ContenderKind kind : part.kinds) {
                        if (only.isEmpty() || only.contains(kind)) {
                            steps.add(new Step(part, task, kind, round));
                        }
                    }
                }
            }
        }
        return steps;
    }

    static long seconds(Part part, boolean full) {
        return part == Part.JMH
                ? JmhRun.seconds(full)
                : part.tasks(full).stream()
                        .mapToLong(task -> (long) task.seconds() * task.rounds() * part.kinds.size())
                        .sum();
    }

    private boolean isRefused(Step step) {
        return refusals.stream()
                .anyMatch(refusal -> refusal.part().equals(step.part.id())
                        && refusal.contender().equals(step.kind.id()));
    }

    private void measure(Step step, List<String> flags, PrintWriter log) throws IOException, InterruptedException {
        Directories.empty(directory);
        final List<String> arguments = new ArrayList<>(List.of(step.kind.name(), "--dir", directory.toString()));
        arguments.addAll(step.task.arguments());
        arguments.addAll(moreArguments);
        final List<String> allFlags = new ArrayList<>(flags);
        allFlags.addAll(step.kind.jvmFlags);
        final Fork fork = Fork.run(allFlags, step.task.main(), arguments, log, timeout(step.task));
        for (final Measurement each : fork.measurements()) {
            measurements.add(each.in(step.part.id(), step.kind.id(), step.round));
        }
        if (fork.reason() != null) {
            System.err.println("  does not run: " + fork.reason());
            refusals.add(new Results.Refusal(step.part.id(), step.kind.id(), fork.reason()));
        }
    }

    /// Generous: it is there so that a rival that hangs does not hang the run.
    private static Duration timeout(Part.Task task) {
        return Duration.ofSeconds(120 + 10L * task.seconds());
    }

    private Results results(String started, Machine machine) {
        return new Results(
                started,
                full ? "full" : "short",
                machine,
                Workload.SEED,
                Arrays.stream(ContenderKind.values())
                        .map(Results.ContenderInfo::of)
                        .toList(),
                measurements,
                refusals);
    }
}
