package io.seriatim.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The marks that the project set itself, against what a run measured. The best rival is the one with the best median
/// in the same part of the same run; whoever did not run is not in it. Nothing is rounded before it is compared.
final class Marks {
    /// Between figures that are the same but for noise, as RESULTS.md takes it.
    private static final double TIE = 1.3;

    /// An object in a thousand appends would be more.
    private static final double NO_BYTES = 0.01;

    private static final double OTEL_POINTS = 200_000;
    private static final double OTEL_LOG_SHARE = 0.05;
    private static final double MEMORY_TIE = 1.02;
    private static final double MEMORY_APPENDS = 1e9;
    private static final Set<Double> SERIES = Set.of(1.0, 1e3, 1e6, 1e7);
    private static final String WHOLE = ContenderKind.SERIATIM_WHOLE.id();
    private static final String HANDLE = ContenderKind.SERIATIM_HANDLE.id();
    private static final List<String> OURS = List.of(WHOLE, HANDLE);

    /// Whose appends are stores into a mapped file.
    private static final Set<ContenderKind> MAPPED = Set.of(
            ContenderKind.CHRONICLE,
            ContenderKind.CHRONICLE_DOCUMENT,
            ContenderKind.MAPPED_BYTES,
            ContenderKind.ARTEMIS_MAPPED,
            ContenderKind.QUESTDB);

    enum Verdict {
        HELD,
        MISSED,
        NOT_MEASURED;

        static Verdict of(boolean held) {
            return held ? HELD : MISSED;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /// @param what     was to be measured
    /// @param mark     to be reached
    /// @param measured of Seriatim
    /// @param ratio    to the best rival, and who that is; or "-"
    record Row(String what, String mark, String measured, String ratio, Verdict verdict) {}

    private record Best(String contender, double value) {}

    private final Results results;
    private final List<Row> rows = new ArrayList<>();

    Marks(Results results) {
        this.results = results;
    }

    List<Row> rows() {
        rate("W1, whole series, 1 thread", Part.W1, "1 threads", WHOLE, 1.5, 12e6);
        rate("W1, by handle, 1 thread", Part.W1, "1 threads", HANDLE, 2.5, 20e6);
        rate("W2, 4 producers, whole series", Part.W2, "4 threads", WHOLE, 2, 16e6);
        rate("W2, 4 producers, by handle", Part.W2, "4 threads", HANDLE, 2, 16e6);
        atLeast("scrapes of 1000 series, samples/s", Part.SCRAPE, HANDLE, "itemsPerSecond", 100e6);
        latency("responseMicrosP999", "latency from the schedule, p99.9");
        latency("responseMicrosMax", "latency from the schedule, max");
        latency("serviceMicrosP9999", "service time, p99.99");
        for (final String ours : OURS) {
            final String how = ours.equals(WHOLE) ? ", whole series" : ", by handle";
            durable("durable, 1 thread" + how, "1 threads, 1 per sync", ours, 1.2);
            durable("durable, 8 threads" + how, "8 threads, 1 per sync", ours, 1.5);
            durable("durable, 1000 per sync" + how, "1 threads, 1000 per sync", ours, 3);
        }
        replay("every label's bytes read", "");
        replay("labels recognized", ", known labels");
        otel();
        atMost("open after a crash, 1 GiB unsealed, ms", only(Part.RECOVERY, each -> true), "ms/op", 1000);
        atMost("bytes: a W1 item", only(Part.W1, Marks::isOurs), "bytesPerItem", 38);
        atMost("bytes: a sample of a scrape", only(Part.SCRAPE, Marks::isOurs), "bytesPerItem", 11);
        allocation();
        growth();
        memory();
        return rows;
    }

    private void rate(String what, Part part, String variant, String ours, double factor, double reference) {
        final double rate = median(part, variant, ours, "itemsPerSecond");
        final String measured =
                millions(rate) + " (" + (rate >= reference ? "reaches " : "below ") + reference / 1e6 + " M/s)";
        against(what, part, variant, "itemsPerSecond", rate, measured, factor);
    }

    private void durable(String what, String variant, String ours, double factor) {
        final double rate = median(Part.DURABLE, variant, ours, "itemsPerSecond");
        against(what, Part.DURABLE, variant, "itemsPerSecond", rate, text("%,.0f items/s", rate), factor);
    }

    private void replay(String how, String suffix) {
        final double one = median(Part.REPLAY, "1 thread" + suffix, WHOLE, "itemsPerSecond");
        final double two = median(Part.REPLAY, "2 threads" + suffix, WHOLE, "itemsPerSecond");
        final String measured = millions(one) + " (" + (one >= 20e6 ? "reaches" : "below") + " 20 M/s)";
        // Whatever way of reading is a rival's fastest.
        against("replay, 1 thread, " + how, Part.REPLAY, "1 thread", "itemsPerSecond", one, measured, 2.7);
        add(
                "replay, 2 threads against 1, " + how,
                ">= 1.8 x",
                millions(two),
                text("%.2f", two / one),
                one,
                two / one >= 1.8);
    }

    /// End to end, by the clients and sizes of requests that do best, as the ancestor's figure is its best too.
    private void otel() {
        final List<Measurement> all = results.of(Part.OTEL_WRITE_PERF_BENCH.id());
        final Optional<List<Measurement>> best =
                all.stream().collect(Collectors.groupingBy(Measurement::variant)).values().stream()
                        .max(Comparator.comparingDouble(group -> Medians.of(group, "pointsPerSecond")));
        final List<Measurement> measured = best.orElse(List.of());
        final double rate = Medians.of(measured, "pointsPerSecond");
        add(
                "OTLP over gRPC, durable, points/s",
                text(">= %,.0f", OTEL_POINTS),
                text("%,.0f", rate)
                        + (measured.isEmpty() ? "" : ", " + measured.getFirst().variant()),
                text("%.1f (the ancestor)", rate / OtelTables.ANCESTOR_POINTS),
                rate,
                rate >= OTEL_POINTS);
        final double share = Medians.of(measured, "cpuTimeShare.log");
        add(
                "OTLP over gRPC: the log's share of the server's processor time",
                text("< %.0f %%", 100 * OTEL_LOG_SHARE),
                text("%.1f %%", 100 * share),
                "-",
                share,
                share < OTEL_LOG_SHARE);
    }

    /// A ratio to the best rival of those variants that begin so.
    private void against(
            String what, Part part, String variant, String value, double ours, String measured, double factor) {
        final Optional<Best> best = rivals(part, variant, value).max(Comparator.comparingDouble(Best::value));
        final String ratio = best.map(rival -> text("%.2f", ours / rival.value) + " (" + rival.contender + ")")
                .orElse("-");
        final double judged = best.isPresent() ? ours : Double.NaN;
        add(
                what,
                text(">= %.1f x", factor),
                measured,
                ratio,
                judged,
                best.isPresent() && ours >= factor * best.get().value);
    }

    private void latency(String value, String what) {
        final double ours = OURS.stream()
                .mapToDouble(id ->
                        Medians.of(only(Part.LATENCY, each -> each.contender().equals(id)), value))
                .max()
                .orElse(Double.NaN);
        latency(
                what,
                "not above a stream and a channel",
                value,
                ours,
                1,
                Set.of(ContenderKind.STREAM, ContenderKind.CHANNEL));
        latency(what, "a tenth of every mapped rival", value, ours, 0.1, MAPPED);
    }

    private void latency(
            String what, String mark, String value, double ours, double factor, Set<ContenderKind> rivals) {
        final Set<String> ids = rivals.stream().map(ContenderKind::id).collect(Collectors.toSet());
        final Optional<Best> best = rivals(Part.LATENCY, "", value)
                .filter(rival -> ids.contains(rival.contender))
                .min(Comparator.comparingDouble(Best::value));
        add(
                what + ", the worse of both ways",
                mark,
                text("%.1f us", ours),
                best.map(rival -> text("%.2f", ours / rival.value) + " (" + rival.contender + ")")
                        .orElse("-"),
                best.isPresent() ? ours : Double.NaN,
                best.isPresent() && ours <= factor * best.get().value);
    }

    private void atLeast(String what, Part part, String ours, String value, double least) {
        final double measured = Medians.of(only(part, each -> each.contender().equals(ours)), value);
        add(what, text(">= %,.0f", least), text("%,.0f", measured), "-", measured, measured >= least);
    }

    private void atMost(String what, List<Measurement> some, String value, double most) {
        // The worst of them, by medians.
        final double measured = worst(some, value);
        add(what, text("<= %,.0f", most), text("%,.1f", measured), "-", measured, measured <= most);
    }

    private static double worst(List<Measurement> some, String value) {
        return some.stream().collect(Collectors.groupingBy(each -> each.contender() + each.variant())).values().stream()
                .mapToDouble(group -> Medians.of(group, value))
                .max()
                .orElse(Double.NaN);
    }

    private void allocation() {
        final List<Measurement> programs = results.measurements().stream()
                .filter(each -> isOurs(each) && each.values().containsKey("allocatedBytesPerItem"))
                .toList();
        noBytes("allocation, all programs that append", programs, "allocatedBytesPerItem");
        final Predicate<Measurement> appends = each -> each.variant().startsWith("AppendBenchmark");
        final Predicate<Measurement> off = each -> each.variant().contains("without escape analysis");
        noBytes("allocation, JMH, every append", only(Part.JMH, appends.and(off.negate())), "allocatedBytesPerOp");
        noBytes("allocation, JMH, no escape analysis", only(Part.JMH, appends.and(off)), "allocatedBytesPerOp");
    }

    private void noBytes(String what, List<Measurement> some, String value) {
        final double measured = worst(some, value);
        add(what, "0 B/op", text("%.4f B/op", measured), "-", measured, measured < NO_BYTES);
    }

    private void growth() {
        for (final String ours : OURS) {
            final String how = ours.equals(WHOLE) ? ", whole series" : ", by handle";
            flat("growth, 1 to 10^7 series" + how, ours, false, 4);
            flat("growth, 1 and 1000 segments" + how, ours, true, 2);
        }
    }

    /// The dearest against the cheapest.
    private void flat(String what, String ours, boolean segments, int wanted) {
        final List<Measurement> all = only(
                Part.GROWTH,
                each -> each.contender().equals(ours)
                        && each.variant().contains("segments") == segments
                        && (segments || SERIES.contains(each.value("series"))));
        final List<Double> medians = all.stream().collect(Collectors.groupingBy(Measurement::variant)).values().stream()
                .map(group -> Medians.of(group, "nanosPerAppend"))
                .sorted()
                .toList();
        final double spread = medians.isEmpty() ? Double.NaN : medians.getLast() / medians.getFirst();
        final String measured = medians.isEmpty()
                ? "-"
                : text("%.1f to %.1f ns, factor %.2f", medians.getFirst(), medians.getLast(), spread)
                        + (medians.size() < wanted ? ", not all sizes" : "");
        add(
                what,
                text("flat: within %.1f", TIE),
                measured,
                "-",
                medians.size() < wanted ? Double.NaN : spread,
                spread <= TIE);
    }

    private void memory() {
        final List<Measurement> all = results.of(Part.MEMORY.id());
        final int quarter = all.size() / 4;
        final double early =
                quarter == 0 ? Double.NaN : Medians.of(all.subList(quarter, 2 * quarter), "anonymousBytes");
        final double late =
                quarter == 0 ? Double.NaN : Medians.of(all.subList(all.size() - quarter, all.size()), "anonymousBytes");
        final double appends = all.isEmpty() ? 0 : all.getLast().value("appends");
        add(
                "memory beyond mappings, last quarter against the second",
                text("flat: within %.2f, 10^9 appends", MEMORY_TIE),
                text("%.1f to %.1f MiB in %,.0f appends", early / (1 << 20), late / (1 << 20), appends),
                "-",
                appends < MEMORY_APPENDS ? Double.NaN : late,
                late <= MEMORY_TIE * early);
    }

    /// @param judged NaN if there is nothing to judge
    private void add(String what, String mark, String measured, String ratio, double judged, boolean held) {
        final boolean known = !Double.isNaN(judged);
        rows.add(new Row(
                what,
                mark,
                measured.replaceAll(".*NaN.*", "-"),
                ratio.replaceAll(".*NaN.*", "-"),
                known ? Verdict.of(held) : Verdict.NOT_MEASURED));
    }

    /// Medians of the rivals in the variants that begin so, each rival and variant by itself.
    private Stream<Best> rivals(Part part, String variant, String value) {
        return only(part, each -> !isOurs(each) && isVariant(part, each, variant)).stream()
                .collect(Collectors.groupingBy(each -> List.of(each.contender(), each.variant())))
                .entrySet()
                .stream()
                .map(group -> new Best(group.getKey().getFirst(), Medians.of(group.getValue(), value)))
                .filter(best -> !Double.isNaN(best.value));
    }

    /// A rival may read with known labels too.
    private static boolean isVariant(Part part, Measurement each, String variant) {
        return part == Part.REPLAY || part == Part.LATENCY
                ? each.variant().startsWith(variant)
                : each.variant().equals(variant);
    }

    private double median(Part part, String variant, String contender, String value) {
        return Medians.of(
                only(
                        part,
                        each -> each.contender().equals(contender)
                                && each.variant().equals(variant)),
                value);
    }

    private List<Measurement> only(Part part, Predicate<Measurement> wanted) {
        return results.of(part.id()).stream().filter(wanted).toList();
    }

    private static boolean isOurs(Measurement measurement) {
        return measurement.contender().startsWith("seriatim");
    }

    private static String millions(double rate) {
        return text("%.2f M/s", rate / 1e6);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
