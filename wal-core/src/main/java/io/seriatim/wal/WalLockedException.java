package io.seriatim.wal;

import java.nio.file.Path;

/// Somebody else has the log open for writing, or consumes under the same name.
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

    /// @param directory the log
    /// @param consumer  the name under which somebody consumes
    /// @param pid       the process that does, or -1 if unknown
    public WalLockedException(Path directory, String consumer, long pid) {
        super(
                "somebody consumes under that name: directory=" + directory + " consumer=" + consumer + " pid="
                        + (pid < 0 ? "unknown" : pid) + " (one at a time for each name; close it or take another name)",
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
