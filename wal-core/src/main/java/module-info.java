/// What a log is: labels, the API, the format. No files, no threads.
// The modules named in the qualified export are built later, so the compiler does not see them here.
@SuppressWarnings("module")
module io.seriatim.wal {
    requires com.dynatrace.hash4j;

    exports io.seriatim.wal;
    exports io.seriatim.wal.format to
            io.seriatim.wal.mmap,
            io.seriatim.tools,
            io.seriatim.bench;
}
