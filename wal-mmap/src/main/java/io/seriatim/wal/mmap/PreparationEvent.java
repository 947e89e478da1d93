package io.seriatim.wal.mmap;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// See `EVENTS.md`.
@Name("io.seriatim.wal.Preparation")
@Label("Preparation")
@Description("A segment was written out with zeros, forced, mapped and named, ahead of the producers")
@Category("Seriatim")
@StackTrace(false)
final class PreparationEvent extends Event {
    @Label("Shard")
    @Description("Number of the shard")
    int shard;

    @Label("Sequence")
    @Description("Number of the segment; its file's name")
    long sequence;

    @Label("Position")
    @Description("Where in the shard's log the segment begins")
    long position;

    @Label("Bytes")
    @Description("Length of the segment")
    @DataAmount
    long bytes;

    @Label("Failure")
    @Description("Why it was given up, to be tried again; null if the segment is ready")
    String failure;
}
