package io.seriatim.tools;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/// The log that a command reads.
public final class LogArgument {
    @Parameters(paramLabel = "D", description = "The log's directory. It may be open for writing elsewhere.")
    private Path directory;

    /// @return the log's directory
    /// @throws CannotRunException if it is not there
    public Path directory() {
        return required(directory);
    }

    /// @return the log's directory
    /// @throws CannotRunException if it is not there
    public static Path required(Path directory) {
        if (!Files.exists(directory)) {
            throw new CannotRunException("no such directory: directory=" + directory);
        }
        if (!Files.isDirectory(directory)) {
            throw new CannotRunException("not a directory: file=" + directory + " (name the log's directory)");
        }
        return directory;
    }
}
