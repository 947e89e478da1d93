package io.seriatim.wal.mmap;

/// Fuzz target: a file in a segment's place, byte for byte.
public final class FuzzFile {
    private static final int MAX_BYTES = 64 * 1024;

    private FuzzFile() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length <= MAX_BYTES) {
            HostileLogJudge.judge(HostileLog.ofFile(input), false);
        }
    }
}
