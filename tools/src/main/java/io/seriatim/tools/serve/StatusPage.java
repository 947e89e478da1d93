package io.seriatim.tools.serve;

import io.seriatim.tools.ByteSize;
import io.seriatim.tools.page.Html;
import io.seriatim.wal.Wal;
import io.seriatim.wal.WalStats;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;

/// How the server fares, for people: one page without script or any other file, which loads itself again. Thread-safe.
final class StatusPage {
    private static final int EVERY_SECONDS = 5;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Wal wal;
    private final Health health;
    private final Admission admission;
    private final ServeMetrics metrics;
    private final Rates rates;
    private final Journal journal;
    private final Forwarder forwarder;
    private final Instant started = Instant.now();
    private final String style = style();

    /// @param forwarder or null
    StatusPage(
            Wal wal,
            Health health,
            Admission admission,
            ServeMetrics metrics,
            Rates rates,
            Journal journal,
            Forwarder forwarder) {
        this.wal = wal;
        this.health = health;
        this.admission = admission;
        this.metrics = metrics;
        this.rates = rates;
        this.journal = journal;
        this.forwarder = forwarder;
    }

    private static String style() {
        try (InputStream style = StatusPage.class.getResourceAsStream("status.css")) {
            return new String(style.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    HttpAnswer draw() {
        return HttpAnswer.of(200, "text/html; charset=utf-8", page().getBytes(StandardCharsets.UTF_8))
                .with("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
                .with("Cache-Control", "no-store");
    }

    private String page() {
        final String trouble = health.unreadiness();
        final String state = trouble == null ? "READY" : admission.closed() ? "SHUTTING DOWN" : "POISONED";
        final Html html = new Html();
        html.add(
                "<!DOCTYPE html>\n"
                        + "<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
                        + "<title>%s: seriatim serve</title>\n"
                        + "<meta http-equiv=\"refresh\" content=\"%d\"/>\n"
                        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n",
                state, EVERY_SECONDS);
        html.raw("<style>\n" + style + "</style></head>\n<body>\n");
        html.add(
                "<h1><span class=\"state%s\">%s</span> <code>%s</code></h1>\n",
                trouble == null ? "" : " bad", state, wal.config().directory().toString());
        if (trouble != null) {
            html.add("<p class=\"trouble\">%s</p>\n", trouble);
        }
        html.add(
                "<p class=\"note\">up %s, %s requests under way, %s of messages in memory</p>\n",
                lasting(Duration.between(started, Instant.now())),
                count(admission.requests()),
                ByteSize.text(admission.bytes()));
        chart(html);
        protocols(html);
        shards(html);
        forwarding(html);
        warnings(html);
        html.add(
                "<footer>seriatim serve, drawn %s, again every %d s; numbers for machines:"
                        + " <code>/metrics</code></footer>\n"
                        + "</body></html>\n",
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), EVERY_SECONDS);
        return html.toString();
    }

    private void chart(Html html) {
        final long[] history = rates.history();
        final long most = Arrays.stream(history).max().orElse(0);
        html.add(
                "<h2>Records a second</h2>\n"
                        + "<figure><svg viewBox=\"0 0 %d 90\" preserveAspectRatio=\"none\" role=\"img\""
                        + " aria-label=\"records a second in the last five minutes\">\n",
                Rates.KEPT);
        for (int i = 0; i < history.length; i++) {
            final double height = most == 0 ? 0 : 88.0 * history[i] / most;
            if (history[i] > 0) {
                html.add(
                        "<rect class=\"bar\" x=\"%d\" y=\"%.1f\" width=\"1\" height=\"%.1f\"/>\n",
                        Rates.KEPT - history.length + i, 90 - Math.max(1, height), Math.max(1, height));
            }
        }
        html.add(
                "</svg><figcaption><span>five minutes ago</span><span>now %s, at most"
                        + " %s</span></figcaption></figure>\n",
                count(history.length == 0 ? 0 : history[history.length - 1]), count(most));
    }

    private void protocols(Html html) {
        html.raw("<h2>Protocols</h2>\n<div class=\"wide\"><table>\n<tr><th>protocol</th><th>requests taken</th>"
                + "<th>records</th><th>refused within</th></tr>\n");
        for (final Protocol one : Protocol.values()) {
            html.add(
                    "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n",
                    one.label(), count(metrics.taken(one)), count(metrics.records(one)), count(metrics.rejected(one)));
        }
        html.raw("</table></div>\n");
    }

    private void shards(Html html) {
        html.raw("<h2>Log</h2>\n<div class=\"wide\"><table>\n<tr><th>shard</th><th>state</th><th>records</th>"
                + "<th>series</th><th>segments</th><th>not yet durable</th><th>last force</th><th>longest force</th>"
                + "<th>waits</th></tr>\n");
        for (final WalStats.Shard shard : wal.stats().shards()) {
            html.add(
                    "<tr><td>%d</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%.1f ms</td>"
                            + "<td>%.1f ms</td><td>%s</td></tr>\n",
                    shard.shard(),
                    shard.poison() == null ? "sound" : "POISONED",
                    count(shard.records()),
                    count(shard.series()),
                    count(shard.segments()),
                    ByteSize.text(Math.max(0, shard.tail() - shard.durable())),
                    shard.lastForceNanos() / NANOS_PER_MILLI,
                    shard.maxForceNanos() / NANOS_PER_MILLI,
                    count(shard.waits()));
        }
        html.raw("</table></div>\n");
    }

    private void forwarding(Html html) {
        if (forwarder == null) {
            return;
        }
        html.add("<h2>Passed on to <code>%s</code></h2>\n", forwarder.url().toString());
        if (forwarder.trouble() != null) {
            html.add(
                    "<p class=\"trouble\">nothing has arrived for %s: %s</p>\n",
                    lasting(forwarder.troubleFor()), forwarder.trouble());
        }
        html.raw("<div class=\"wide\"><table>\n<tr><th>not yet there</th><th>taken</th><th>refused</th>"
                + "<th>requests</th><th>sent again</th><th>lost before they were sent</th></tr>\n");
        html.add(
                "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n</table></div>\n",
                ByteSize.text(forwarder.lagBytes()),
                count(forwarder.tally().taken()),
                count(forwarder.tally().refused()),
                count(forwarder.tally().requests()),
                count(forwarder.tally().retries()),
                ByteSize.text(forwarder.missedBytes()));
        for (final String line : forwarder.unsaid()) {
            html.add("<p class=\"note\">%s</p>\n", line);
        }
    }

    private void warnings(Html html) {
        html.raw("<h2>Last warnings</h2>\n<ul>\n");
        for (final Journal.Entry entry : journal.last()) {
            html.add(
                    "<li><code>%s %s</code></li>\n",
                    entry.time().truncatedTo(ChronoUnit.SECONDS).toString(), entry.text());
        }
        html.raw(journal.last().isEmpty() ? "<li>none</li>\n</ul>\n" : "</ul>\n");
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String lasting(Duration duration) {
        return duration.toDays() > 0
                ? duration.toDays() + " d " + duration.toHoursPart() + " h"
                : duration.toHours() > 0
                        ? duration.toHours() + " h " + duration.toMinutesPart() + " min"
                        : duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
    }
}
