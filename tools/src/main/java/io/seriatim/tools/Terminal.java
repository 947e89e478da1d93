package io.seriatim.tools;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whether a file descriptor is a terminal.
final class Terminal {
    private Terminal() {}

    /// The JDK answers for stdin and stdout together only; Linux for each.
    static boolean isTerminal(int descriptor) {
        try {
            final String target = Files.readSymbolicLink(Path.of("/proc/self/fd", String.valueOf(descriptor)))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException _) {
            final Console console = System.console();
            return console != null && console.isTerminal();
        }
    }
}
