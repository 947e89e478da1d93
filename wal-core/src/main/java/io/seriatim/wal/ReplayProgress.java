package io.seriatim.wal;

/// Told how far a replay is, once for each segment or so; from any of its threads, one at a time.
@FunctionalInterface
public interface ReplayProgress {
    /// Says nothing.
    ReplayProgress SILENT = (_, _) -> {};

    /// @param bytesDone  bytes of segments finished
    /// @param bytesTotal bytes of segments found at the start
    void onProgress(long bytesDone, long bytesTotal);
}
