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

/// Time to open a log whose process died, its last segment unsealed and in the page cache: it is read and checked, and
/// what was not proven durable is written and forced again. Each iteration opens a log of its own, when the
/// disk is done with what the dead process had given it, two prepared segments among that.
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx2g", "-XX:+UseG1GC"})
@State(Scope.Thread)
public class RecoveryBenchmark {
    /// Where the log is.
    @Param("target/jmh-data")
    public String directory;

    /// Of frames.
    @Param("1024")
    public int mebibytes;

    private Wal wal;

    /// Makes the log.
    @Setup(Level.Iteration)
    public void crash() throws IOException, InterruptedException {
        Directories.delete(Path.of(directory));
        CrashedLog.make(Path.of(directory), mebibytes);
        Settle.settle(Path.of(directory));
    }

    /// Opens it, ready to append.
    @Benchmark
    public Wal open() {
        wal = MappedWal.open(WalConfig.at(Path.of(directory)));
        return wal;
    }

    /// Closes it and deletes it.
    @TearDown(Level.Iteration)
    public void close() throws IOException {
        wal.close();
        Directories.delete(Path.of(directory));
    }
}
