package io.seriatim.tools;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The `seriatim` command: what one does with a log from a shell.
@Command(
        name = "seriatim",
        mixinStandardHelpOptions = true,
        versionProvider = Seriatim.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "A write-ahead log for time series, and what one does with it.%n",
        footer = {
            "",
            "@|bold Examples|@",
            "  seriatim demo                          see it log, die, recover and be compared",
            "  seriatim verify /var/lib/app/wal       what is in it, is it sound?",
            "  seriatim repair /var/lib/app/wal       what could be saved of a damaged one?",
            "  seriatim replay /var/lib/app/wal | head",
            "  seriatim ingest --dir wal metrics.prom   text, or other programs' logs, into a log",
            "  seriatim serve --dir wal               OTLP and Prometheus remote write into a log",
            "  seriatim diff wal repaired              what has one that the other lacks?",
            "  seriatim help replay                   more about a command",
            "",
            "@|bold Exit codes|@",
            "   0  sound",
            "   1  the end is torn, nothing that was durable is missing",
            "   2  damage or loss",
            "   3  could not run: no such log, locked, input or output failed",
            "  64  bad arguments",
        })
public final class Seriatim implements Runnable {
    private static final int HELP_WIDTH = 110;

    private final Streams streams;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "No progress and no remarks on stderr.")
    private boolean quiet;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Errors with their stack traces.")
    private boolean debug;

    private Remarks remarks;

    Seriatim(Streams streams) {
        this.streams = streams;
    }

    /// Runs the command and ends the process.
    public static void main(String[] args) {
        // Else picocli looks for Groovy, which opens each of the libraries.
        System.setProperty("picocli.disable.closures", "true");
        final int code = run(Streams.system(), args);
        if (code != ExitCode.SOUND || othersRun()) {
            System.exit(code);
        }
        // The JVM ends by itself, without the search for loggers in each of the libraries that System.exit does.
    }

    /// @return whether there are threads for whose end the JVM would wait
    private static boolean othersRun() {
        ThreadGroup all = Thread.currentThread().getThreadGroup();
        while (all.getParent() != null) {
            all = all.getParent();
        }
        final Thread[] threads = new Thread[all.activeCount() + 1];
        final int count = all.enumerate(threads);
        boolean othersRun = count == threads.length; // there may be more
        for (int i = 0; i < count; i++) {
            othersRun |= !threads[i].isDaemon() && threads[i] != Thread.currentThread();
        }
        return othersRun;
    }

    /// Runs the command.
    ///
    /// @return its exit code
    public static int run(Streams streams, String... args) {
        final Seriatim seriatim = new Seriatim(streams);
        final CommandLine line = new CommandLine(seriatim);
        Subcommands.addTo(line, args);
        final StringWriter out = new StringWriter();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(new OutputStreamWriter(streams.err(), StandardCharsets.UTF_8), true));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(streams.coloursOnBoth() ? Ansi.ON : Ansi.OFF));
        line.setUsageHelpWidth(HELP_WIDTH);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(Failures::badArguments);
        line.setExecutionExceptionHandler((failure, _, _) -> Failures.explain(seriatim, failure));
        final int code = line.execute(args);
        try {
            streams.out().printLast(out.toString());
        } catch (Output.Lost failure) {
            return Failures.explain(seriatim, failure);
        }
        return code;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a COMMAND is missing");
    }

    /// @return where to write
    public Streams streams() {
        return streams;
    }

    /// @return what to tell people
    public Remarks remarks() {
        if (remarks == null) {
            remarks = new Remarks(streams.err(), streams.errIsTerminal(), quiet);
        }
        return remarks;
    }

    /// @return whether only what the user must see is to be said
    public boolean quiet() {
        return quiet;
    }

    boolean debug() {
        return debug;
    }

    /// The version in the manifest of the jar.
    public static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            final String version = Seriatim.class.getPackage().getImplementationVersion();
            return new String[] {"seriatim " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
