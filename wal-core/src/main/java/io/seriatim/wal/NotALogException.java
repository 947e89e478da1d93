package io.seriatim.wal;

import java.nio.file.Path;

/// The directory holds something, or nothing, but no log. Nothing in it was touched.
public final class NotALogException extends WalException {
    private static final long serialVersionUID = 1L;

    private final transient Path directory;
    private final String reason;

    /// @param directory what was looked at
    /// @param reason    why it is none
    public NotALogException(Path directory, String reason) {
        super(
                "not a log: directory=" + directory + " reason=" + reason
                        + " (a log is a directory with wal.meta and shard-000 in it; a new one begins in an empty or"
                        + " missing directory)",
                null);
        this.directory = directory;
        this.reason = reason;
    }

    /// @return what was looked at
    public Path directory() {
        return directory;
    }

    /// @return why it is none
    public String reason() {
        return reason;
    }
}
