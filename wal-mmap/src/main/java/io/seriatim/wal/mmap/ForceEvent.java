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
@Name("io.seriatim.wal.Force")
@Label("Force")
@Description("A range of one segment was forced to the device")
@Category("Seriatim")
@Threshold("1 ms")
@StackTrace(false)
final class ForceEvent extends Event {
    @Label("Shard")
    @Description("Number of the shard")
    int shard;

    @Label("Sequence")
    @Description("Number of the segment; its file's name")
    long sequence;

    @Label("Position")
    @Description("Where in the shard's log the range begins")
    long position;

    @Label("Bytes")
    @Description("Length of the range; the device gets whole pages")
    @DataAmount
    long bytes;

    @Label("Successful")
    @Description("False if the device refused: the shard is poisoned")
    boolean successful;
}
