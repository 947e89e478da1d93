package io.seriatim.wal.mmap;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// See `EVENTS.md`.
@Name("io.seriatim.wal.Poison")
@Label("Poison")
@Description("A shard ended for good, because a force failed, its mapping did, or a claim stayed open")
@Category("Seriatim")
@StackTrace
final class PoisonEvent extends Event {
    @Label("Shard")
    @Description("Number of the shard")
    int shard;

    @Label("Durable")
    @Description("Position up to which everything survives power loss; of the rest the outcome is unknown")
    long durable;

    @Label("Committed")
    @Description("Position up to which the flusher had seen whole frames")
    long committed;

    @Label("Cause")
    @Description("What failed")
    String cause;

    static void poisoned(int shard, long durable, long committed, Throwable cause) {
        final PoisonEvent event = new PoisonEvent();
        if (event.shouldCommit()) {
            event.shard = shard;
            event.durable = durable;
            event.committed = committed;
            event.cause = WalEvents.describe(cause);
            event.commit();
        }
    }
}
