package io.seriatim.wal;

import java.nio.file.Path;

/// The file system refused something outside the append path.
public final class WalIoException extends WalException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;

    /// @param action what was tried, in a few words
    /// @param file   on what
    /// @param cause  what the file system said
    public WalIoException(String action, Path file, Throwable cause) {
        super("cannot " + action + ": file=" + file + " cause=" + cause, cause);
        this.file = file;
    }

    /// @return the file or directory concerned
    public Path file() {
        return file;
    }
}
