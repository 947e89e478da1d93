package io.seriatim.tools.demo;

/// What the parent knows of one producer in one round. The pipe's reader writes it, others read it after the child's
/// death, or for progress.
final class Ledger {
    private final int round;
    private final Script script;
    private volatile long returned;
    private volatile long durable;
    private long[] settled;
    private long appendsFound;
    private long samplesFound;

    Ledger(int round, Script script) {
        this.round = round;
        this.script = script;
    }

    int round() {
        return round;
    }

    Script script() {
        return script;
    }

    /// The first `appends` appends returned.
    void returned(long appends) {
        returned = Math.max(returned, appends);
    }

    /// The first `appends` appends were acknowledged as durable, so they returned as well.
    void durable(long appends) {
        durable = Math.max(durable, appends);
        returned(appends);
    }

    /// @return how many appends are known to have returned
    long returned() {
        return returned;
    }

    /// @return how many appends are known to be durable
    long durable() {
        return durable;
    }

    /// Writes down what was found when the round was compared for the first time. It must be found again ever after.
    ///
    /// @param samples per series, how many samples
    /// @param appends how many appends they make, the last maybe in part
    void settle(long[] samples, long appends) {
        settled = samples;
        appendsFound = appends;
        samplesFound = 0;
        for (final long count : samples) {
            samplesFound += count;
        }
    }

    /// @return whether the round was compared before
    boolean isSettled() {
        return settled != null;
    }

    /// @return how many samples of a series were found when the round was compared for the first time
    long settled(int series) {
        return settled[series];
    }

    long appendsFound() {
        return appendsFound;
    }

    long samplesFound() {
        return samplesFound;
    }
}
