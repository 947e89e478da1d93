package io.seriatim.tools.replay;

import io.seriatim.tools.CannotRunException;
import io.seriatim.tools.ExitCode;
import io.seriatim.tools.LineSink;
import io.seriatim.tools.LogTime;
import io.seriatim.tools.Remarks;
import io.seriatim.tools.Seriatim;
import io.seriatim.tools.Unsaid;
import io.seriatim.tools.store.Place;
import io.seriatim.tools.store.StoreException;
import io.seriatim.tools.store.StoreExport;
import io.seriatim.tools.store.StoreOptions;
import io.seriatim.tools.store.StoreTally;
import io.seriatim.tools.store.StoreWatch;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// One replay into a store.
final class StoreReplay {
    private static final int REFUSALS_SHOWN = 10;

    private final Seriatim seriatim;
    private final Remarks remarks;
    private final Path directory;
    private final ReplayOptions options;
    private final Choice choice;
    private final OutputOptions output;
    private final StoreOptions store;
    private final Unsaid unsaid = new Unsaid();
    private final long startNs = System.nanoTime();

    StoreReplay(
            Seriatim seriatim,
            Path directory,
            ReplayOptions options,
            Choice choice,
            OutputOptions output,
            StoreOptions store) {
        this.seriatim = seriatim;
        this.remarks = seriatim.remarks();
        this.directory = directory;
        this.options = options;
        this.choice = choice;
        this.output = output;
        this.store = store;
    }

    /// @return the exit code
    int run() {
        final TimeUnit unit = LogTime.unit(directory);
        if (unit == null) {
            throw new CannotRunException("the log does not tell its time unit, which a store needs: file=wal.meta");
        }
        final StoreExport.Terms terms =
                new StoreExport.Terms(unit, store.retryFor(), store.perSecond(), output.limit());
        final Sent sent = new Sent();
        try (StoreExport export =
                new StoreExport(output.target().store(), store.access(), terms, unsaid, new Watch(), sent)) {
            return replay(export, sent);
        }
    }

    private int replay(StoreExport export, Sent sent) {
        final ReplayHandler rest =
                output.resume() == null ? export : new NotYetWritten(sent.found(), export, export::learn);
        final Wanted wanted = new Wanted(choice, rest);
        try {
            final ReplayReport report = MappedWal.replay(directory, options, wanted);
            export.finish();
            new ReplaySummary(remarks, directory, choice, output.target())
                    .say(report, wanted, unsaid, System.nanoTime() - startNs);
            sent(export.tally());
            return Math.max(ExitCode.of(report.state()), code(export.tally()));
        } catch (LineSink.Enough _) {
            export.stopped();
            remarks.remark("stopped after " + output.limit() + " samples, as --limit asks: the rest was not read");
            sent(export.tally());
            return code(export.tally());
        } catch (StoreException failure) {
            sent(export.tally());
            throw new CannotRunException(failure.getMessage()
                    + (output.resume() == null
                            ? " (with --resume FILE the next run would go on here)"
                            : " (the same command goes on from here)"));
        }
    }

    private void sent(StoreTally tally) {
        remarks.remark("sent " + tally);
        if (tally.refused() > 0) {
            remarks.say(String.format(
                    Locale.ROOT,
                    "%,d samples, histograms or exemplars were refused by the store, and are not in it",
                    tally.refused()));
        }
    }

    private static int code(StoreTally tally) {
        return tally.refused() > 0 ? ExitCode.DAMAGED : ExitCode.SOUND;
    }

    /// How far the store has everything, in the file that `--resume` names.
    private final class Sent implements StoreExport.Acknowledged {
        private final String identity;
        private final Map<Integer, Place> places = new TreeMap<>();
        private final Map<Integer, Place> found;

        Sent() {
            if (output.resume() == null) {
                identity = null;
                found = Map.of();
                return;
            }
            identity = new ReplayIdentity(directory, options, choice, output).toString();
            try {
                final ResumeState state = ResumeState.read(output.resume());
                if (state == null) {
                    found = Map.of();
                    new ResumeState(identity, 0, found).write(output.resume());
                } else {
                    state.check(output.resume(), identity);
                    found = Map.copyOf(state.places());
                    if (!found.isEmpty()) {
                        remarks.remark("going on behind what was sent before");
                    }
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            places.putAll(found);
        }

        Map<Integer, Place> found() {
            return found;
        }

        @Override
        public void upTo(Map<Integer, Place> now) {
            now.forEach((shard, place) -> places.merge(shard, place, Place::followedBy));
            if (identity == null) {
                return;
            }
            try {
                new ResumeState(identity, 0, places).write(output.resume());
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    private final class Watch implements StoreWatch {
        private int refusals;

        @Override
        public void onRetry(String cause, Duration since, Duration next) {
            if (since.toSeconds() < 1) {
                remarks.remark("the store does not answer as it should, trying again: " + cause);
            }
            remarks.progress(() -> "waiting for the store since " + since.toSeconds() + " s: " + cause);
        }

        @Override
        public void onRefused(long count, String message) {
            if (++refusals <= REFUSALS_SHOWN) {
                remarks.say((count == 0 ? "the store remarks: " : "refused: ") + message);
            }
        }
    }
}
