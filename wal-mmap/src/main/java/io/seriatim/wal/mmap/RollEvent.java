package io.seriatim.wal.mmap;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// See `EVENTS.md`.
@Name("io.seriatim.wal.Roll")
@Label("Roll")
@Description("A segment that the producers have left, or that closing ends, was sealed")
@Category("Seriatim")
@StackTrace(false)
final class RollEvent extends Event {
    @Label("Shard")
    @Description("Number of the shard")
    int shard;

    @Label("Sequence")
    @Description("Number of the segment that was sealed; its file's name")
    long sequence;

    @Label("Position")
    @Description("Where in the shard's log its frames end")
    long position;

    @Label("Bytes")
    @Description("How much of the segment is in use")
    @DataAmount
    long bytes;
}
