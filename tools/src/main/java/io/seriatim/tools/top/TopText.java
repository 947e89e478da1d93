package io.seriatim.tools.top;

import io.seriatim.tools.ByteSize;
import io.seriatim.tools.Table;
import io.seriatim.wal.mmap.WalCounters;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/// A look at a log, for people.
final class TopText {
    private static final double NANOS_PER_MILLI = 1e6;

    private TopText() {}

    /// @return everything, line by line
    static String page(Path log, Moment moment) {
        final StringBuilder text = new StringBuilder();
        text.append(log).append(": ").append(writer(log, moment)).append('\n');
        if (moment.now() == null) {
            return text.toString();
        }
        text.append(sum(moment)).append("\n\n");
        final Table table = new Table(
                "shard",
                "records/s",
                "bytes/s",
                "lag",
                "open",
                "forces/s",
                "force",
                "last",
                "longest",
                "spares",
                "segments",
                "series",
                "waits",
                "dropped",
                "failed",
                "stalls",
                "state");
        for (final WalCounters.Shard shard : moment.now().shards()) {
            row(table, shard, moment.pace(shard.shard()));
        }
        return text.append(table).toString();
    }

    private static void row(Table table, WalCounters.Shard shard, Pace pace) {
        table.row(
                number(shard.shard()),
                rate(pace.recordsPerSecond()),
                bytes(pace.bytesPerSecond()),
                ByteSize.text(pace.lagBytes()),
                ByteSize.text(pace.openBytes()),
                rate(pace.forcesPerSecond()),
                millis(pace.meanForceNanos()),
                millis(pace.lastForceNanos()),
                millis(pace.maxForceNanos()),
                number(shard.spares()),
                number(shard.segments()),
                number(shard.series()),
                number(shard.waits()),
                number(shard.dropped()),
                number(shard.failedPreparations()),
                number(shard.stalledClaims()),
                shard.poisoned() ? "POISONED" : "-");
    }

    /// @return the same in one line
    static String line(Moment moment) {
        if (moment.now() == null) {
            return Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + state(moment);
        }
        return time(moment.now().published()) + " " + state(moment) + " " + sum(moment);
    }

    private static String state(Moment moment) {
        return moment.state().name().toLowerCase(Locale.ROOT) + (moment.isPoisoned() ? " POISONED" : "");
    }

    private static String sum(Moment moment) {
        final Pace total = moment.total();
        return String.format(
                Locale.ROOT,
                "%s records/s, %s/s, lag %s, %s forces/s of %s, %d waits, %d dropped",
                rate(total.recordsPerSecond()),
                bytes(total.bytesPerSecond()),
                ByteSize.text(total.lagBytes()),
                rate(total.forcesPerSecond()),
                millis(total.meanForceNanos()),
                total.waits(),
                total.dropped());
    }

    /// @return how the writer fares, in words, and what to do
    static String writer(Path log, Moment moment) {
        if (moment.now() == null) {
            return moment.problem() != null ? moment.problem() : "no counters; waiting for a writer";
        }
        final WalCounters now = moment.now();
        final String who = "pid " + now.pid() + ", opening " + now.epoch();
        return switch (moment.state()) {
            case OPEN ->
                String.format(
                        Locale.ROOT,
                        "open for %s by %s, %s on disk%s%s",
                        duration(now.published() - now.opened()),
                        who,
                        ByteSize.text(now.diskBytes()),
                        now.maxBytes() > 0 ? " of " + ByteSize.text(now.maxBytes()) : "",
                        moment.isPoisoned() ? ", POISONED: a shard takes nothing any more, see the writer's log" : "");
            case SILENT ->
                String.format(
                        Locale.ROOT,
                        "SILENT for %.0f s, last seen %s: %s exists but hangs, or was stopped",
                        moment.silent(),
                        time(now.published()),
                        who);
            case DEAD ->
                "the writer DIED: " + who + ", last seen " + time(now.published()) + " (what it left: seriatim verify "
                        + log + ")";
            case CLOSED -> "closed " + time(now.closed()) + " by " + who;
            case ABSENT -> "no counters";
        };
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String duration(long millis) {
        final Duration duration = Duration.ofMillis(Math.max(0, millis));
        return duration.toDays() > 0
                ? duration.toDays() + " d " + duration.toHoursPart() + " h"
                : duration.toHours() > 0
                        ? duration.toHours() + " h " + duration.toMinutesPart() + " m"
                        : duration.toMinutes() > 0
                                ? duration.toMinutes() + " m " + duration.toSecondsPart() + " s"
                                : duration.toSeconds() + " s";
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String rate(double perSecond) {
        return Double.isNaN(perSecond) ? "-" : String.format(Locale.ROOT, "%,.0f", perSecond);
    }

    private static String bytes(double perSecond) {
        return Double.isNaN(perSecond) ? "-" : ByteSize.text(Math.round(perSecond));
    }

    private static String millis(double nanos) {
        return Double.isNaN(nanos) ? "-" : String.format(Locale.ROOT, "%.2f ms", nanos / NANOS_PER_MILLI);
    }
}
