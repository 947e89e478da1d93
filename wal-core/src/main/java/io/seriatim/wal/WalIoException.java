package io.seriatim.wal;

import java.nio.file.AccessDeniedException;
import java.nio.file.Path;

/// The file system refused something outside the append path.
public final class WalIoException extends WalException {
    private static final long serialVersionUID = 1L;

    private final String action;
    private final transient Path file;

    /// @param action what was tried, in a few words
    /// @param file   on what
    /// @param cause  what the file system said
    public WalIoException(String action, Path file, Throwable cause) {
        super("cannot " + action + ": file=" + file + " cause=" + cause + " (" + advice(cause) + ")", cause);
        this.action = action;
        this.file = file;
    }

    private static String advice(Throwable cause) {
        return cause instanceof AccessDeniedException
                ? "this user may not: give it the rights, or be the user whose log it is"
                : "mend the file system, then try again";
    }

    /// @return what was tried, in a few words
    public String action() {
        return action;
    }

    /// @return the file or directory concerned
    public Path file() {
        return file;
    }
}
