/// How a log is kept: segments, flusher, recovery, readers, retention.
// Agrona names its module in the manifest only.
@SuppressWarnings("requires-automatic")
module io.seriatim.wal.mmap {
    requires transitive io.seriatim.wal;
    requires org.agrona;
    // Events for Flight Recorder; a JVM without it goes without them.
    requires static jdk.jfr;

    exports io.seriatim.wal.mmap;
}
