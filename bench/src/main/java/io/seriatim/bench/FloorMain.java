package io.seriatim.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// What no log on this machine can go below, measured beside the logs: what the disk takes to force bytes that were
/// stored through a mapping, and that were written, into a file whose blocks exist; and what it takes to wake another
/// thread. A durable acknowledgement is one of the first two, and two of the third where a thread of the log's forces
/// for many.
@Command(name = "floor", mixinStandardHelpOptions = true)
public final class FloorMain extends Program {
    private static final int FILE_BYTES = 256 << 20;
    private static final int ZERO_BYTES = 16 << 10;
    /// One item by handle and a mark; ten; a thousand, as Seriatim writes them and as text would.
    private static final int[] BATCH_BYTES = {96, 384, 32_064, 100_000};

    @Option(names = "--millis", defaultValue = "1500", description = "for each")
    private long millis;

    /// Runs what the arguments say; see `--help`.
    public static void main(String[] args) {
        System.exit(run(new FloorMain(), args));
    }

    @Override
    void measure() throws Exception {
        for (final int bytes : BATCH_BYTES) {
            report(bytes + " bytes stored through a mapping, forced", mapped(bytes));
            report(bytes + " bytes written to a channel, forced", written(bytes));
        }
        report("a thread wakes another", wakes());
    }

    private void report(String variant, Histogram nanos) throws IOException {
        report(
                variant,
                1,
                Map.of(
                        "microsP50", nanos.getValueAtPercentile(50) / 1e3,
                        "microsP99", nanos.getValueAtPercentile(99) / 1e3),
                Map.of());
    }

    private static Histogram histogram() {
        return new Histogram(TimeUnit.SECONDS.toNanos(100), 3);
    }

    /// As the log prepares its segments.
    private FileChannel prepared() throws IOException {
        final Path file = directory.resolve("floor");
        final FileChannel channel = FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
        final ByteBuffer zeros = ByteBuffer.allocateDirect(ZERO_BYTES);
        for (int at = 0; at < FILE_BYTES; at += ZERO_BYTES) {
            channel.write(zeros.clear(), at);
        }
        channel.force(true);
        return channel;
    }

    private Histogram mapped(int bytes) throws IOException {
        final Histogram nanos = histogram();
        try (FileChannel channel = prepared();
                Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, FILE_BYTES, arena);
            final long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            for (int at = 0; at + bytes <= FILE_BYTES && System.nanoTime() < endNs; at += bytes) {
                memory.asSlice(at, bytes).fill((byte) 1);
                final long startNs = System.nanoTime();
                memory.asSlice(at, bytes).force();
                nanos.recordValue(System.nanoTime() - startNs);
            }
        }
        return nanos;
    }

    private Histogram written(int bytes) throws IOException {
        final Histogram nanos = histogram();
        final ByteBuffer some = ByteBuffer.allocateDirect(bytes);
        try (FileChannel channel = prepared()) {
            final long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            for (int at = 0; at + bytes <= FILE_BYTES && System.nanoTime() < endNs; at += bytes) {
                final long startNs = System.nanoTime();
                channel.write(some.clear(), at);
                channel.force(false);
                nanos.recordValue(System.nanoTime() - startNs);
            }
        }
        return nanos;
    }

    /// Half of there and back. Each sleeps, as who waits for a disk does.
    private Histogram wakes() throws InterruptedException {
        final Histogram nanos = histogram();
        final Turns turns = new Turns();
        final Thread caller = Thread.currentThread();
        final Thread other = Thread.ofPlatform().start(() -> turns.answer(caller));
        final long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < endNs) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200)); // until both sleep
            final long startNs = System.nanoTime();
            turns.ask(other);
            nanos.recordValue((System.nanoTime() - startNs) / 2);
        }
        turns.over = true;
        LockSupport.unpark(other);
        other.join();
        return nanos;
    }

    private static final class Turns {
        private volatile long asked;
        private volatile long answered;
        private volatile boolean over;

        void ask(Thread other) {
            final long turn = asked + 1;
            asked = turn;
            LockSupport.unpark(other);
            while (answered != turn) {
                LockSupport.park(this);
            }
        }

        void answer(Thread caller) {
            while (!over) {
                if (answered == asked) {
                    LockSupport.park(this);
                } else {
                    answered = asked;
                    LockSupport.unpark(caller);
                }
            }
        }
    }
}
