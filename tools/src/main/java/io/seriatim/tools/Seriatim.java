package io.seriatim.tools;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/// The `seriatim` command.
@Command(
        name = "seriatim",
        mixinStandardHelpOptions = true,
        versionProvider = Seriatim.Version.class,
        description = "A write-ahead log for time series, and what one does with it.")
public final class Seriatim implements Runnable {
    /// Exit code for arguments that make no sense, as in `sysexits.h`.
    static final int BAD_ARGUMENTS = 64;

    public static void main(String[] args) {
        CommandLine line = new CommandLine(new Seriatim());
        line.getCommandSpec().exitCodeOnInvalidInput(BAD_ARGUMENTS);
        System.exit(line.execute(args));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    /// The version in the manifest of the jar.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Seriatim.class.getPackage().getImplementationVersion();
            return new String[] {"seriatim " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
