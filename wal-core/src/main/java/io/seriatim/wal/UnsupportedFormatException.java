package io.seriatim.wal;

import java.nio.file.Path;

/// The log is sound but not for this program: a newer format version, or another time unit than asked for.
public final class UnsupportedFormatException extends WalException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final String property;
    private final String found;
    private final String supported;

    /// @param file      where it was seen
    /// @param property  what does not fit
    /// @param found     what the file says
    /// @param supported what this program wants
    public UnsupportedFormatException(Path file, String property, Object found, Object supported) {
        super(
                "unsupported " + property + ": file=" + file + " found=" + found + " supported=" + supported
                        + " (open it with the program or the configuration that wrote it)",
                null);
        this.file = file;
        this.property = property;
        this.found = String.valueOf(found);
        this.supported = String.valueOf(supported);
    }

    /// @return where it was seen
    public Path file() {
        return file;
    }

    /// @return what does not fit
    public String property() {
        return property;
    }

    /// @return what the file says
    public String found() {
        return found;
    }

    /// @return what this program wants
    public String supported() {
        return supported;
    }
}
