package io.seriatim.wal.mmap;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;

/// See `EVENTS.md`.
@Name("io.seriatim.wal.Batch")
@Label("Batch")
@Description("What had been committed was made durable: forced, published, waiters woken, listeners told")
@Category("Seriatim")
@Threshold("1 ms")
@StackTrace(false)
final class BatchEvent extends Event {
    @Label("Shard")
    @Description("Number of the shard")
    int shard;

    @Label("From")
    @Description("The durable position before")
    long from;

    @Label("To")
    @Description("The durable position after")
    long to;

    @Label("Bytes")
    @Description("From one position to the other")
    @DataAmount
    long bytes;

    @Label("Records")
    @Description("Records that became durable; those appended together are one")
    long records;

    @Label("Age")
    @Description("How long appends had been waiting when the batch began, at most; with the duration, what power loss"
            + " could have taken")
    @Timespan(Timespan.NANOSECONDS)
    long age;

    @Label("Forcing")
    @Description("The duration without the listeners, whose code is the application's")
    @Timespan(Timespan.NANOSECONDS)
    long forcing;
}
