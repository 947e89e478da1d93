package io.seriatim.tools.demo;

import io.seriatim.wal.ReplayReport;

/// What one round came to.
///
/// @param round           from 1 on
/// @param seconds         that the child logged
/// @param appends         known to have returned
/// @param samplesReturned samples in them
/// @param samplesDurable  samples acknowledged as durable
/// @param samplesFound    samples of this round found after its death
/// @param appendsBeyond   appends found that nobody had reported as returned: they were on their way
/// @param tail            what opening found at the ends
/// @param recoverySeconds that opening took
/// @param samplesReplayed samples replayed and compared, of the earlier rounds too
/// @param replaySeconds   that replaying and comparing took
record RoundResult(
        int round,
        double seconds,
        long appends,
        long samplesReturned,
        long samplesDurable,
        long samplesFound,
        long appendsBeyond,
        ReplayReport.State tail,
        double recoverySeconds,
        long samplesReplayed,
        double replaySeconds) {
    double appendsPerSecond() {
        return appends / Math.max(seconds, 1e-9);
    }

    double samplesPerSecond() {
        return samplesReturned / Math.max(seconds, 1e-9);
    }

    double replayedPerSecond() {
        return samplesReplayed / Math.max(replaySeconds, 1e-9);
    }
}
