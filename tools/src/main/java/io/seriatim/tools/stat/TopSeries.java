package io.seriatim.tools.stat;

import io.seriatim.wal.Labels;

/// A series that has much of something.
///
/// @param labels its labels
/// @param cut    whether labels were left out because they are too long to keep
/// @param amount how many samples or bytes it has
record TopSeries(Labels labels, boolean cut, Estimate amount) {}
