package io.seriatim.tools.completion;

import io.seriatim.tools.Seriatim;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `seriatim completion`: what makes a shell complete commands, options and their values.
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        versionProvider = Seriatim.Version.class,
        header = "Writes a completion script for bash and zsh.",
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        description = {
            "With it, the tab key completes commands, options and the values that an option can have.%n",
        },
        footer = {
            "",
            "@|bold Examples|@",
            "  source <(seriatim completion)                                          this shell",
            "  seriatim completion > ~/.local/share/bash-completion/completions/seriatim   every bash from now on",
            "  echo 'autoload -U +X bashcompinit && bashcompinit; source <(seriatim completion)' >> ~/.zshrc",
            "",
            "Exit codes: 0 written, 3 could not run, 64 bad arguments.",
        })
public final class CompletionCommand implements Callable<Integer> {
    @ParentCommand
    private Seriatim seriatim;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        seriatim.streams()
                .out()
                .printLast(AutoComplete.bash("seriatim", spec.root().commandLine()));
        return 0;
    }
}
