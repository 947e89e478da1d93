package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.seriatim.wal.Batch;
import io.seriatim.wal.Histogram;
import io.seriatim.wal.Labels;
import io.seriatim.wal.OpaqueRecord;
import io.seriatim.wal.ReplayHandler;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.Samples;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Appending, forcing and replaying allocate nothing in steady state. The rolls of segments are left out: a roll
/// makes a new mapping, some 2 KiB of objects for each segment, on the preparer's thread. The measured thread of the
/// forces is this one: the log runs on its caller.
@Tag("alloc") // runs in its own JVM with -XX:-DoEscapeAnalysis, so nothing is hidden
@Timeout(120)
class AllocationTest {
    private static final int BLOCKS = 8;
    private static final int ROUNDS = 2_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path directory;

    private long sink;

    @FunctionalInterface
    interface Round {
        void run(int round) throws Exception;
    }

    /// What is linked or compiled late costs some bytes once; what a round costs shows in every block.
    static long bytesIn(int rounds, Round round) throws Exception {
        long least = Long.MAX_VALUE;
        for (int block = 0; block < BLOCKS; block++) {
            final long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < rounds; i++) {
                round.run(i);
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private MappedWal open() {
        return MappedWal.open(
                WalConfig.at(directory).shards(2).segmentBytes(128 << 20).flushEvery(Duration.ofMillis(1)));
    }

    @Test
    @DisplayName("P7: 0 bytes per sample appended by handle")
    void shouldNotAllocateWhenAppendingByHandle() throws Exception {
        try (MappedWal wal = open()) {
            final SeriesHandle handle = wal.series(Labels.of("__name__", "up"));
            assertEquals(0, bytesIn(ROUNDS, i -> sink += handle.append(i, i)));
        }
    }

    @Test
    @DisplayName("P7: 0 bytes per whole series appended, of 1 and of 100 samples")
    void shouldNotAllocateWhenAppendingASeries() throws Exception {
        try (MappedWal wal = open()) {
            final Points one = new Points(Labels.of("__name__", "up"), 1);
            final Points hundred = new Points(Labels.of("__name__", "down"), new long[100]);
            assertEquals(0, bytesIn(ROUNDS, _ -> sink += wal.append(one) + wal.append(hundred)));
        }
    }

    @Test
    @DisplayName("P7: 0 bytes per batch of 100 series, lent, committed and given back")
    void shouldNotAllocateWhenBatching() throws Exception {
        try (MappedWal wal = open()) {
            final SeriesHandle[] handles = new SeriesHandle[100];
            for (int i = 0; i < handles.length; i++) {
                handles[i] = wal.series(Labels.of("__name__", "up", "i", "" + i));
            }
            assertEquals(0, bytesIn(ROUNDS, round -> {
                try (Batch batch = wal.batch()) {
                    for (int i = 0; i < handles.length; i++) {
                        batch.add(handles[i], round, i);
                    }
                    sink += batch.commit().lsn(0);
                }
            }));
        }
    }

    @Test
    @DisplayName("P7: 0 bytes per opaque record, from an array or from native memory")
    void shouldNotAllocateWhenAppendingRecords() throws Exception {
        try (MappedWal wal = open();
                Arena arena = Arena.ofConfined()) {
            final byte[] array = new byte[200];
            final MemorySegment memory = arena.allocate(200);
            assertEquals(0, bytesIn(ROUNDS, i -> {
                sink += wal.appendRecord(0, i, array, 0, array.length);
                sink += wal.appendRecord(1, i, memory, 0, 200);
            }));
        }
    }

    @Test
    @DisplayName("P7: 0 bytes per histogram, exemplar and metadata appended")
    void shouldNotAllocateWhenAppendingDetails() throws Exception {
        try (MappedWal wal = open()) {
            final SeriesHandle handle = wal.series(Labels.of("__name__", "rt"));
            final Labels own = Labels.of("trace_id", "4bf9");
            final Histogram histogram = new Histogram();
            assertEquals(0, bytesIn(ROUNDS, i -> {
                histogram.clear().exponential(3, 0, i).count(i).sum(i);
                for (int bucket = 0; bucket < 40; bucket++) {
                    histogram.positive().add(2 * bucket, i);
                }
                sink += handle.append(i, histogram) + handle.appendExemplar(i, i, own) + handle.appendMetadata(i, own);
            }));
        }
    }

    @Test
    @DisplayName("P7: 0 bytes per force, with its mark, and per listener told")
    void shouldNotAllocateWhenForcing() throws Exception {
        try (MappedWal wal = MappedWal.open(WalConfig.at(directory)
                .segmentBytes(64 << 20)
                .flushEvery(Duration.ofNanos(1))
                .callerRuns(true))) {
            wal.onDurable(lsn -> sink += lsn);
            final SeriesHandle handle = wal.series(Labels.of("__name__", "up"));
            while (wal.doWork() > 0 && wal.stats().shards().getFirst().spares() == 0) {}
            assertEquals(0, bytesIn(200, i -> {
                final long lsn = handle.append(i, i);
                while (wal.durable(0) < lsn) {
                    sink += wal.doWork();
                }
                sink += wal.doWork(); // the assertion of an idle log
            }));
        }
    }

    @Test
    @DisplayName("P7: 0 bytes per publication of the counters")
    void shouldNotAllocateWhenPublishingCounters() throws Exception {
        try (MappedWal wal = MappedWal.open(
                WalConfig.at(directory).shards(2).segmentBytes(1 << 20).callerRuns(true))) {
            final SeriesHandle handle = wal.series(Labels.of("__name__", "up"));
            while (wal.doWork() > 0) {}
            final long before = WalCounters.read(directory).orElseThrow().generation();
            assertEquals(0, bytesIn(3, i -> {
                sink += handle.append(i, i);
                LockSupport.parkNanos(Counters.EVERY_NS);
                sink += wal.doWork();
            }));
            assertTrue(WalCounters.read(directory).orElseThrow().generation() >= before + 2 * 2 * BLOCKS);
        }
    }

    @Test
    @DisplayName("P7: 0 bytes per record replayed, of a known series, in a batch or opaque")
    void shouldNotAllocateWhenReplaying() throws Exception {
        final int records = 20_000;
        // A flush mark costs its reader 64 bytes; few of them here, so that records are what is measured.
        final WalConfig config = WalConfig.at(directory).segmentBytes(16 << 20).flushEvery(Duration.ofMinutes(1));
        try (MappedWal wal = MappedWal.open(config)) {
            final SeriesHandle[] handles = new SeriesHandle[50];
            for (int i = 0; i < handles.length; i++) {
                handles[i] = wal.series(Labels.of("__name__", "up", "i", "" + i));
            }
            final byte[] opaque = new byte[100];
            for (int i = 0; i < records; i++) {
                handles[i % 50].append(i, i);
                if (i % 100 == 0) {
                    wal.appendRecord(0, 1, opaque, 0, 100);
                    try (Batch batch = wal.batch()) {
                        for (final SeriesHandle handle : handles) {
                            batch.add(handle, i, i);
                        }
                        batch.commit();
                    }
                }
            }
        }
        final Between between = new Between();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 6; i++) {
            between.records = 0;
            MappedWal.replay(directory, ReplayOptions.defaults(), between);
            least = Math.min(least, between.allocated);
        }
        assertEquals(0, least, () -> "bytes between the 1000th and the 9000th record");
    }

    /// Measures from one record of a shard to a later one, so that opening files and reading definitions are left out.
    private static final class Between implements ReplayHandler {
        private final byte[] copy = new byte[100];
        private long records;
        private long before;
        private long allocated;
        private long sink;

        private void count() {
            records++;
            if (records == 1000) {
                before = THREADS.getCurrentThreadAllocatedBytes();
            } else if (records == 9000) {
                allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            }
        }

        @Override
        public void onSamples(Labels series, Samples samples) {
            for (int i = 0; i < samples.count(); i++) {
                sink += samples.timestamp(i) + samples.valueBits(i);
            }
            count();
        }

        @Override
        public void onRecord(OpaqueRecord record) {
            record.copyTo(0, copy, 0, record.length());
            sink += copy[0];
            count();
        }
    }
}
