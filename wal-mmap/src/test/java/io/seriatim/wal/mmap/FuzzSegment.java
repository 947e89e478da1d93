package io.seriatim.wal.mmap;

/// Fuzz target: the frames of one segment; checksums are made right if the first byte is even.
public final class FuzzSegment {
    private static final int MAX_BYTES = 64 * 1024;

    private FuzzSegment() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > 0 && input.length <= MAX_BYTES) {
            HostileLogJudge.judge(HostileLog.ofFrames(input, 1, (input[0] & 1) == 0), true);
        }
    }
}
