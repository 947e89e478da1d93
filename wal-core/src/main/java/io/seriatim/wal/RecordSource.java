package io.seriatim.wal;

/// Memory of whatever library that an opaque record's bytes come from: for adapters. It is copied once, straight into
/// the frame under construction.
@FunctionalInterface
public interface RecordSource {
    /// Copies bytes to where the log wants them: exactly `length` of them. If it throws, nothing is logged. What it
    /// leaves out is logged as zeros. It may append to the same log.
    ///
    /// @param offset first byte to copy, as given to [Wal#appendRecord(int, int, RecordSource, long, int)]
    /// @param target where to; not to be kept, and not to be changed elsewhere
    /// @param at     first byte to overwrite
    /// @param length how many
    void copyTo(long offset, byte[] target, int at, int length);
}
