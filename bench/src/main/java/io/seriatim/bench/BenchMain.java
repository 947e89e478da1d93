package io.seriatim.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// The suite: `bench/bin/bench`.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures Seriatim beside its rivals, and draws what was measured.",
        subcommands = {RunCommand.class, ListCommand.class, RenderCommand.class})
public final class BenchMain implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    private BenchMain() {}

    /// Runs what the arguments say; see `--help`.
    public static void main(String[] args) {
        System.exit(new CommandLine(new BenchMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(ContenderKind.class, ContenderKind::of)
                .registerConverter(Part.class, Part::of)
                .execute(args));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(System.err);
        return 64;
    }
}
