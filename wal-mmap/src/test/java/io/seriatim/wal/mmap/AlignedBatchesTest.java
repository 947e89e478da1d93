package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Labels;
import io.seriatim.wal.Lsn;
import io.seriatim.wal.ReplayOptions;
import io.seriatim.wal.ReplayReport;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import io.seriatim.wal.format.FrameLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class AlignedBatchesTest {
    @TempDir
    private Path directory;

    @Test
    void shouldEndEveryBatchAtAPageWhenBatchesAreAligned() throws Exception {
        final List<Long> durable = new ArrayList<>();
        final WalConfig config = WalConfig.at(directory)
                .segmentBytes(64 * 1024)
                .flushEvery(Duration.ofMillis(1))
                .alignBatches(true);
        try (MappedWal wal = MappedWal.open(config)) {
            wal.onDurable(durable::add);
            final SeriesHandle series = wal.series(Labels.of("job", "api"));
            for (int i = 0; i < 200; i++) {
                for (int j = 0; j <= i; j++) {
                    series.append(i, j);
                }
                wal.flush();
            }
            series.append(200, 0); // closed before it is forced
        }

        assertTrue(durable.size() > 200, () -> "forces=" + durable.size());
        // The last one is the assertion of the close, behind which nothing is stored any more.
        for (final long lsn : durable.subList(0, durable.size() - 1)) {
            assertEquals(0, Lsn.position(lsn) % 4096, () -> Lsn.toString(lsn));
        }
        final ReplayReport report = MappedWal.replay(directory, ReplayOptions.defaults(), (_, _) -> {});
        assertEquals(ReplayReport.State.SOUND, report.state());
        assertEquals(200 * 201 / 2 + 1, report.samples());
    }

    @Test
    @Timeout(60)
    @DisplayName("P2: a batch that ends where a segment begins is forced although a frame is there already")
    void shouldForceWhenTheBatchEndsAtTheBeginningOfASegment() throws Exception {
        final AtomicBoolean stall = new AtomicBoolean();
        final CountDownLatch claimed = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        final ClaimHook hook = (_, _) -> {
            if (stall.compareAndSet(true, false)) {
                claimed.countDown();
                try {
                    release.await();
                } catch (InterruptedException failure) {
                    throw new AssertionError(failure);
                }
            }
        };
        try (MappedWal wal = MappedWal.open(Logs.config(directory).alignBatches(true), FileStorage.INSTANCE, hook)) {
            // One claim, open, to the very end of the first segment; then a roll, and nothing in the second one yet.
            final int left =
                    (int) (Logs.SEGMENT_BYTES - wal.stats().shards().getFirst().tail());
            stall.set(true);
            final byte[] bytes = new byte[left - FrameLayout.RECORD_BYTES_OFFSET];
            final Thread slow = Thread.ofPlatform().start(() -> wal.appendRecord(0, 1, bytes, 0, bytes.length));
            claimed.await();
            while (wal.stats().shards().getFirst().tail() == Logs.SEGMENT_BYTES) {
                wal.doWork();
            }
            assertEquals(
                    Logs.SEGMENT_BYTES + WalConfig.SEGMENT_HEADER_BYTES,
                    wal.stats().shards().getFirst().tail());

            assertFalse(wal.awaitDurable(wal.checkpoint(), Duration.ofMillis(10))); // decides where the batch ends
            final long lsn = wal.appendRecord(0, 2, bytes, 0, 100);
            release.countDown();
            slow.join();

            assertTrue(wal.awaitDurable(lsn, Duration.ofSeconds(20)));
        }
    }

    @Test
    @Timeout(60)
    @DisplayName("P2: a batch ends at a page also if an append is claimed while an idle log asserts itself")
    void shouldEndAtAPageWhenAnAppendComesBetween() throws Exception {
        final List<Long> durable = new ArrayList<>();
        final ClaimHook slow = (_, _) -> LockSupport.parkNanos(300_000);
        final WalConfig config = WalConfig.at(directory)
                .segmentBytes(64 * 1024)
                .flushEvery(Duration.ofMillis(1))
                .alignBatches(true);
        try (MappedWal wal = MappedWal.open(config, FileStorage.INSTANCE, slow)) {
            wal.onDurable(durable::add);
            final SeriesHandle series = wal.series(Labels.of("job", "api"));
            final SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < 700; i++) {
                series.append(i, i);
                LockSupport.parkNanos(random.nextInt(4_000_000)); // idle for long enough, or not quite
            }
        }
        for (final long lsn : durable.subList(0, durable.size() - 1)) {
            assertEquals(0, Lsn.position(lsn) % 4096, () -> Lsn.toString(lsn));
        }
        final ReplayReport report = MappedWal.replay(directory, ReplayOptions.defaults(), (_, _) -> {});
        assertEquals(700, report.samples());
    }
}
