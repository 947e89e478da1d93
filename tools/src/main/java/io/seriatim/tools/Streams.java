package io.seriatim.tools;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Where a command writes, and reads. Results go to `out`, everything else to `err`.
///
/// @param out           results, for machines or for people
/// @param err           progress, remarks and errors, for people
/// @param outIsTerminal whether somebody looks at `out`
/// @param errIsTerminal whether somebody looks at `err`
/// @param colours       whether colours are welcome where somebody looks
/// @param in            what the user, or another program, hands in
public record Streams(
        Output out, PrintStream err, boolean outIsTerminal, boolean errIsTerminal, boolean colours, InputStream in) {
    /// With the input of this process.
    Streams(Output out, PrintStream err, boolean outIsTerminal, boolean errIsTerminal, boolean colours) {
        this(out, err, outIsTerminal, errIsTerminal, colours, new FileInputStream(FileDescriptor.in));
    }

    /// @return the streams of this process
    static Streams system() {
        return new Streams(
                new Output(new FileOutputStream(FileDescriptor.out)),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                Terminal.isTerminal(1),
                Terminal.isTerminal(2),
                coloursWelcome(System.getenv()));
    }

    /// What [no-color.org](https://no-color.org) asks for: any value but the empty one switches colours off.
    static boolean coloursWelcome(Map<String, String> environment) {
        return environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
    }

    /// @return whether to colour what goes to `out`
    public boolean coloursOnOut() {
        return colours && outIsTerminal;
    }

    /// @return whether to colour what the command line parser prints, to either stream
    boolean coloursOnBoth() {
        return colours && outIsTerminal && errIsTerminal;
    }
}
