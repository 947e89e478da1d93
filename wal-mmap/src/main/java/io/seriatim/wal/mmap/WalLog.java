package io.seriatim.wal.mmap;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/// The few things that the log says by itself, when nobody is there to be told by an exception.
final class WalLog {
    private static final String NAME = "io.seriatim.wal";

    private WalLog() {}

    static void stalledClaim(int shard, long position, long openNs) {
        logger().log(
                        Level.WARNING,
                        "a claim has been open for {0} ms and holds back its shard: shard={1} position={2}",
                        openNs / 1_000_000,
                        shard,
                        position);
    }

    static void failedPreparation(int shard, Throwable cause) {
        logger().log(Level.WARNING, "cannot prepare a segment, will try again: shard=" + shard, cause);
    }

    static void failedDeletion(int shard, Throwable cause) {
        logger().log(Level.WARNING, "cannot delete a truncated segment, will try again: shard=" + shard, cause);
    }

    static void poisoned(int shard, Throwable cause) {
        logger().log(Level.ERROR, "shard is poisoned: shard=" + shard, cause);
    }

    static void listenerFailed(Throwable cause) {
        logger().log(Level.WARNING, "a durable listener threw; ignored", cause);
    }

    static void agentFailed(Throwable cause) {
        logger().log(Level.ERROR, "background agent failed", cause);
    }

    private static Logger logger() {
        return System.getLogger(NAME);
    }
}
