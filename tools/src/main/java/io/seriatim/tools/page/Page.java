package io.seriatim.tools.page;

import io.seriatim.tools.anatomy.ByteClass;
import io.seriatim.wal.ReplayReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// A log's state as one page that needs nothing else: no network, no script, no other file.
public final class Page {
    private static final int LARGEST = 20;
    private static final int DAMAGES_SHOWN = 200;

    private Page() {}

    /// @return the page
    public static String of(Facts facts, PageData data) {
        final Html html = new Html();
        head(html, facts);
        table(html, "Shards", facts.shards());
        bytes(html, facts);
        damages(html, facts);
        new SegmentMap(data, facts.report()).draw(html);
        times(html, data.times());
        series(html, data.series(), facts.report());
        strangers(html, facts);
        html.add("<footer>seriatim verify, %s</footer>\n</body></html>\n", facts.written());
        return html.toString();
    }

    private static void head(Html html, Facts facts) {
        final ReplayReport.State state = facts.report().state();
        html.add(
                "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n<title>%s: %s</title>\n"
                        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                        + "<meta name=\"color-scheme\" content=\"light dark\"/>\n",
                facts.log().toString(), state.name());
        html.raw("<style>\n" + style() + "</style></head>\n<body>\n");
        html.add(
                "<header><h1><span class=\"state s-%s\">%s</span> <code>%s</code></h1>\n"
                        + "<p>%s</p>\n"
                        + "<p>%s</p></header>\n",
                state.name(), state.name(), facts.log().toString(), facts.summary(), facts.meaning());
    }

    private static String style() {
        try (InputStream style = Page.class.getResourceAsStream("page.css")) {
            return new String(style.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void table(Html html, String name, List<List<String>> rows) {
        html.add("<section><h2>%s</h2>\n<div class=\"wide\"><table>\n", name);
        for (int i = 0; i < rows.size(); i++) {
            html.raw("<tr>");
            for (final String cell : rows.get(i)) {
                html.add(i == 0 ? "<th>%s</th>" : "<td class=\"number\">%s</td>", cell);
            }
            html.raw("</tr>\n");
        }
        html.raw("</table></div></section>\n");
    }

    private static void bytes(Html html, Facts facts) {
        final long total = Math.max(1, facts.census().bytes().total());
        html.raw("<section><h2>Bytes</h2>\n<svg viewBox=\"0 0 1000 18\" preserveAspectRatio=\"none\" class=\"sum\">\n");
        double x = 0;
        for (final ByteClass kind : ByteClass.values()) {
            final double width = 1000.0 * facts.census().bytes().of(kind) / total;
            if (width > 0) {
                html.add(
                        "<rect x=\"%.2f\" y=\"0\" width=\"%.2f\" height=\"18\""
                                + " class=\"c-%s\"><title>%s</title></rect>\n",
                        x, Math.max(width, 1), kind.label(), kind.label());
                x += width;
            }
        }
        html.raw("</svg>\n<table>\n<tr><th></th><th>class</th><th>bytes</th><th>share</th><th>what</th></tr>\n");
        for (final ByteClass kind : ByteClass.values()) {
            final long bytes = facts.census().bytes().of(kind);
            if (bytes > 0) {
                html.add(
                        "<tr><td><svg viewBox=\"0 0 1 1\" class=\"key\"><rect width=\"1\" height=\"1\""
                                + " class=\"c-%s\"/></svg></td><td>%s</td><td class=\"number\">%,d</td><td"
                                + " class=\"number\">%.1f %%</td><td>%s</td></tr>\n",
                        kind.label(), kind.label(), bytes, 100.0 * bytes / total, kind.meaning());
            }
        }
        html.raw("</table></section>\n");
    }

    private static void damages(Html html, Facts facts) {
        if (facts.damages().isEmpty()) {
            return;
        }
        html.raw("<section><h2>Damage</h2>\n<ul class=\"damages\">\n");
        final List<List<String>> shown = facts.damages()
                .subList(0, Math.min(DAMAGES_SHOWN, facts.damages().size()));
        for (final List<String> damage : shown) {
            html.add("<li>%s", damage.getFirst());
            for (final String line : damage.subList(1, damage.size())) {
                html.add("<br/><span class=\"note\">%s</span>", line);
            }
            html.raw("</li>\n");
        }
        final long more = facts.damages().size() - shown.size() + facts.report().damagesBeyond();
        if (more > 0) {
            html.add("<li>and %,d damaged ranges more</li>\n", more);
        }
        html.raw("</ul></section>\n");
    }

    private static void times(Html html, TimeBins times) {
        if (times.bins().isEmpty()) {
            return;
        }
        final double seconds = times.widthMs() / 1e3;
        html.raw("<section><h2>Over time</h2>\n<p class=\"note\">From the flush marks, by the clock of the machine that"
                + " wrote the log; all shards together.</p>\n");
        final Chart chart = new Chart(times);
        chart.draw(html, "records appended per second", bin -> bin.records() / seconds, Page::number);
        chart.draw(html, "mean size of a batch, bytes", bin -> (double) bin.bytes() / bin.batches(), Page::number);
        chart.draw(html, "largest batch, bytes", TimeBins.Bin::maxBytes, Page::number);
        html.raw("</section>\n");
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static void series(Html html, SeriesCount series, ReplayReport report) {
        final List<SeriesCount.Entry> largest = series.largest(LARGEST);
        if (largest.isEmpty()) {
            return;
        }
        html.raw("<section><h2>Largest series</h2>\n");
        html.add(
                "<p class=\"note\">%s%,d series.</p>\n",
                series.hasMore() ? "Only the first ones in the log were counted: " : "Of ", series.series());
        html.raw("<table>\n<tr><th>samples</th><th>share</th><th>series</th></tr>\n");
        for (final SeriesCount.Entry entry : largest) {
            html.add(
                    "<tr><td class=\"number\">%,d</td><td class=\"number\">%.1f %%</td><td><code>%s</code></td></tr>\n",
                    entry.samples(),
                    100.0 * entry.samples() / Math.max(1, report.samples()),
                    entry.labels().toString());
        }
        html.raw("</table></section>\n");
    }

    private static void strangers(Html html, Facts facts) {
        if (facts.census().strangers().isEmpty()) {
            return;
        }
        html.raw("<section><h2>Not of this log</h2>\n<ul>\n");
        facts.census().strangers().stream()
                .limit(DAMAGES_SHOWN)
                .forEach(file -> html.add(
                        "<li><code>%s</code></li>\n",
                        facts.log().relativize(file).toString()));
        html.raw("</ul></section>\n");
    }
}
