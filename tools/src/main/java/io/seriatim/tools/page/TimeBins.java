package io.seriatim.tools.page;

import java.util.Map;
import java.util.TreeMap;

/// What flush marks say of batches, by time, in bins that grow with the time that they span: however long a log
/// is, there are a few hundred. Thread-safe.
final class TimeBins {
    private static final int MOST = 512;

    private final TreeMap<Long, Bin> bins = new TreeMap<>();
    private long widthMs = 1;

    /// The batches of a stretch of time.
    ///
    /// @param batches  how many
    /// @param records  records in them
    /// @param bytes    bytes of log that they took up
    /// @param maxBytes bytes of the largest
    record Bin(long batches, long records, long bytes, long maxBytes) {
        Bin join(Bin other) {
            return new Bin(
                    batches + other.batches,
                    records + other.records,
                    bytes + other.bytes,
                    Math.max(maxBytes, other.maxBytes));
        }
    }

    synchronized void add(long wallClockMs, long records, long bytes) {
        bins.merge(Math.floorDiv(wallClockMs, widthMs), new Bin(1, records, bytes, bytes), Bin::join);
        while (bins.size() > 1 && isWide()) {
            widthMs *= 2;
            final Map<Long, Bin> finer = new TreeMap<>(bins);
            bins.clear();
            finer.forEach((number, bin) -> bins.merge(Math.floorDiv(number, 2), bin, Bin::join));
        }
    }

    private boolean isWide() {
        final long span = bins.lastKey() - bins.firstKey();
        return span >= MOST || span < 0; // wider than a long
    }

    /// @return milliseconds that a bin spans
    synchronized long widthMs() {
        return widthMs;
    }

    /// @return by number, which is the time since 1970 in bins; those without batches left out
    synchronized TreeMap<Long, Bin> bins() {
        return new TreeMap<>(bins);
    }
}
