package io.seriatim.tools.repair;

import io.seriatim.tools.ByteSize;
import io.seriatim.tools.CannotRunException;
import io.seriatim.tools.ExitCode;
import io.seriatim.tools.LockHolder;
import io.seriatim.tools.LogArgument;
import io.seriatim.tools.OrphanLines;
import io.seriatim.tools.Remarks;
import io.seriatim.tools.Seriatim;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayProgress;
import io.seriatim.wal.mmap.InspectedLog;
import io.seriatim.wal.mmap.LogInspector;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `seriatim repair D --out E`: a sound log with everything that is provably valid in a damaged one.
@Command(
        name = "repair",
        mixinStandardHelpOptions = true,
        versionProvider = Seriatim.Version.class,
        header = "Makes a sound log of what is provably valid in a damaged one.",
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        description = {
            "Without --write it is a dry run: it reads everything and says what would be kept and what is lost.%n",
            "With --write it makes a new log at --out, reads it back, compares, and only then gives it its name: E is"
                    + " there whole or not at all, whenever the machine stops. The damaged log is only read, never"
                    + " changed. Order, time unit, number of shards, opaque records, and what was appended together are"
                    + " kept: replay says the same of E as replay --policy salvage says of D.%n",
            "Samples whose labels are lost (orphans) belong to no series, so they are not in E; they are counted, and"
                    + " --orphans keeps them in a file.%n",
        },
        footer = {
            "",
            "@|bold Examples|@",
            "  seriatim repair wal                              what would be kept, what is lost?",
            "  seriatim repair wal --out wal.new --write        make it",
            "  seriatim repair wal --out wal.new --write --orphans orphans.jsonl",
            "  mv wal wal.damaged && mv wal.new wal             then put it in place",
            "",
            "Exit codes say what the new log lacks: 0 nothing (D is sound), 1 only what was never confirmed durable,",
            "2 damage or loss; 3 could not run, nothing was made; 64 bad arguments.",
        })
public final class RepairCommand implements Callable<Integer> {
    private static final Logger LOG = Logger.getLogger("io.seriatim.wal");

    @ParentCommand
    private Seriatim seriatim;

    @Spec
    private CommandSpec spec;

    @Mixin
    private LogArgument log;

    @Option(names = "--out", paramLabel = "E", description = "Where the new log shall be. Nothing may be there yet.")
    private Path out;

    @Option(names = "--write", description = "Make the new log. Without it nothing is written.")
    private boolean write;

    @Option(
            names = "--orphans",
            paramLabel = "FILE",
            description = "Keep samples whose labels are lost in this new file, as the lines that replay prints.")
    private Path orphans;

    @Option(
            names = "--restart",
            description = "First delete what a repair to the same E left behind that did not come to its end.")
    private boolean restart;

    @Option(names = "--json", description = "One JSON object instead of text: see REPORT.md.")
    private boolean json;

    @Override
    public Integer call() {
        if (write && out == null) {
            throw new ParameterException(spec.commandLine(), "--write needs to know where: name it with --out E");
        }
        final Path directory = log.directory();
        final NewLog target = out == null ? null : new NewLog(out);
        if (target != null) {
            check(directory, target);
        }
        final InspectedLog damaged = LogInspector.log(directory);
        LOG.setLevel(Level.OFF); // what goes wrong there comes back as an exception, in one line
        final long startNs = System.nanoTime();
        final Repair repair = new Repair(damaged, ReplayOptions.defaults().progress(progress(startNs)));
        final Repair.Result result =
                write ? repair.write(target, orphans == null ? null : new OrphanLines(orphans)) : repair.dryRun();
        seriatim.remarks().clear();
        final RepairReport report =
                new RepairReport(damaged, out, orphans, result, (System.nanoTime() - startNs) / 1e9);
        seriatim.streams().out().printLast(json ? report.json() : report.text());
        return ExitCode.of(result.found().state());
    }

    private void check(Path directory, NewLog target) {
        target.check(directory);
        if (orphans != null && Files.exists(orphans, LinkOption.NOFOLLOW_LINKS)) {
            throw new CannotRunException("the file for orphans exists and is not overwritten: file=" + orphans);
        }
        final OptionalLong writer = LockHolder.pid(directory);
        if (writer.isPresent()) {
            final String what = "the log is open for writing: directory=" + directory + " pid=" + writer.getAsLong();
            if (write) {
                throw new CannotRunException(what + " (what it appends meanwhile would be missing: stop it first)");
            }
            seriatim.remarks().remark(what + ": the figures are of this moment");
        }
        if (restart && write) {
            target.deleteUnfinished();
        } else if (target.hasLeftover()) {
            if (write) {
                throw new CannotRunException(target.leftover());
            }
            seriatim.remarks().remark(target.leftover());
        }
    }

    private ReplayProgress progress(long startNs) {
        final Remarks remarks = seriatim.remarks();
        return (done, total) -> remarks.progress(() -> {
            final double seconds = (System.nanoTime() - startNs) / 1e9;
            final long left = done == 0 ? 0 : Math.round(seconds * (total - done) / done);
            return "read " + ByteSize.text(done) + " of " + ByteSize.text(total)
                    + (total > 0 ? " (" + 100 * done / total + " %), " + left + " s left" : "");
        });
    }
}
