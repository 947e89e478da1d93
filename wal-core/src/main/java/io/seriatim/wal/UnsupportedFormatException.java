package io.seriatim.wal;

import java.nio.file.Path;

/// The log is sound but not for this program: a newer format version, or another time unit than asked for.
public final class UnsupportedFormatException extends WalException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;

    /// @param file     where it was seen
    /// @param property what does not fit
    /// @param found    what the file says
    /// @param expected what this program wants
    public UnsupportedFormatException(Path file, String property, Object found, Object expected) {
        super(
                "unsupported " + property + ": file=" + file + " found=" + found + " supported=" + expected
                        + " (open it with the program or the configuration that wrote it)",
                null);
        this.file = file;
    }

    /// @return where it was seen
    public Path file() {
        return file;
    }
}
