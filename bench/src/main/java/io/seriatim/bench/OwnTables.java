package io.seriatim.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Tables of what Seriatim is measured for alone, and of its marks.
final class OwnTables {
    private static final int MEMORY_ROWS = 10;
    private static final double MEBI = 1 << 20;

    private final Results results;
    private final StringBuilder text = new StringBuilder();

    OwnTables(Results results) {
        this.results = results;
    }

    String marks() {
        line("Medians. The best rival is the one with the best median in the same part. The reference figures and what"
                + " each mark means: [README.md](README.md). "
                + (results.mode().equals("full")
                        ? ""
                        : "**A short run:" + " it shows that everything works and measures nothing.**"));
        line("");
        line("| class | mark | measured | to the best rival | |");
        line("|---|---|--:|--:|---|");
        for (final Marks.Row row : new Marks(results).rows()) {
            line(
                    "| %s | %s | %s | %s | %s |",
                    row.what(), row.mark(), row.measured(), row.ratio(), verdict(row.verdict()));
        }
        return text.toString();
    }

    private static String verdict(Marks.Verdict verdict) {
        return verdict == Marks.Verdict.MISSED ? "**missed**" : verdict.toString();
    }

    String jmh(Part part) {
        line("| benchmark | time | least | most | B allocated/op |");
        line("|---|--:|--:|--:|--:|");
        byVariant(part).forEach((name, all) -> {
            final String unit = all.getFirst().values().keySet().stream()
                    .filter(value -> value.contains("/op"))
                    .findFirst()
                    .orElseThrow();
            line(
                    "| %s | %.1f %s | %.1f | %.1f | %.4f |",
                    name,
                    Medians.of(all, unit),
                    unit,
                    Medians.least(all, unit),
                    Medians.most(all, unit),
                    Medians.of(all, "allocatedBytesPerOp"));
        });
        return text.toString();
    }

    String floor() {
        line("Of a file whose blocks were written before, from its beginning on; no log. An acknowledgement from one"
                + " thread takes a force at least, and a change of threads there and back where a thread of the log's"
                + " forces.");
        line("");
        line("| | median, us | p99, us |");
        line("|---|--:|--:|");
        byVariant(Part.FLOOR)
                .forEach((name, all) ->
                        line("| %s | %.1f | %.1f |", name, Medians.of(all, "microsP50"), Medians.of(all, "microsP99")));
        return text.toString();
    }

    String growth() {
        line("The series in turn, all registered before. With more series than fit into a segment every append is its"
                + " series' first there and carries the labels, which the bytes show.");
        line("");
        line("| | ns an append | least | most | ns CPU, producer | bytes an append | B allocated | segments on the"
                + " disk |");
        line("|---|--:|--:|--:|--:|--:|--:|--:|");
        results.of(Part.GROWTH.id()).stream()
                .collect(Collectors.groupingBy(
                        each -> each.variant()
                                + (each.contender().equals(ContenderKind.SERIATIM_WHOLE.id())
                                        ? ", whole"
                                        : ", by handle"),
                        LinkedHashMap::new,
                        Collectors.toList()))
                .forEach((name, all) -> line(
                        "| %s | %.1f | %.1f | %.1f | %.1f | %.1f | %.4f | %.0f |",
                        name,
                        Medians.of(all, "nanosPerAppend"),
                        Medians.least(all, "nanosPerAppend"),
                        Medians.most(all, "nanosPerAppend"),
                        Medians.of(all, "producerCpuNanosPerAppend"),
                        Medians.of(all, "bytesPerAppend"),
                        Medians.of(all, "allocatedBytesPerAppend"),
                        Medians.of(all, "segmentsOnDisk")));
        return text.toString();
    }

    String memory() {
        line("Resident and of no file; the heap in use; and the mapped pages, which are the page cache's.");
        line("");
        line("| appends | anonymous, MiB | heap used, MiB | mapped files, MiB |");
        line("|--:|--:|--:|--:|");
        final List<Measurement> all = results.of(Part.MEMORY.id());
        final int step = Math.max(1, all.size() / MEMORY_ROWS);
        for (int i = step - 1; i < all.size(); i += step) {
            final Measurement each = all.get(i);
            line(
                    "| %,.0f | %.1f | %.1f | %.1f |",
                    each.value("appends"),
                    each.value("anonymousBytes") / MEBI,
                    each.value("heapUsedBytes") / MEBI,
                    each.value("fileBytes") / MEBI);
        }
        return text.toString();
    }

    private Map<String, List<Measurement>> byVariant(Part part) {
        return results.of(part.id()).stream()
                .collect(Collectors.groupingBy(Measurement::variant, LinkedHashMap::new, Collectors.toList()));
    }

    private void line(String format, Object... values) {
        text.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
                .append('\n');
    }
}
