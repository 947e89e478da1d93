package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Batch;
import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What an append does not do: touch files, take locks, wait for who forces or prepares.
@Timeout(60)
class AppendPathTest {
    @TempDir
    private Path directory;

    @Test
    @DisplayName("P9: no append calls the file system; rolls included, all of it happens on the log's own threads")
    void shouldLeaveFilesToTheBackgroundWhenAppending() {
        final Set<String> threads = new ConcurrentSkipListSet<>();
        final WatchedStorage storage = new WatchedStorage((_, _) -> {});
        try (MappedWal wal = MappedWal.open(WalConfig.at(directory).shards(2).segmentBytes(16 * 1024), storage, null)) {
            storage.watch((_, _) -> threads.add(Thread.currentThread().getName()));
            final SeriesHandle up = wal.series(Labels.of("__name__", "up"));
            for (int i = 0; i < 20_000; i++) {
                up.append(i, i);
                wal.append(new Points(Labels.of("i", "" + i % 50), i, i + 1));
                wal.appendRecord(0, 0, new byte[20], 0, 20);
                try (Batch batch = wal.batch()) {
                    batch.add(up, i, i);
                    batch.commit();
                }
            }
            assertTrue(wal.stats().shards().getFirst().rolls() > 20);
            storage.watch((_, _) -> {});
        }
        assertEquals(Set.of("wal-flusher", "wal-preparer"), threads);
    }

    @Test
    @DisplayName("P9: a thread that hangs in a force holds nothing that an append needs")
    void shouldAppendWhenAnotherThreadHangsInAForce() throws Exception {
        shouldAppendWhile("msync", 2_000_000);
    }

    @Test
    @DisplayName("P9: a thread that hangs in a preparation holds nothing that an append needs")
    void shouldAppendWhenAnotherThreadHangsInAPreparation() throws Exception {
        shouldAppendWhile("write", 1_000_000);
    }

    private void shouldAppendWhile(String call, int bytes) throws Exception {
        final CountDownLatch hanging = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);
        final AtomicBoolean hang = new AtomicBoolean();
        final WatchedStorage storage = new WatchedStorage((name, _) -> {
            if (name.equals(call) && hang.getAndSet(false)) {
                hanging.countDown();
                CloseTest.awaitQuietly(go);
            }
        });
        final WalConfig config = WalConfig.at(directory)
                .segmentBytes(4 << 20)
                .flushEvery(Duration.ofMillis(1))
                .callerRuns(true);
        try (MappedWal wal = MappedWal.open(config, storage, null)) {
            final SeriesHandle up = wal.series(Labels.of("__name__", "up"));
            up.append(0, 0);
            hang.set(true);
            final Thread worker = Thread.ofPlatform().start(() -> {
                while (hanging.getCount() > 0) {
                    wal.doWork();
                }
            });
            hanging.await();
            final int appends = bytes / 32;
            for (int i = 1; i < appends; i++) {
                up.append(i, i);
            }
            assertEquals(0, wal.doWork());
            assertEquals(1, go.getCount()); // all that time the worker was inside
            go.countDown();
            worker.join();
        }
        assertEquals(bytes / 32, Replayed.of(directory).samples);
    }
}
