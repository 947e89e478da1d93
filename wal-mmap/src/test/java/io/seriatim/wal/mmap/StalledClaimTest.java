package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.wal.Labels;
import io.seriatim.wal.SeriesHandle;
import io.seriatim.wal.WalConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StalledClaimTest {
    private static final Duration LIMIT = Duration.ofMillis(400);

    @TempDir
    private Path directory;

    /// The walk had stood at the same place since long before the claim was made: that time is not the claim's.
    @Test
    void shouldNotBlameAFreshClaimWhenTheLogWasIdleBeforeIt() throws Exception {
        final CountDownLatch inside = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);
        final ClaimHook hook = (_, _) -> {
            if (Thread.currentThread().getName().equals("slow")) {
                inside.countDown();
                try {
                    go.await();
                } catch (InterruptedException failure) {
                    throw new IllegalStateException(failure);
                }
            }
        };
        final WalConfig config = WalConfig.at(directory).segmentBytes(64 * 1024).claimTimeout(LIMIT);
        try (MappedWal wal = MappedWal.open(config, FileStorage.INSTANCE, hook)) {
            final SeriesHandle series = wal.series(Labels.of("job", "api"));
            series.append(1, 1);
            wal.flush();
            Thread.sleep(3 * LIMIT.toMillis());

            final Thread slow = new Thread(() -> series.append(2, 2), "slow");
            slow.start();
            assertTrue(inside.await(10, TimeUnit.SECONDS));
            Thread.sleep(LIMIT.toMillis() / 8); // many duty cycles, far below the limit
            go.countDown();
            slow.join();
            wal.flush();

            assertNull(wal.stats().shards().getFirst().poison());
        }
    }
}
