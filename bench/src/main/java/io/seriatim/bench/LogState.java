package io.seriatim.bench;

import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.Wal;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// An open log with defaults and the series of a workload, for one thread. Old segments are deleted as it goes.
@State(Scope.Thread)
public class LogState {
    private static final long RETAIN_BYTES = 512L << 20;

    /// Where the log is, on the file system to measure.
    @Param("target/jmh-data")
    public String directory;

    BenchSeries[] series;
    SeriesHandle[] handles;
    Wal wal;
    private int next;

    /// Opens the log and registers the series.
    @Setup(Level.Trial)
    public void open() throws IOException {
        Directories.delete(Path.of(directory));
        wal = MappedWal.open(WalConfig.at(Path.of(directory)).retainBytes(RETAIN_BYTES));
        series = Workload.DISTINCT.series();
        handles = new SeriesHandle[series.length];
        for (int i = 0; i < series.length; i++) {
            handles[i] = wal.series(series[i].labels());
        }
    }

    /// @return index of the next series, round and round
    int next() {
        final int index = next;
        next = index + 1 == series.length ? 0 : index + 1;
        return index;
    }

    /// Closes the log and deletes it.
    @TearDown(Level.Trial)
    public void close() throws IOException {
        wal.close();
        Directories.delete(Path.of(directory));
    }
}
