package io.seriatim.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Tables of `otel_write_perf_bench`: what the server takes, and where its processor time goes.
final class OtelTables {
    /// What the ancestor's benchmark of that name had, with its index and its store behind the log.
    static final double ANCESTOR_POINTS = 18_900;

    private final Map<String, List<Measurement>> byVariant;
    private final StringBuilder text = new StringBuilder();

    OtelTables(Results results) {
        byVariant = results.of(Part.OTEL_WRITE_PERF_BENCH.id()).stream()
                .collect(Collectors.groupingBy(Measurement::variant, LinkedHashMap::new, Collectors.toList()));
    }

    String markdown() {
        line("`seriatim serve` as it is by default, in a JVM of its own; 40 attributes a point, one point a series and"
                + " request, each request answered when it survives power loss. The clients run on the same cores.");
        line("");
        line("| | points/s | least | most | to the ancestor | requests/s | p50, ms | p99, ms | us CPU/point, server"
                + " | us CPU/point, clients |");
        line("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        line("| the ancestor | %,.0f | | | 1.0 | | | | | |", ANCESTOR_POINTS);
        byVariant.forEach((name, all) -> line(
                "| %s | %,.0f | %,.0f | %,.0f | %.1f | %,.0f | %.1f | %.1f | %.2f | %.2f |",
                name,
                Medians.of(all, "pointsPerSecond"),
                Medians.least(all, "pointsPerSecond"),
                Medians.most(all, "pointsPerSecond"),
                Medians.of(all, "pointsPerSecond") / ANCESTOR_POINTS,
                Medians.of(all, "requestsPerSecond"),
                Medians.of(all, "waitMicrosP50") / 1e3,
                Medians.of(all, "waitMicrosP99") / 1e3,
                Medians.of(all, "serverCpuNanosPerPoint") / 1e3,
                Medians.of(all, "clientCpuNanosPerPoint") / 1e3));
        line("");
        shares();
        return text.toString();
    }

    private void shares() {
        line("Where the server's processor time goes, in percent of the samples of threads that run Java: by their"
                + " processor time, the kernel's work for them included, and in brackets by the older samples, which"
                + " see Java code alone. Last, the processor time of the JVM's own threads (compiler, collector), in"
                + " percent of the process.");
        line("");
        line("| | samples | log | decode | serve | gRPC, Netty | JDK alone | JVM's threads |");
        line("|---|--:|--:|--:|--:|--:|--:|--:|");
        byVariant.forEach((name, all) -> {
            final StringBuilder row = new StringBuilder();
            for (final CpuProfile.Group group : CpuProfile.Group.values()) {
                row.append(String.format(
                        Locale.ROOT,
                        " %.1f (%.1f) |",
                        100 * Medians.of(all, "cpuTimeShare." + group.id()),
                        100 * Medians.of(all, "executionShare." + group.id())));
            }
            line(
                    "| %s | %,.0f (%,.0f) |%s %.1f |",
                    name,
                    Medians.of(all, "cpuTimeSamples"),
                    Medians.of(all, "executionSamples"),
                    row,
                    100 * (1 - Medians.of(all, "javaShareOfCpu")));
        });
    }

    private void line(String format, Object... values) {
        text.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
                .append('\n');
    }
}
