package io.seriatim.wal.mmap;

/// How fast a shard is written, and what follows for the segments that are prepared ahead of it. The preparer's
/// alone.
///
/// *How long the writes of zeros are.* That decides the folios in which the kernel caches the file. Long ones
/// cost less processor time, but a dirty page is written back with its whole folio. Measured for 64 MiB on
/// ext4, milliseconds of processor time to write and force zeros, to touch every page, and to force everything
/// again, then the force of one page: in writes of 4 KiB 62 + 36 + 19 ms, 104 us; 16 KiB 28 + 12 + 10 ms, 108
/// us; 64 KiB 17 + 5 + 7 ms, 130 us; 256 KiB 11 + 3 + 6 ms, 190 us. So a shard whose forces are large gets long
/// ones; one that waits for small forces does not.
///
/// *How many are ready.* The disk takes 70 to 160 ms to have a segment written and forced beside the producer's
/// own data. A shard that fills one in 100 ms is spared waits by more of them; for a slow one they would only
/// be space.
///
/// Both together, in fresh JVMs in turn, medians of four: 15.9 and 18.0 million appends a second by handle, 94
/// and 84 ns of processor time for each.
final class Pace {
    static final int LEAST_ZERO_BYTES = 16 << 10;
    static final int MAX_ZERO_BYTES = 256 << 10;

    private static final int FOLIOS_PER_FORCE = 8;
    private static final long AHEAD_BYTES = 128 << 20;
    private static final long MAX_AHEAD_BYTES = 256 << 20;
    private static final int MAX_AHEAD = 4;
    private static final double AHEAD_SECONDS = 0.4;

    private final FlushStats stats;
    private final long segmentBytes;
    private final boolean capped;

    private long seenNs;
    private long seenForces;
    private long seenBytes;
    private int zeroBytes = LEAST_ZERO_BYTES;
    private long aheadBytes = AHEAD_BYTES;

    /// @param capped whether the log's bytes are: what one shard keeps ahead, another may be waiting for then
    Pace(FlushStats stats, int segmentBytes, boolean capped) {
        this.stats = stats;
        this.segmentBytes = segmentBytes;
        this.capped = capped;
        this.seenNs = System.nanoTime();
    }

    /// Looks at what was forced since the last call. Called when a preparation begins.
    void look(long nowNs) {
        final long forces = stats.forces.get();
        final long bytes = stats.forcedBytes.get();
        if (forces > seenForces && nowNs > seenNs) {
            final long perForce = (bytes - seenBytes) / (forces - seenForces) / FOLIOS_PER_FORCE;
            zeroBytes = (int) Long.highestOneBit(Math.clamp(perForce, LEAST_ZERO_BYTES, MAX_ZERO_BYTES));
            final double perSecond = (bytes - seenBytes) * 1e9 / (nowNs - seenNs);
            aheadBytes = Math.clamp((long) (perSecond * AHEAD_SECONDS), AHEAD_BYTES, MAX_AHEAD_BYTES);
        }
        seenNs = nowNs;
        seenForces = forces;
        seenBytes = bytes;
    }

    /// @return the length of the writes of zeros, a power of two
    int zeroBytes() {
        return zeroBytes;
    }

    /// @return how many segments should be ready beyond the one that is written to
    int ahead() {
        return capped ? 1 : Math.clamp(aheadBytes / segmentBytes, 1, MAX_AHEAD);
    }
}
