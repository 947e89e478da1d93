package io.seriatim.tools.demo;

import io.seriatim.tools.ByteSize;
import io.seriatim.tools.CannotRunException;
import io.seriatim.tools.ExitCode;
import io.seriatim.tools.Remarks;
import io.seriatim.tools.Seriatim;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `seriatim demo`: a log that is killed, and what is left of it.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Seriatim.Version.class,
        header = "Logs, is killed, recovers and is compared, in half a minute.",
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        description = {
            "Shows what a log is for. A child process logs this machine's real metrics and, for volume, a fleet of"
                    + " simulated hosts: four producers at full speed, one stream that awaits durability. It tells its"
                    + " parent through a pipe which appends have returned and which are durable.%n",
            "The parent kills it with SIGKILL at a random moment, opens the log, replays it and compares it sample by"
                    + " sample: every append that returned is there, every durable acknowledgement is kept, nothing is"
                    + " invented, doubled or reordered. The next child goes on in the same log.%n",
            "Takes about half a minute and up to 1.6 GiB of disk, and leaves nothing behind.%n",
        },
        footer = {
            "",
            "@|bold Examples|@",
            "  seriatim demo",
            "  seriatim demo --rounds 20 --seconds 1       many short lives",
            "  seriatim demo --seed 42 --json | jq .held",
            "  seriatim demo --dir /mnt/disk/demo --keep   on that disk; says how to look at it",
            "",
            "Exit codes: 0 all promises held, 2 one did not (the directory is kept), 3 could not run, 64 bad"
                    + " arguments.",
        })
public final class DemoCommand implements Callable<Integer> {
    private static final int MOST_ROUNDS = 10_000;
    private static final int MOST_HOSTS = 10_000;

    /// The share of the free space that a demonstration takes at most.
    private static final double SHARE_OF_FREE_SPACE = 0.5;

    @ParentCommand
    private Seriatim seriatim;

    @Spec
    private CommandSpec spec;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "4", description = "How often to kill (default: 4).")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "4",
            description = "The longest that a child logs (default: 4).")
    private double seconds;

    @Option(names = "--seed", paramLabel = "N", description = "Of all that is random (default: another each time).")
    private Long seed;

    @Option(
            names = "--hosts",
            paramLabel = "N",
            defaultValue = "100",
            description = "Simulated by each producer, 8 series each (default: 100).")
    private int hosts;

    @Option(
            names = "--disk",
            paramLabel = "SIZE",
            defaultValue = "1536m",
            converter = ByteSize.class,
            description = "What the log may take (default: 1536m).")
    private long diskBytes;

    @Option(
            names = "--dir",
            paramLabel = "D",
            description = "Where: empty or missing (default: a new one among the temporary files).")
    private Path directory;

    @Option(names = "--keep", description = "Leave the log behind and say how to look at it.")
    private boolean keep;

    @Option(names = "--json", description = "The result as one JSON object: see REPORT.md.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        final DemoOptions options = options();
        final Remarks remarks = seriatim.remarks();
        final WorkDirectory work = WorkDirectory.create(directory);
        boolean leave = keep;
        try {
            final Demo demo = new Demo(options, work, disk(work, remarks), remarks);
            remarks.remark("log: " + work.log() + ", seed: " + options.seed());
            final Thread hook = Thread.ofPlatform().unstarted(() -> interrupted(demo, work, remarks));
            Runtime.getRuntime().addShutdownHook(hook);
            try {
                final DemoResult result = run(demo, options, work);
                leave |= !result.held();
                remarks.clear();
                seriatim.streams().out().printLast(json ? DemoJson.of(result) : DemoText.of(result));
                return result.held() ? ExitCode.SOUND : ExitCode.DAMAGED;
            } finally {
                demo.killChild();
                unhook(hook);
            }
        } finally {
            leave(work, leave, remarks);
        }
    }

    private DemoOptions options() {
        final List<String> wrong = List.of(
                outOfRange("--rounds", rounds, 1, MOST_ROUNDS),
                outOfRange("--seconds", seconds, 0.1, 3600),
                outOfRange("--hosts", hosts, 1, MOST_HOSTS),
                outOfRange("--disk", diskBytes, ChildPlan.LEAST_BYTES, Long.MAX_VALUE >> 2));
        wrong.stream().filter(message -> !message.isEmpty()).findFirst().ifPresent(message -> {
            throw new ParameterException(spec.commandLine(), message);
        });
        final long chosen = seed == null ? new SplittableRandom().nextInt(Integer.MAX_VALUE) : seed;
        return new DemoOptions(rounds, seconds, chosen, hosts, diskBytes, directory, keep);
    }

    private static <N extends Number> String outOfRange(String option, N value, N least, N most) {
        return value.doubleValue() >= least.doubleValue() && value.doubleValue() <= most.doubleValue()
                ? ""
                : option + " out of range [" + least + ", " + most + "]: " + value;
    }

    private static DemoResult run(Demo demo, DemoOptions options, WorkDirectory work) throws InterruptedException {
        Counterexample counterexample = null;
        try {
            demo.run();
        } catch (Counterexample found) {
            counterexample = found;
        }
        final boolean left = options.keep() || counterexample != null;
        return new DemoResult(options.seed(), demo.results(), counterexample, left ? work.log() : null);
    }

    private long disk(WorkDirectory work, Remarks remarks) {
        final long free;
        try {
            free = Files.getFileStore(work.path()).getUsableSpace();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        final long share = (long) (free * SHARE_OF_FREE_SPACE) - ChildPlan.LEAST_BYTES;
        if (share >= diskBytes) {
            return diskBytes;
        }
        if (share < ChildPlan.LEAST_BYTES) {
            throw new CannotRunException("too little space: directory=" + work.path() + " free=" + ByteSize.text(free)
                    + " (name a directory on another disk with --dir)");
        }
        remarks.remark("only " + ByteSize.text(free) + " free in " + work.path() + ": the log gets "
                + ByteSize.text(share) + " instead of " + ByteSize.text(diskBytes) + ", so rounds are shorter");
        return share;
    }

    /// The process is being ended from outside.
    private void interrupted(Demo demo, WorkDirectory work, Remarks remarks) {
        demo.killChild();
        remarks.silence();
        if (!keep) {
            work.delete();
        }
    }

    private static void unhook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // It is running.
        }
    }

    private static void leave(WorkDirectory work, boolean leave, Remarks remarks) {
        if (leave) {
            remarks.say("kept: " + work.path());
            remarks.say("  seriatim verify " + work.log());
            remarks.say("  seriatim replay " + work.log() + " | head");
        } else if (!work.delete()) {
            remarks.say("could not delete all of " + work.path());
        }
    }
}
