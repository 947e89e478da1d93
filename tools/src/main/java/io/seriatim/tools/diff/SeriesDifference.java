package io.seriatim.tools.diff;

/// How one series differs between two logs.
///
/// @param series  as Prometheus writes it; of opaque records their kind
/// @param inA     samples in the first log, -1 if it does not have the series
/// @param inB     samples in the second log, -1 if it does not have the series
/// @param onlyInA samples that only the first log has
/// @param onlyInB samples that only the second log has
/// @param changed samples of one time with different values
/// @param first   smallest time of a difference, `Long.MAX_VALUE` if there is none
/// @param last    largest time of a difference, `Long.MIN_VALUE` if there is none
record SeriesDifference(
        String series, long inA, long inB, long onlyInA, long onlyInB, long changed, long first, long last) {
    boolean isTimed() {
        return first <= last;
    }
}
