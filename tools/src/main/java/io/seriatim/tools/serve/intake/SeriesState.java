package io.seriatim.tools.serve.intake;

import io.seriatim.wal.Histogram;
import io.seriatim.wal.SeriesHandle;

/// A series and what this [Intake] has said about it in the log. Not thread-safe.
final class SeriesState {
    private final SeriesHandle handle;

    /// What was said last, or null.
    private Description said;

    /// Where in the log that was: see [Session#describe].
    private long saidAt;

    /// The start that was said last.
    private long start = Histogram.NO_START;

    /// The time of the newest sample taken, if there was one.
    private long lastTime = Histogram.NO_START;

    SeriesState(SeriesHandle handle) {
        this.handle = handle;
    }

    SeriesHandle handle() {
        return handle;
    }

    Description said() {
        return said;
    }

    long start() {
        return start;
    }

    long saidAt() {
        return saidAt;
    }

    void say(Description description, long start, long at) {
        this.said = description;
        this.saidAt = at;
        this.start = start;
    }

    long lastTime() {
        return lastTime;
    }

    void lastTime(long time) {
        this.lastTime = time;
    }
}
