package io.seriatim.wal.mmap;

import java.lang.System.Logger.Level;

/// The few things that the log says by itself, when nobody is there to be told by an exception.
final class WalLog {
    private static final String NAME = "io.seriatim.wal";

    private WalLog() {}

    static void stalledClaim(int shard, long position, long openNs) {
        final long openMs = openNs / 1_000_000;
        say(
                Level.WARNING,
                "a claim has been open for " + openMs + " ms and holds back its shard: shard=" + shard + " position="
                        + position,
                null);
    }

    static void failedPreparation(int shard, Throwable cause) {
        say(Level.WARNING, "cannot prepare a segment, will try again: shard=" + shard, cause);
    }

    static void failedDeletion(int shard, Throwable cause) {
        say(Level.WARNING, "cannot delete a truncated segment, will try again: shard=" + shard, cause);
    }

    static void poisoned(int shard, Throwable cause) {
        say(Level.ERROR, "shard is poisoned: shard=" + shard, cause);
    }

    static void listenerFailed(Throwable cause) {
        say(Level.WARNING, "a durable listener threw; ignored", cause);
    }

    static void noCounters(Throwable cause) {
        say(Level.WARNING, "cannot publish counters, the log does without: file=" + LogFiles.COUNTERS, cause);
    }

    static void agentFailed(Throwable cause) {
        say(Level.ERROR, "background agent failed", cause);
    }

    /// A logger that fails, because no file can be opened or the disk is full, must not take with it the thread that
    /// has something to say about just that.
    private static void say(Level level, String message, Throwable cause) {
        try {
            System.getLogger(NAME).log(level, message, cause);
        } catch (Throwable _) {
            // Nobody is left to be told.
        }
    }
}
