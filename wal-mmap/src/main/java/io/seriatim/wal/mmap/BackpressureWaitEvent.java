package io.seriatim.wal.mmap;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/// See `EVENTS.md`.
@Name("io.seriatim.wal.BackpressureWait")
@Label("Backpressure Wait")
@Description("An append found no segment ready and waited for one")
@Category("Seriatim")
@Threshold("1 ms")
@StackTrace
final class BackpressureWaitEvent extends Event implements WalEvents.Waiting {
    // Asked whether anybody records; a wait costs an object only if somebody does.
    private static final BackpressureWaitEvent PROBE = new BackpressureWaitEvent(0, 0);

    @Label("Shard")
    @Description("Number of the shard")
    final int shard;

    @Label("Bytes")
    @Description("What the append asked for")
    @DataAmount
    final long bytes;

    @Label("Shortage")
    @Description("Why there was no segment, as last known when the wait ended")
    String shortage;

    @Label("Granted")
    @Description("False if the append failed: its timeout passed, or the shard was closed or poisoned")
    boolean granted;

    private BackpressureWaitEvent(int shard, long bytes) {
        this.shard = shard;
        this.bytes = bytes;
    }

    static WalEvents.Waiting waiting(int shard, int bytes) {
        if (!PROBE.isEnabled()) {
            return UNSEEN;
        }
        final BackpressureWaitEvent event = new BackpressureWaitEvent(shard, bytes);
        event.begin();
        return event;
    }

    @Override
    public void ends(Background background, boolean granted) {
        try {
            end();
            if (shouldCommit()) {
                shortage = background.shortage(shard);
                this.granted = granted;
                commit();
            }
        } catch (Throwable _) {
            // No event then; see WalEvents.
        }
    }
}
