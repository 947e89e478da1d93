package io.seriatim.wal;

import java.nio.file.Path;

/// Somebody else has the log open for writing.
public final class WalLockedException extends WalException {
    private static final long serialVersionUID = 1L;

    private final transient Path directory;
    private final long pid;

    /// @param directory the log
    /// @param pid       the process that holds it, or -1 if unknown
    public WalLockedException(Path directory, long pid) {
        super(
                "log is open elsewhere: directory=" + directory + " pid=" + (pid < 0 ? "unknown" : pid)
                        + " (one writer at a time; readers need no lock)",
                null);
        this.directory = directory;
        this.pid = pid;
    }

    /// @return the log
    public Path directory() {
        return directory;
    }

    /// @return the process that holds it, or -1 if unknown
    public long pid() {
        return pid;
    }
}
