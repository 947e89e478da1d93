package io.seriatim.tools;

import io.seriatim.tools.anatomy.Anatomy;
import io.seriatim.tools.anatomy.Census;
import io.seriatim.tools.anatomy.Losses;
import io.seriatim.tools.page.PageData;
import io.seriatim.wal.Labels;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.Samples;
import io.seriatim.wal.mmap.LogInspector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/// `seriatim verify D`: what is in a log, and is it sound?
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        versionProvider = Seriatim.Version.class,
        header = "Says what is in a log and whether it is sound.",
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        description = {
            "Reads every byte of a log, changes nothing, and says what is in it, what each byte is for, what is"
                    + " damaged, what was lost with it, what that means and what to do.%n",
            "A torn end, which was never confirmed durable, is told apart from the loss of something that was: the"
                    + " first is what crashes do, the second is an alarm. The log may be open for writing.%n",
        },
        footer = {
            "",
            "@|bold Examples|@",
            "  seriatim verify wal",
            "  seriatim verify wal --json | jq .state",
            "  seriatim verify wal --html wal.html                        see where what lies",
            "  seriatim verify --quiet wal > report.txt || mail -s \"wal: exit code $$?\" ops < report.txt",
            "",
            "Exit codes: 0 sound, 1 torn end, 2 damage or loss, 3 could not run, 64 bad arguments.",
        })
final class VerifyCommand implements Callable<Integer> {
    @ParentCommand
    private Seriatim seriatim;

    @Mixin
    private LogArgument log;

    @Mixin
    private ReadOptions reading;

    @Option(names = "--json", description = "One JSON object with everything instead of the table: see REPORT.md.")
    private boolean json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = {
                "Also write a page to look at: a map of the segments, damage, append rate and",
                "batch sizes over time, the largest series. One file that needs no other."
            })
    private Path html;

    @Override
    public Integer call() {
        final Path directory = log.directory();
        final long startNs = System.nanoTime();
        checkPage(directory);
        final Anatomy anatomy = new Anatomy();
        final PageData data = html == null ? null : new PageData(anatomy);
        final ReplayOptions options = reading.options(seriatim.remarks());
        final ReplayReport report = data == null
                ? LogInspector.inspect(directory, options, orphansTo(anatomy), anatomy)
                : LogInspector.inspect(directory, options, data, data);
        seriatim.remarks().clear();

        final Verification verification = new Verification(
                directory,
                unit(directory, anatomy),
                report,
                Census.of(directory, anatomy, report),
                Losses.of(report, anatomy),
                (System.nanoTime() - startNs) / 1e9);
        if (html != null) {
            VerifyPage.write(html, verification, data);
            seriatim.remarks().remark("wrote " + html);
        }
        final Streams streams = seriatim.streams();
        streams.out()
                .printLast(json ? VerifyJson.of(verification) : VerifyText.of(verification, streams.coloursOnOut()));
        return ExitCode.of(report.state());
    }

    /// Before everything is read. A page among the log's files would be a stranger there, the next time.
    private void checkPage(Path directory) {
        if (html == null) {
            return;
        }
        try {
            final Path parent = html.toAbsolutePath().normalize().getParent();
            if (parent == null || !Files.isDirectory(parent)) {
                throw new CannotRunException("no directory to put the page in: directory=" + parent + " (make it)");
            }
            if (parent.toRealPath().startsWith(directory.toRealPath())) {
                throw new CannotRunException(
                        "the page must lie outside the log, which is not changed: file=" + html + " log=" + directory);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Where `wal.meta` is lost, any segment tells.
    private static TimeUnit unit(Path directory, Anatomy anatomy) {
        final TimeUnit unit = LogTime.unit(directory);
        return unit != null
                ? unit
                : anatomy.segments().stream()
                        .filter(segment -> segment.segment().header() != null)
                        .map(segment -> segment.segment().header().timeUnit())
                        .findFirst()
                        .orElse(null);
    }

    private static ReplayHandler orphansTo(Anatomy anatomy) {
        return new ReplayHandler() {
            @Override
            public void onSamples(Labels series, Samples samples) {}

            @Override
            public void onOrphan(long epochId, int ref, Samples samples) {
                anatomy.onOrphan(epochId, ref, samples);
            }
        };
    }
}
