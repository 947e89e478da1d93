package io.seriatim.wal.mmap;

/// Fuzz target: a directory of several segments, checksums right ([HostileLog]).
public final class FuzzLog {
    private FuzzLog() {}

    public static void fuzzerTestOneInput(byte[] input) {
        HostileLogJudge.judge(HostileLog.of(input), true);
    }
}
