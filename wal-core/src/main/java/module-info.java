/// What a write-ahead log for time series is: labels, the API, the format. No files, no threads.
// The modules named below are compiled after this one.
@SuppressWarnings("module")
module io.seriatim.wal {
    requires com.dynatrace.hash4j;

    exports io.seriatim.wal;
    exports io.seriatim.wal.format to
            io.seriatim.wal.mmap,
            io.seriatim.tools,
            io.seriatim.bench;
}
