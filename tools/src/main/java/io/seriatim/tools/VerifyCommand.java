package io.seriatim.tools;

import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.mmap.MappedWal;
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
            "Reads every byte of a log, changes nothing, and says what is in it, what is damaged, what that means and"
                    + " what to do.%n",
            "A torn end, which was never confirmed durable, is told apart from the loss of something that was: the"
                    + " first is what crashes do, the second is an alarm. The log may be open for writing.%n",
        },
        footer = {
            "",
            "@|bold Examples|@",
            "  seriatim verify wal",
            "  seriatim verify wal --json | jq .state",
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

    @Override
    public Integer call() {
        final Path directory = log.directory();
        final long startNs = System.nanoTime();
        final ReplayReport report = MappedWal.replay(directory, reading.options(seriatim.remarks()), (_, _) -> {});
        final double seconds = (System.nanoTime() - startNs) / 1e9;
        seriatim.remarks().clear();

        final TimeUnit unit = LogTime.unit(directory);
        final Streams streams = seriatim.streams();
        streams.out()
                .printLast(
                        json
                                ? VerifyJson.of(directory, unit, report, seconds)
                                : VerifyText.of(directory, unit, report, seconds, streams.coloursOnOut()));
        return ExitCode.of(report.state());
    }
}
