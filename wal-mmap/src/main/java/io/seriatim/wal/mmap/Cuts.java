package io.seriatim.wal.mmap;

import java.util.Map;

/// Where [io.seriatim.wal.ReplayPolicy#PREFIX] stops: for each epoch the position of its first gap.
///
/// @param byEpoch per epoch id the first position not to be delivered
/// @param forGood from this position on nothing at all is delivered
record Cuts(Map<Long, Long> byEpoch, long forGood) {
    static final Cuts NONE = new Cuts(Map.of(), Long.MAX_VALUE);
}
