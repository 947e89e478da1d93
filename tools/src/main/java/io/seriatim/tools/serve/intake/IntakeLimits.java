package io.seriatim.tools.serve.intake;

import io.seriatim.wal.Labels;

/// What one [Intake] takes at most.
///
/// @param maxLabels     most labels of a series
/// @param maxLabelBytes most bytes of all labels of a series, as the log encodes them
/// @param cachedSeries  most series in the look-up table of one [Intake]; when it is full it begins anew
public record IntakeLimits(int maxLabels, int maxLabelBytes, int cachedSeries) {
    /// @throws IllegalArgumentException naming the limit and the offender
    public IntakeLimits {
        require("maxLabels", maxLabels, Labels.MAX_COUNT);
        require("maxLabelBytes", maxLabelBytes, Labels.MAX_ENCODED_BYTES);
        require("cachedSeries", cachedSeries, 1 << 28);
    }

    private static void require(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " out of range [1, " + most + "]: " + name + "=" + value);
        }
    }

    /// @return limits that no honest sender meets: 128 labels of 16 KiB, a million series
    public static IntakeLimits standard() {
        return new IntakeLimits(128, 16 * 1024, 1_000_000);
    }
}
