package io.seriatim.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The JMH classes of a part, allocation included, as measurements: one for each iteration.
record JmhRun(Part part, Path directory, Path out, boolean full) {
    private static final String NO_ESCAPE_ANALYSIS = ", without escape analysis";

    static boolean runs(Part part) {
        return part == Part.JMH || part == Part.RECOVERY;
    }

    static int seconds(Part part, boolean full) {
        if (part == Part.RECOVERY) {
            return full ? 45 : 18;
        }
        return full ? 6 * 60 : 70;
    }

    List<Measurement> run(PrintWriter log) throws IOException, InterruptedException {
        if (part == Part.RECOVERY) {
            // Each iteration makes a log of its own first, which takes longer than opening it.
            return jmh(log, "", List.of("RecoveryBenchmark", "-f", "1", "-wi", "1", "-i", full ? "5" : "2"));
        }
        final List<String> size = full
                ? List.of("-f", "2", "-wi", "3", "-i", "3", "-w", "1s", "-r", "1s")
                : List.of("-f", "1", "-wi", "1", "-i", "1", "-w", "500ms", "-r", "500ms");
        final List<String> all = new ArrayList<>(size);
        all.addAll(List.of("-e", "RecoveryBenchmark"));
        final List<Measurement> found = new ArrayList<>(jmh(log, "", all));
        final List<String> appends = new ArrayList<>(size);
        appends.add("AppendBenchmark");
        appends.addAll(List.of("-jvmArgsAppend", "-Xmx2g -XX:+UseG1GC -XX:-DoEscapeAnalysis"));
        found.addAll(jmh(log, NO_ESCAPE_ANALYSIS, appends));
        return found;
    }

    private List<Measurement> jmh(PrintWriter log, String suffix, List<String> arguments)
            throws IOException, InterruptedException {
        final Path json = out.resolve("jmh.json");
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path"), "org.openjdk.jmh.Main"));
        command.addAll(List.of("-p", "directory=" + directory.resolve("jmh"), "-prof", "gc"));
        command.addAll(List.of("-foe", "true", "-rf", "json", "-rff", json.toString()));
        command.addAll(arguments);
        log.println("$ " + String.join(" ", command));
        final Process jmh =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader output = jmh.inputReader()) {
            output.lines().forEach(line -> {
                log.println(line);
                if (line.startsWith("# Run progress")) {
                    System.err.println("  " + line.substring(2));
                }
            });
        }
        if (jmh.waitFor() != 0) {
            throw new IOException("JMH failed: see " + out.resolve("log.txt"));
        }
        return measurements(new ObjectMapper().readTree(json.toFile()), suffix);
    }

    private List<Measurement> measurements(JsonNode benchmarks, String suffix) {
        final List<Measurement> found = new ArrayList<>();
        for (final JsonNode benchmark : benchmarks) {
            final String variant = variant(benchmark) + suffix;
            final double bytes = benchmark
                    .path("secondaryMetrics")
                    .path("gc.alloc.rate.norm")
                    .path("score")
                    .asDouble(Double.NaN);
            final String unit =
                    benchmark.path("primaryMetric").path("scoreUnit").asText();
            int round = 0;
            for (final JsonNode fork : benchmark.path("primaryMetric").path("rawData")) {
                round++;
                int repetition = 0;
                for (final JsonNode score : fork) {
                    final Map<String, Double> values =
                            new TreeMap<>(Map.of(unit, score.asDouble(), "allocatedBytesPerOp", bytes));
                    found.add(new Measurement(part.id(), "seriatim", variant, round, ++repetition, values, Map.of()));
                }
            }
        }
        return found;
    }

    private static String variant(JsonNode benchmark) {
        final String[] name = benchmark.get("benchmark").asText().split("\\.");
        final StringBuilder variant = new StringBuilder(name[name.length - 2] + "." + name[name.length - 1]);
        benchmark.path("params").properties().forEach(parameter -> {
            if (!parameter.getKey().equals("directory")) {
                variant.append(' ')
                        .append(parameter.getKey())
                        .append('=')
                        .append(parameter.getValue().asText());
            }
        });
        return variant.toString();
    }
}
