package io.seriatim.wal.mmap;

import io.seriatim.wal.ReplayReport;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// See `EVENTS.md`.
@Name("io.seriatim.wal.Recovery")
@Label("Recovery")
@Description("Opening examined the tail of a shard and made durable what it found")
@Category("Seriatim")
@StackTrace(false)
final class RecoveryEvent extends Event implements WalEvents.Recovering {
    @Label("Shard")
    @Description("Number of the shard")
    int shard;

    @Label("Segments")
    @Description("Segments that were examined: those behind the last seal")
    int segments;

    @Label("Bytes")
    @Description("Bytes of valid frames in them")
    @DataAmount
    long bytes;

    @Label("Stored Again")
    @Description("Bytes that had not been proven durable, and were stored and forced again")
    @DataAmount
    long storedAgain;

    @Label("Records")
    @Description("Records found; those appended together are one")
    long records;

    @Label("Durable")
    @Description("Largest position that the log itself asserts was durable")
    long durable;

    @Label("End")
    @Description("Position behind the last valid frame")
    long end;

    @Label("Damages")
    @Description("Damaged ranges found, harmless ones too")
    int damages;

    static WalEvents.Recovering recovering() {
        final RecoveryEvent event = new RecoveryEvent();
        event.begin();
        return event;
    }

    @Override
    public void ends(ShardRecovery recovery) {
        try {
            end();
            if (shouldCommit()) {
                final ReplayReport.Shard totals = recovery.totals();
                shard = totals.shard();
                segments = totals.segments();
                bytes = totals.bytes();
                storedAgain = recovery.storedAgainBytes();
                records = totals.records();
                durable = totals.durable();
                end = totals.end();
                damages = recovery.damages().size();
                commit();
            }
        } catch (Throwable _) {
            // No event then; see WalEvents.
        }
    }
}
