package io.seriatim.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A run's tables in Markdown. A JVM's result is the median of its repetitions, a contender's the median of its JVMs;
/// least and most are over all repetitions.
final class Tables {
    private final Results results;
    private final String pictures;
    private final StringBuilder text = new StringBuilder();

    Tables(Results results) {
        this(results, "");
    }

    /// @param pictures that go below the marks, as Markdown
    Tables(Results results, String pictures) {
        this.results = results;
        this.pictures = pictures;
    }

    String markdown() {
        final Machine machine = results.machine();
        line("Run of " + results.started() + " (" + results.mode() + "), commit " + machine.commit() + ": "
                + machine.cores() + " cores (" + machine.processor() + "), " + machine.memoryGiB() + " GiB, "
                + machine.fileSystem() + ", " + machine.os() + ", JDK " + machine.jdk() + ", "
                + String.join(" ", machine.jvmFlags()) + "; load before it " + machine.load() + "; seed "
                + results.seed() + ".");
        line("");
        line("### The marks");
        line("");
        text.append(new OwnTables(results).marks());
        line("");
        if (!pictures.isEmpty()) {
            line(pictures);
        }
        for (final Part part : Part.values()) {
            if (!results.of(part.id()).isEmpty()) {
                line("### " + part.title);
                line("");
                table(part);
                line("");
            }
        }
        refusals();
        contenders();
        return text.toString();
    }

    private void table(Part part) {
        switch (part) {
            case LATENCY -> latency();
            case DURABLE -> durable();
            case OTEL_WRITE_PERF_BENCH -> text.append(new OtelTables(results).markdown());
            case FLOOR -> text.append(new OwnTables(results).floor());
            case REPLAY -> replay();
            case GROWTH -> text.append(new OwnTables(results).growth());
            case MEMORY -> text.append(new OwnTables(results).memory());
            case RECOVERY, JMH -> text.append(new OwnTables(results).jmh(part));
            default -> throughput(part);
        }
    }

    private void throughput(Part part) {
        for (final Map.Entry<String, List<Measurement>> variant :
                byVariant(part).entrySet()) {
            final Map<String, List<Measurement>> byContender = byContender(variant.getValue());
            final double best = byContender.entrySet().stream()
                    .filter(each -> contender(each.getKey()).rival())
                    .mapToDouble(each -> Medians.of(each.getValue(), "itemsPerSecond"))
                    .max()
                    .orElse(Double.NaN);
            line(variant.getKey() + ":");
            line("");
            line("| contender | M items/s | least | most | to the best rival | bytes/item | B allocated/item | ns"
                    + " CPU/item, producers | ns CPU/item, all |");
            line("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
            byContender.forEach((id, all) -> {
                final double rate = Medians.of(all, "itemsPerSecond");
                line(
                        "| %s | %.2f | %.2f | %.2f | %s | %.1f | %.4f | %.0f | %.0f |",
                        contender(id).title(),
                        rate / 1e6,
                        Medians.least(all, "itemsPerSecond") / 1e6,
                        Medians.most(all, "itemsPerSecond") / 1e6,
                        Double.isNaN(best) ? "-" : String.format(Locale.ROOT, "%.2f", rate / best),
                        Medians.of(all, "bytesPerItem"),
                        Medians.of(all, "allocatedBytesPerItem"),
                        Medians.of(all, "producerCpuNanosPerItem"),
                        Medians.of(all, "processCpuNanosPerItem"));
            });
            line("");
        }
    }

    private void replay() {
        line("From the page cache. The sum over all items read equals the sum over those written, or there is no"
                + " figure. Known labels: a reader that hands on something that stands for a set of labels recognizes"
                + " it, as an engine would; else the bytes of every item's labels are read.");
        line("");
        line("| contender | read by | M items/s | least | most | bytes/item |");
        line("|---|---|--:|--:|--:|--:|");
        byVariant(Part.REPLAY)
                .forEach((variant, some) -> byContender(some)
                        .forEach((id, all) -> line(
                                "| %s | %s | %.2f | %.2f | %.2f | %.1f |",
                                contender(id).title(),
                                variant,
                                Medians.of(all, "itemsPerSecond") / 1e6,
                                Medians.least(all, "itemsPerSecond") / 1e6,
                                Medians.most(all, "itemsPerSecond") / 1e6,
                                Medians.of(all, "bytesPerItem"))));
        line("");
    }

    private void latency() {
        final String[] columns = {"P50", "P99", "P999", "P9999", "Max"};
        line("Microseconds. Each cell: the contender / the same loop into plain memory, interleaved second by"
                + " second in the same JVM. Response counts from the scheduled time, service is the call alone.");
        line("");
        for (final String kind : new String[] {"response", "service"}) {
            final String memory = "memory" + Character.toUpperCase(kind.charAt(0)) + kind.substring(1);
            line("| " + kind + " | p50 | p99 | p99.9 | p99.99 | max |");
            line("|---|--:|--:|--:|--:|--:|");
            byContender(results.of(Part.LATENCY.id())).forEach((id, all) -> {
                final StringBuilder row = new StringBuilder("| " + contender(id).title() + " |");
                for (final String column : columns) {
                    row.append(String.format(
                            Locale.ROOT,
                            " %s / %s |",
                            micros(Medians.of(all, kind + "Micros" + column)),
                            micros(Medians.of(all, memory + "Micros" + column))));
                }
                line(row.toString());
            });
            line("");
        }
    }

    private static String micros(double micros) {
        return String.format(Locale.ROOT, micros < 10 ? "%.2f" : "%.0f", micros);
    }

    private void durable() {
        final List<String> variants = List.copyOf(byVariant(Part.DURABLE).keySet());
        line("Acknowledgements a second; each after a force that covers its items. In brackets the median wait in"
                + " microseconds.");
        line("");
        line("| contender | " + String.join(" | ", variants) + " |");
        line("|---|" + "--:|".repeat(variants.size()));
        byContender(results.of(Part.DURABLE.id())).forEach((id, all) -> {
            final StringBuilder row = new StringBuilder("| " + contender(id).title() + " |");
            for (final String variant : variants) {
                final List<Measurement> some = all.stream()
                        .filter(each -> each.variant().equals(variant))
                        .toList();
                row.append(
                        some.isEmpty()
                                ? " - |"
                                : String.format(
                                        Locale.ROOT,
                                        " %,.0f (%s) |",
                                        Medians.of(some, "acknowledgementsPerSecond"),
                                        micros(Medians.of(some, "waitMicrosP50"))));
            }
            line(row.toString());
        });
    }

    private void refusals() {
        if (results.refusals().isEmpty()) {
            return;
        }
        line("### Who did not run");
        line("");
        results.refusals()
                .forEach(refusal -> line("* " + refusal.part() + ": "
                        + contender(refusal.contender()).title() + ": `" + refusal.reason() + "`"));
        line("");
    }

    private void contenders() {
        line("### The contenders, and what to know of them");
        line("");
        line("| contender | version | to know | JVM flags |");
        line("|---|---|---|---|");
        results.contenders()
                .forEach(each -> line("| " + each.title() + " | " + each.version() + " | " + each.caveats()
                        + " | "
                        + each.jvmFlags().stream().map(flag -> "`" + flag + "`").collect(Collectors.joining(" "))
                        + " |"));
    }

    private Results.ContenderInfo contender(String id) {
        return results.contenders().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such contender: id=" + id));
    }

    private Map<String, List<Measurement>> byVariant(Part part) {
        return grouped(results.of(part.id()), Measurement::variant);
    }

    private static Map<String, List<Measurement>> byContender(List<Measurement> measurements) {
        return grouped(measurements, Measurement::contender);
    }

    private static Map<String, List<Measurement>> grouped(
            List<Measurement> measurements, Function<Measurement, String> key) {
        return measurements.stream().collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
    }

    private void line(String format, Object... values) {
        text.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
                .append('\n');
    }
}
