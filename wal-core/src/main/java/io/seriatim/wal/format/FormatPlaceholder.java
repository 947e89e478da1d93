package io.seriatim.wal.format;

/// Something to export until the real sources arrive.
public final class FormatPlaceholder {
    /// No version.
    public static final int VERSION = 0;

    private FormatPlaceholder() {}
}
