package io.seriatim.tools.replay;

import io.seriatim.tools.select.Selection;
import java.util.BitSet;

/// Which part of a log is asked for.
///
/// @param selection the series
/// @param shards    the shards, all if it is empty
record Choice(Selection selection, BitSet shards) {
    /// @return whether all of it is
    boolean isEverything() {
        return selection.isEverything() && shards.isEmpty();
    }
}
