package io.seriatim.bench;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedWriter;
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
import picocli.CommandLine;
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

    @Option(names = "--full", description = "about 75 minutes instead of 5; for numbers to publish")
    private boolean full;

    @Option(names = "--only", split = ",", paramLabel = "CONTENDER", description = "default: all")
    private List<ContenderKind> only = List.of();

    @Option(names = "--rounds", description = "fresh JVMs for each contender; default: as the mode says")
    private int rounds;

    @Option(
            names = "--add",
            description = "keep what results.json has of other parts; a part that runs again is replaced as a whole")
    private boolean add;

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
    private String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    private Machine machine;

    private record Step(Part part, Part.Task task, ContenderKind kind, int round) {}

    @Override
    public Integer call() throws Exception {
        Directories.empty(directory);
        Files.createDirectories(out);
        final List<String> flags = new ArrayList<>(JVM_FLAGS);
        flags.addAll(moreFlags);
        machine = Machine.of(directory, flags);
        if (add && Files.exists(out.resolve("results.json"))) {
            final Results before = Results.read(out.resolve("results.json"));
            final String difference = before.differenceFrom(results());
            if (difference != null) {
                System.err.println("cannot add to results of another run: " + difference
                        + "; go without --add, or into another directory with --out");
                return CommandLine.ExitCode.USAGE;
            }
            keep(before);
        }
        final List<Step> steps = steps();
        final List<Part> jmh = chosen().stream().filter(JmhRun::runs).toList();
        final Progress progress = new Progress(
                steps.stream().mapToInt(step -> step.task.seconds()).sum()
                        + jmh.stream().mapToInt(part -> part.seconds(full)).sum());

        try (PrintWriter log = new PrintWriter(log(), true)) {
            for (final Step step : steps) {
                progress.show(step.part.id() + " round " + step.round + ": " + step.kind.id());
                if (!isRefused(step)) {
                    measure(step, flags, log);
                }
                progress.done(step.task.seconds());
                results().write(out.resolve("results.json"));
            }
            for (final Part part : jmh) {
                progress.show(part.id());
                Directories.empty(directory);
                Settle.settle(directory);
                measurements.addAll(new JmhRun(part, directory, out, full).run(log));
                progress.done(part.seconds(full));
                results().write(out.resolve("results.json"));
            }
        }
        progress.finished();
        Directories.delete(directory);
        final Results results = results();
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

    private BufferedWriter log() throws IOException {
        return Files.newBufferedWriter(out.resolve("log.txt"), CREATE, WRITE, add ? APPEND : TRUNCATE_EXISTING);
    }

    /// Takes over what an earlier run measured, but for the parts that run now.
    private void keep(Results before) {
        started = before.started();
        machine = before.machine();
        final List<String> again = chosen().stream().map(Part::id).toList();
        before.measurements().stream()
                .filter(each -> !again.contains(each.part()))
                .forEach(measurements::add);
        before.refusals().stream().filter(each -> !again.contains(each.part())).forEach(refusals::add);
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
                    for (final ContenderKind kind : task.kinds()) {
                        if (only.isEmpty() || only.contains(kind)) {
                            steps.add(new Step(part, task, kind, round));
                        }
                    }
                }
            }
        }
        return steps;
    }

    private boolean isRefused(Step step) {
        return refusals.stream()
                .anyMatch(refusal -> refusal.part().equals(step.part.id())
                        && refusal.contender().equals(step.kind.id()));
    }

    private void measure(Step step, List<String> flags, PrintWriter log) throws IOException, InterruptedException {
        Directories.empty(directory);
        // What the one before wrote or deleted is not this one's burden.
        Settle.settle(directory);
        final List<String> arguments = new ArrayList<>(List.of(step.kind.name(), "--dir", directory.toString()));
        arguments.addAll(step.task.arguments());
        arguments.addAll(moreArguments);
        final List<String> allFlags = new ArrayList<>(flags);
        allFlags.addAll(step.kind.jvmFlags);
        allFlags.addAll(step.task.jvmFlags());
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

    private Results results() {
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
