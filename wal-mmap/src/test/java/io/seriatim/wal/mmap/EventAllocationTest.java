package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Recording every event costs no object either: [AllocationTest] shows the same where nobody records.
@Tag("alloc")
@Timeout(120)
class EventAllocationTest {
    @TempDir
    private Path directory;

    private long sink;

    @Test
    @DisplayName("P7: 0 bytes per append while every event is recorded")
    void shouldNotAllocateWhenAppendingWhileRecorded() throws Exception {
        try (FlightRecording flight = FlightRecording.ofEverything();
                MappedWal wal = MappedWal.open(
                        WalConfig.at(directory).segmentBytes(128 << 20).flushEvery(Duration.ofMillis(1)))) {
            final SeriesHandle handle = wal.series(Labels.of("__name__", "up"));
            final Points hundred = new Points(Labels.of("__name__", "down"), new long[100]);
            assertEquals(0, AllocationTest.bytesIn(2_000, i -> sink += handle.append(i, i) + wal.append(hundred)));
            wal.flush();
            assertFalse(flight.events("Force").isEmpty());
        }
    }

    @Test
    @DisplayName("P7: 0 bytes per force and batch while every event is recorded")
    void shouldNotAllocateWhenForcingWhileRecorded() throws Exception {
        try (FlightRecording flight = FlightRecording.ofEverything();
                MappedWal wal = MappedWal.open(WalConfig.at(directory)
                        .segmentBytes(64 << 20)
                        .flushEvery(Duration.ofNanos(1))
                        .callerRuns(true))) {
            final SeriesHandle handle = wal.series(Labels.of("__name__", "up"));
            while (wal.doWork() > 0 && wal.stats().shards().getFirst().spares() == 0) {}
            assertEquals(0, AllocationTest.bytesIn(200, i -> {
                final long lsn = handle.append(i, i);
                while (wal.durable(0) < lsn) {
                    sink += wal.doWork();
                }
                sink += wal.doWork();
            }));
            assertEquals(
                    wal.stats().shards().getFirst().forces(),
                    flight.events("Batch").size());
        }
    }
}
