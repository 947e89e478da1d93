package io.seriatim.tools.serve.intake;

import io.seriatim.wal.SeriesHandle;

/// A series as one way of writing it stands for it: several ways may name one series and describe it differently.
///
/// @param state       of the series
/// @param description what this way of writing says about it
record Sighting(SeriesState state, Description description) {
    SeriesHandle handle() {
        return state.handle();
    }
}
