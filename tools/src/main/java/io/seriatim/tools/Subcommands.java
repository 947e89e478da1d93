package io.seriatim.tools;

import io.seriatim.tools.completion.CompletionCommand;
import io.seriatim.tools.demo.DemoCommand;
import io.seriatim.tools.diff.DiffCommand;
import io.seriatim.tools.dump.DumpCommand;
import io.seriatim.tools.ingest.IngestCommand;
import io.seriatim.tools.repair.RepairCommand;
import io.seriatim.tools.replay.ReplayCommand;
import io.seriatim.tools.serve.ServeCommand;
import io.seriatim.tools.serve.ServeSettings;
import io.seriatim.tools.stat.StatCommand;
import io.seriatim.tools.top.TopCommand;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;

/// The commands, in the order in which help lists them.
///
/// To know a command's options takes reflection over all of it, which was most of what a start takes. So only
/// what may be meant is looked at; of the others help needs a name and a line.
final class Subcommands {
    private static final List<Class<?>> ALL = List.of(
            DemoCommand.class,
            DiffCommand.class,
            DumpCommand.class,
            IngestCommand.class,
            RepairCommand.class,
            ReplayCommand.class,
            ServeCommand.class,
            StatCommand.class,
            TopCommand.class,
            VerifyCommand.class,
            CompletionCommand.class,
            HelpCommand.class);

    private Subcommands() {}

    static void addTo(CommandLine line, String... arguments) {
        final List<String> words = List.of(arguments);
        final boolean all = words.contains(name(CompletionCommand.class));
        for (final Class<?> one : ALL) {
            final String name = name(one);
            if (all || words.contains(name)) {
                line.addSubcommand(name, one);
                if (one == ServeCommand.class) {
                    line.getSubcommands().get(name).setDefaultValueProvider(new ServeSettings(words, System.getenv()));
                }
            } else {
                line.addSubcommand(name, new CommandLine(inOneLine(one)));
            }
        }
    }

    private static String name(Class<?> one) {
        return one.getAnnotation(Command.class).name();
    }

    private static CommandSpec inOneLine(Class<?> one) {
        final CommandSpec spec = CommandSpec.create().name(name(one));
        spec.usageMessage().header(one.getAnnotation(Command.class).header());
        return spec;
    }
}
