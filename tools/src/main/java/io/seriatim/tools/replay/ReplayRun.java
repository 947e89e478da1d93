package io.seriatim.tools.replay;

import io.seriatim.tools.ExitCode;
import io.seriatim.tools.Export;
import io.seriatim.tools.LineSink;
import io.seriatim.tools.LogTime;
import io.seriatim.tools.Output;
import io.seriatim.tools.Seriatim;
import io.seriatim.tools.Unsaid;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// One replay, from the log to the output and what is said about it.
final class ReplayRun {
    private final Seriatim seriatim;
    private final Path directory;
    private final ReplayOptions options;
    private final Choice choice;
    private final OutputOptions output;
    private final MemoryPlan plan;
    private final ReplayMeter meter;
    private final Unsaid unsaid = new Unsaid();
    private final long startNs = System.nanoTime();

    ReplayRun(
            Seriatim seriatim,
            Path directory,
            ReplayOptions options,
            Choice choice,
            OutputOptions output,
            MemoryPlan plan,
            ReplayMeter meter) {
        this.seriatim = seriatim;
        this.directory = directory;
        this.options = options;
        this.choice = choice;
        this.output = output;
        this.plan = plan;
        this.meter = meter;
    }

    /// @return the exit code
    int run() {
        if (output.resume() != null) {
            return resume();
        }
        if (output.output() == null) {
            return replay(new LineSink(seriatim.streams().out(), output.limit()), null);
        }
        try (OutputStream file = Files.newOutputStream(output.output())) {
            return replay(new LineSink(new Output(output.output().toString(), file), output.limit()), null);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private int resume() {
        final String identity = new ReplayIdentity(directory, options, choice, output).toString();
        try (Resume resume = Resume.of(output.resume(), output.output(), identity)) {
            final Output file = new Output(output.output().toString(), Channels.newOutputStream(resume.channel()));
            if (resume.goesOn()) {
                seriatim.remarks()
                        .remark(String.format(
                                Locale.ROOT, "going on behind the first %,d bytes of the output", resume.startBytes()));
            }
            final int code = replay(new LineSink(file, Long.MAX_VALUE, resume), resume);
            resume.save();
            return code;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private int replay(LineSink sink, Resume resume) {
        final Format.Parts parts = new Format.Parts(
                sink,
                unsaid,
                LogTime.unit(directory),
                output.temporary(),
                output.limit(),
                plan.sortBytes(),
                meter::onWritten);
        try (Export export = output.format().export(parts)) {
            final ReplayHandler rest = resume == null ? export : new NotYetWritten(resume.found(), export);
            final Wanted wanted = new Wanted(choice, rest);
            try {
                if (resume == null || !resume.goesOn()) {
                    export.begin();
                }
                final ReplayReport report = MappedWal.replay(directory, options, wanted);
                export.finish();
                sink.flush();
                new ReplaySummary(seriatim.remarks(), directory, choice, output.target())
                        .say(report, wanted, unsaid, System.nanoTime() - startNs);
                return ExitCode.of(report.state());
            } catch (LineSink.Enough _) {
                export.stopped();
                sink.flush();
                seriatim.remarks()
                        .remark("stopped after " + output.limit() + " lines, as --limit asks: the rest was not "
                                + (output.format().isSorted() ? "written" : "read"));
                return ExitCode.SOUND;
            } catch (RuntimeException failure) {
                flushBefore(failure, sink);
                throw failure;
            }
        }
    }

    /// What came before an error is worth having, but the error comes first.
    private static void flushBefore(RuntimeException failure, LineSink sink) {
        if (failure instanceof Output.Lost) {
            return;
        }
        try {
            sink.flush();
        } catch (Output.Lost lost) {
            failure.addSuppressed(lost);
        }
    }
}
