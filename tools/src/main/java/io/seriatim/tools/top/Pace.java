package io.seriatim.tools.top;

import io.seriatim.wal.mmap.WalCounters;

/// How fast a shard is, or several; rates are NaN if there is nothing to compare with.
///
/// @param recordsPerSecond     records appended
/// @param bytesPerSecond       bytes of log appended
/// @param forcesPerSecond      successful forces
/// @param forcedBytesPerSecond bytes that they covered
/// @param forces               forces since the look before
/// @param forceNanos           how long these took
/// @param lastForceNanos       how long the last one took
/// @param maxForceNanos        how long the longest one took since the log was opened
/// @param lagBytes             appended and not durable yet
/// @param openBytes            claimed, and not all of it stored yet
/// @param waits                appends that had to wait since the look before
/// @param dropped              appends dropped since the look before
/// @param poisoned             whether one takes nothing any more
record Pace(
        double recordsPerSecond,
        double bytesPerSecond,
        double forcesPerSecond,
        double forcedBytesPerSecond,
        long forces,
        long forceNanos,
        long lastForceNanos,
        long maxForceNanos,
        long lagBytes,
        long openBytes,
        long waits,
        long dropped,
        boolean poisoned) {

    static final Pace NONE = new Pace(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, false);

    /// @param before  the same shard at the look before, or null
    /// @param seconds between the two, NaN if unknown
    static Pace of(WalCounters.Shard now, WalCounters.Shard before, double seconds) {
        final WalCounters.Shard from = before == null ? now : before;
        return new Pace(
                (now.records() - from.records()) / seconds,
                (now.tail() - from.tail()) / seconds,
                (now.forces() - from.forces()) / seconds,
                (now.forcedBytes() - from.forcedBytes()) / seconds,
                now.forces() - from.forces(),
                now.forceNanos() - from.forceNanos(),
                now.lastForceNanos(),
                now.maxForceNanos(),
                now.tail() - now.durable(),
                now.tail() - now.committed(),
                now.waits() - from.waits(),
                now.dropped() - from.dropped(),
                now.poisoned());
    }

    Pace plus(Pace other) {
        return new Pace(
                recordsPerSecond + other.recordsPerSecond,
                bytesPerSecond + other.bytesPerSecond,
                forcesPerSecond + other.forcesPerSecond,
                forcedBytesPerSecond + other.forcedBytesPerSecond,
                forces + other.forces,
                forceNanos + other.forceNanos,
                Math.max(lastForceNanos, other.lastForceNanos),
                Math.max(maxForceNanos, other.maxForceNanos),
                lagBytes + other.lagBytes,
                openBytes + other.openBytes,
                waits + other.waits,
                dropped + other.dropped,
                poisoned || other.poisoned);
    }

    /// @return how long a force took since the look before, in nanoseconds; NaN if there was none
    double meanForceNanos() {
        return forces == 0 ? Double.NaN : (double) forceNanos / forces;
    }
}
