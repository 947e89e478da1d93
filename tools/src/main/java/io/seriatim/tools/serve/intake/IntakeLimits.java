package io.seriatim.tools.serve.intake;

import io.seriatim.wal.Labels;

/// What one [Intake] takes at most.
///
/// @param maxLabels     most labels of a series
/// @param maxLabelBytes most bytes of all labels of a series, as the log encodes them
/// @param cachedSeries  most series in the look-up table of one [Intake]; when it is full it begins anew
/// @param cachedBytes   about how much heap all that one [Intake] looks up may take; as for `cachedSeries`
public record IntakeLimits(int maxLabels, int maxLabelBytes, int cachedSeries, long cachedBytes) {
    /// The least that `cachedBytes` may be.
    public static final long LEAST_CACHED_BYTES = 1 << 20;

    /// @throws IllegalArgumentException naming the limit and the offender
    public IntakeLimits {
        require("maxLabels", maxLabels, Labels.MAX_COUNT);
        require("maxLabelBytes", maxLabelBytes, Labels.MAX_ENCODED_BYTES);
        require("cachedSeries", cachedSeries, 1 << 28);
        if (cachedBytes < LEAST_CACHED_BYTES) {
            throw new IllegalArgumentException(
                    "cachedBytes must be at least " + LEAST_CACHED_BYTES + ": cachedBytes=" + cachedBytes);
        }
    }

    private static void require(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " out of range [1, " + most + "]: " + name + "=" + value);
        }
    }

    /// @return limits that no honest sender meets: 128 labels of 16 KiB, a million series, 512 MiB
    public static IntakeLimits standard() {
        return new IntakeLimits(128, 16 * 1024, 1_000_000, 512L << 20);
    }
}
