package io.seriatim.bench;

import io.seriatim.wal.Wal;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Time of an append that fills a segment, over and over: the log can go no faster than it prepares segments, each
/// written out, forced and renamed. The wait for the next one is what is measured, as nothing is ever ready ahead.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xmx2g", "-XX:+UseG1GC"})
@State(Scope.Thread)
public class RollBenchmark {
    private static final int RETAINED_SEGMENTS = 8;

    /// Where the log is.
    @Param("target/jmh-data")
    public String directory;

    /// Of each segment.
    @Param({"1", "64"})
    public int mebibytes;

    private Wal wal;
    private byte[] record;

    /// Opens the log.
    @Setup(Level.Trial)
    public void open() throws IOException {
        Directories.delete(Path.of(directory));
        final int segmentBytes = mebibytes << 20;
        final WalConfig config = WalConfig.at(Path.of(directory)).segmentBytes(segmentBytes);
        wal = MappedWal.open(config.retainBytes((long) RETAINED_SEGMENTS * segmentBytes));
        // More than half of a segment, so that each needs a segment of its own.
        record = new byte[config.maxFrameBytes() * 5 / 8];
    }

    /// As much as fits.
    @Benchmark
    public long roll() {
        long lsn = 0;
        for (int filled = 0; filled < mebibytes << 19; filled += record.length) {
            lsn = wal.appendRecord(0, 1, record, 0, record.length);
        }
        return lsn;
    }

    /// Closes the log and deletes it.
    @TearDown(Level.Trial)
    public void close() throws IOException {
        wal.close();
        Directories.delete(Path.of(directory));
    }
}
