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

/// All JMH classes, allocation included, as measurements: one for each iteration.
record JmhRun(Path directory, Path out, boolean full) {
    static long seconds(boolean full) {
        return full ? 45 * 60 : 3 * 60;
    }

    List<Measurement> run(PrintWriter log) throws IOException, InterruptedException {
        final Path json = out.resolve("jmh.json");
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path"), "org.openjdk.jmh.Main"));
        command.addAll(List.of("-p", "directory=" + directory.resolve("jmh"), "-prof", "gc"));
        command.addAll(List.of("-foe", "true", "-rf", "json", "-rff", json.toString()));
        if (!full) {
            command.addAll(List.of("-f", "1", "-wi", "1", "-i", "1", "-r", "500ms", "-w", "500ms"));
        }
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
        return measurements(new ObjectMapper().readTree(json.toFile()));
    }

    private static List<Measurement> measurements(JsonNode benchmarks) {
        final List<Measurement> found = new ArrayList<>();
        for (final JsonNode benchmark : benchmarks) {
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
                    found.add(new Measurement(
                            Part.JMH.id(), "seriatim", variant.toString(), round, ++repetition, values, Map.of()));
                }
            }
        }
        return found;
    }
}
