package io.seriatim.tools.top;

import io.seriatim.tools.CannotRunException;
import io.seriatim.tools.ExitCode;
import io.seriatim.tools.LogArgument;
import io.seriatim.tools.Seriatim;
import io.seriatim.wal.mmap.WalCounters;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `seriatim top D`: how fares a log that is being written?
@Command(
        name = "top",
        mixinStandardHelpOptions = true,
        versionProvider = Seriatim.Version.class,
        header = "Shows how a log fares that is being written, live.",
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        description = {
            "Reads the counters that a log's writer publishes: rates, how far appending is ahead of the disk, forces"
                    + " and their time, segments ready, appends that had to wait or were dropped. It costs the writer"
                    + " nothing.%n",
            "On a terminal the page is drawn again and again; q ends it, + and - change the interval. Elsewhere it"
                    + " writes a line each time. It goes on when the writer ends, says so, and takes up the next"
                    + " one.%n",
        },
        footer = {
            "",
            "@|bold Examples|@",
            "  seriatim top /var/lib/app/wal",
            "  seriatim top wal --once                      one page, and no more",
            "  seriatim top wal --json --interval 10 >> wal-counters.jsonl",
            "  seriatim top wal --once --json | jq '.shards[] | {shard, lagBytes}'",
            "",
            "Exit codes: 0, 2 if a shard is poisoned, 3 could not run: no counters, 64 bad arguments.",
        })
public final class TopCommand implements Callable<Integer> {
    private static final double LEAST_INTERVAL = 0.1;
    private static final double MOST_INTERVAL = 3600;

    @ParentCommand
    private Seriatim seriatim;

    @Spec
    private CommandSpec spec;

    @Mixin
    private LogArgument log;

    @Option(
            names = "--interval",
            paramLabel = "S",
            defaultValue = "1",
            description = "Seconds from one look to the next (default: 1).")
    private double interval;

    @Option(names = "--once", description = "One page, after one interval, and no more.")
    private boolean once;

    @Option(names = "--count", paramLabel = "N", description = "Stop after N looks.")
    private Integer count;

    @Option(names = "--json", description = "Each look as one line of JSON: see REPORT.md.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (!(interval >= LEAST_INTERVAL && interval <= MOST_INTERVAL)) {
            throw bad("--interval out of range [" + LEAST_INTERVAL + ", " + MOST_INTERVAL + "] seconds: interval="
                    + interval);
        }
        if (count != null && (count < 1 || once)) {
            throw bad(once ? "--once and --count exclude each other" : "count must be positive: count=" + count);
        }
        final Path directory = log.directory();
        final Watch watch = new Watch(() -> WalCounters.read(directory), WalCounters::isWriterAlive, System::nanoTime);
        final Moment first = first(watch, directory);
        final Moment last;
        if (once) {
            last = first.state() == Moment.State.OPEN ? next(watch) : first;
            seriatim.streams().out().printLast(json ? TopJson.of(directory, last) : TopText.page(directory, last));
        } else if (!json && seriatim.streams().outIsTerminal() && isTerminal(System.console())) {
            last = draw(watch, directory, first);
        } else {
            last = lines(watch, directory);
        }
        return last.isPoisoned() ? ExitCode.DAMAGED : ExitCode.SOUND;
    }

    /// @return whether keys can be heard, too
    private static boolean isTerminal(Console console) {
        return console != null && console.isTerminal();
    }

    private ParameterException bad(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static Moment first(Watch watch, Path directory) {
        final Moment first = watch.look();
        if (first.problem() != null) {
            throw new CannotRunException(first.problem());
        }
        if (first.now() == null) {
            throw new CannotRunException("no counters: directory=" + directory + " (it is no log, or no writer has"
                    + " opened it since it can publish them; what is in a log: seriatim stat " + directory + ")");
        }
        return first;
    }

    private Moment next(Watch watch) {
        try {
            Thread.sleep((long) (interval * 1e3));
        } catch (InterruptedException failure) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("interrupted");
        }
        return watch.look();
    }

    private Moment lines(Watch watch, Path directory) {
        for (int i = 1; ; i++) {
            final Moment moment = next(watch);
            seriatim.streams()
                    .out()
                    .print(json ? TopJson.of(directory, moment) : TopText.line(moment) + System.lineSeparator());
            if (count != null && i >= count) {
                return moment;
            }
        }
    }

    private Moment draw(Watch watch, Path directory, Moment first) throws IOException {
        Moment moment = first;
        try (TopScreen screen = new TopScreen()) {
            for (int i = 0; count == null || i <= count; i++) {
                screen.draw(
                        TopText.page(directory, moment) + "\nevery " + interval + " s; q quits, + faster, - slower");
                final TopScreen.Wish wish = screen.await((long) (interval * 1e3));
                switch (wish) {
                    case QUIT -> {
                        return moment;
                    }
                    case FASTER -> interval = Math.max(LEAST_INTERVAL, interval / 2);
                    case SLOWER -> interval = Math.min(MOST_INTERVAL, interval * 2);
                    case NOTHING -> {}
                }
                moment = watch.look();
            }
        }
        return moment;
    }
}
