package io.seriatim.wal.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.seriatim.wal.Labels;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.Samples;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.mmap.MappedWal;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// From a library's memory into the log and back without garbage, in steady state.
@Tag("alloc") // runs in its own JVM with -XX:-DoEscapeAnalysis, so nothing is hidden
@Timeout(120)
class AdapterAllocationTest {
    private static final int BLOCKS = 8;
    private static final int ROUNDS = 2_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Nested
    class Agrona extends Contract {
        Agrona() {
            super(new AgronaLibrary());
        }
    }

    @Nested
    class Chronicle extends Contract {
        Chronicle() {
            super(new ChronicleLibrary());
        }
    }

    @FunctionalInterface
    private interface Round {
        void run(int round);
    }

    /// What is linked or compiled late costs some bytes once; what a round costs shows in every block.
    private static long bytesIn(Round round) {
        long least = Long.MAX_VALUE;
        for (int block = 0; block < BLOCKS; block++) {
            final long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                round.run(i);
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    @Test
    void shouldNoticeTheSmallestObject() {
        final Object[] kept = new Object[1];
        assertTrue(bytesIn(_ -> kept[0] = new Object()) >= 8 * ROUNDS);
    }

    abstract static class Contract {
        @AutoClose
        private final Library library;

        @TempDir
        private Path directory;

        private long sink;

        Contract(Library library) {
            this.library = library;
        }

        private MappedWal open() {
            final MappedWal wal = MappedWal.open(
                    WalConfig.at(directory).segmentBytes(128 << 20).flushEvery(Duration.ofMillis(1)));
            library.use(wal);
            return wal;
        }

        @Test
        @DisplayName("P7: 0 bytes per record from the library's memory")
        void shouldNotAllocateWhenAppendingRecords() {
            try (MappedWal _ = open()) {
                assertEquals(0, bytesIn(i -> sink += library.appendRecord(i, 3, 200)));
            }
        }

        @Test
        @DisplayName("P7: 0 bytes per series found by its labels, with 1 and with 100 samples")
        void shouldNotAllocateWhenAppendingSamples() {
            try (MappedWal _ = open()) {
                final int first = library.putLabels(Labels.of("__name__", "up", "instance", "a"), 0);
                final int second = library.putLabels(Labels.of("__name__", "up", "instance", "b"), 100);
                assertEquals(0, bytesIn(i -> {
                    final SeriesHandle one = library.series(0, first);
                    sink += one.append(i, i) + library.append(one, 1_000, 1);
                    sink += library.append(library.series(100, second), 1_000, 100);
                }));
            }
        }

        @Test
        @DisplayName("P7: 0 bytes per replayed record seen as the library's own")
        void shouldNotAllocateWhenViewingRecords() {
            try (MappedWal _ = open()) {
                for (int i = 0; i < 20_000; i++) {
                    library.appendRecord(i, 0, 100);
                }
            }
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 6; i++) {
                final Between between = new Between();
                MappedWal.replay(directory, ReplayOptions.defaults(), between);
                least = Math.min(least, between.allocated);
            }
            assertEquals(0, least, "bytes between the 1000th and the 9000th record");
        }

        private final class Between implements ReplayHandler {
            private long records;
            private long before;
            private long allocated = Long.MAX_VALUE;

            @Override
            public void onSamples(Labels series, Samples samples) {}

            @Override
            public void onRecord(OpaqueRecord record) {
                sink += library.viewLength(record) + library.viewByte(record, 99);
                records++;
                if (records == 1000) {
                    before = THREADS.getCurrentThreadAllocatedBytes();
                } else if (records == 9000) {
                    allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
                }
            }
        }
    }
}
